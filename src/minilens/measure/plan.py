"""Where a question is answered from: a few rows a day, or the events and sessions themselves.

no filter                              days, rows of the whole day
conditions on one kept field           days, rows of that field's values
rows are values of a kept field        days, too
the page and one other kept field      days, rows of that field's values and each page
rows are hours                         events and sessions, with what came after the build
anything else, or a day cut short      visits, events and sessions: reads much, so it is `heavy`
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.filters import dimensions_of
from minilens.measure.measures import measure
from minilens.measure.query import Query


@dataclass(frozen=True)
class Plan:
    """`dimension` of `days` that is read ('' for whole days, `scene+page` for scenes and pages).

    `unavailable`: measures without an answer here.
    """

    source: Literal["days", "visits", "events", "hours"]
    dimension: str
    unavailable: frozenset[str]
    tail: bool

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields whose values its rows of `days` are about."""
        return tuple(self.dimension.split("+")) if self.dimension else ()

    @property
    def place(self) -> Literal["days", "pairs"]:
        """Which columns of `days` hold the values."""
        return "pairs" if len(self.fields) > 1 else "days"

    @property
    def heavy(self) -> bool:
        """Whether it reads rows by the million."""
        return self.source != "days"


def plan(query: Query) -> Plan:
    """The cheapest way that gives the right figures. A day cut at a moment was never made."""
    about = dimensions_of(query.filters) | set(query.values)
    kept = len(about - {"page"}) <= 1 and all(DIMENSIONS[name].rolled_up for name in about)
    unknown = frozenset(
        name
        for name in query.measures
        if (about and measure(name).scope == "everyone")
        or ("page" in about and measure(name).scope == "sessions")
        or (measure(name).share_of and query.time and query.values)
        or ("page" not in query.values and measure(name).scope == "pages")
    )
    # who is new is known when the day is made; the rest is as young as the events
    tail = "newness" not in about
    if query.grain == "hour":
        return Plan("hours", "", unknown, tail)
    if query.cutoff is not None:
        return Plan("events", "", unknown, tail=False)
    if kept:
        # the page comes last: scene+page
        return Plan("days", "+".join(sorted(about, key=lambda name: name == "page")), unknown, tail)
    return Plan("visits", "", unknown, tail)
