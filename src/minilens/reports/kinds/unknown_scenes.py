"""The scenes that no table of ours names: WeChat has added them since."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minilens.measure.filters import Condition
from minilens.measure.query import Query
from minilens.reference import scenes
from minilens.reports.kinds import breakdown
from minilens.reports.kinds.breakdown import BreakdownRequest

KNOWN = tuple(map(str, scenes.SCENES))


@dataclass(frozen=True, kw_only=True)
class UnknownScenesRequest(BreakdownRequest):
    """A list of scenes that have no name."""

    def days_query(self, app: int) -> Query:
        """Without those that have one, and without visits of which no scene is known at all."""
        found, scene = super().days_query(app), self.context.catalog.dimension("scene")
        unnamed = ((Condition(scene, "is_not", KNOWN),), (Condition(scene, "is_known"),))
        return replace(found, filters=(*found.filters, *unnamed))


KIND = replace(
    breakdown.KIND, name="unknown scenes", read=breakdown.reading(UnknownScenesRequest), part=True
)
