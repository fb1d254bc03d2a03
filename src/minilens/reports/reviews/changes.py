"""What changed most of a figure, between two ranges: which values of which dimension, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from minilens.errors import Busy, Refused
from minilens.measure.by_values import by_values
from minilens.measure.contributions import Change, Contribution, change
from minilens.measure.dimensions import DIMENSIONS, Dimension
from minilens.measure.single_value import Ask, OfCosts, Source, single_value
from minilens.measure.table import Unit
from minilens.period import Range
from minilens.reports.request import AppContext
from minilens.reports.reviews.watched import Watched, asked, earlier

#: By what figures are told apart: of visits and events, and of costs.
BY = ("scene_source", "page", "campaign", "province", "app_version", "newness")
OF_COSTS = ("source", "campaign")


@dataclass(frozen=True)
class Told:
    """A figure told apart by a dimension, then and now."""

    dimension: Dimension
    change: Change

    @property
    def most(self) -> Contribution | None:
        """The value that has most to do with it; None where none has."""
        return self.change.parts[0] if self.change.parts else None


@dataclass(frozen=True)
class FigureChange:
    """How a figure changed; `told`: by each dimension that tells it apart, the one whose first value has most to do
    with it first. None of them where it cannot be told apart, as the median of a time."""

    figure: Watched
    unit: Unit
    now: float | None
    then: float | None
    told: tuple[Told, ...]

    @property
    def by(self) -> float | None:
        """The change; None where either is unknown."""
        return None if self.now is None or self.then is None else self.now - self.then


def changed(
    figure: Watched, now: Range, then: Range, context: AppContext, app: int, ask: Ask, by: Sequence[str] = ()
) -> FigureChange:  # fmt: skip
    """Between two ranges; by these dimensions, or by all there are. Refused where it can be asked no longer."""
    source, unit = asked(figure.asked, context, app)
    days = [earlier(over, figure.after) for over in (now, then)]
    new, old = (single_value(source, over, ask, context.today).value for over in days)
    told = [one for name in by or dimensions(source) if (one := _told(source, name, days, ask))]
    told.sort(key=lambda one: -abs(one.most.by) if one.most else 0.0)
    return FigureChange(figure, unit, new, old, tuple(told))


def dimensions(source: Source) -> tuple[str, ...]:
    """By what a source is told apart."""
    return OF_COSTS if isinstance(source, OfCosts) else BY


def _told(source: Source, by: str, days: Sequence[Range], ask: Ask) -> Told | None:
    try:
        sides = [by_values(source, by, over, ask) for over in days]
    except Busy:
        raise
    except Refused:  # it has no such values
        return None
    now, then = sides
    if now is None or then is None:
        return None
    found = change(now, then)
    return Told(DIMENSIONS[by], found) if found.by is not None else None
