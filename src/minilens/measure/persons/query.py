"""A question about the persons behind a figure, as a value; and what is found of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from minilens.measure.activity.query import LifecycleQuery, ReturnsQuery, StickinessQuery
from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.campaigns.query import CampaignQuery, CourseQuery
from minilens.measure.distribution.query import DistributionQuery
from minilens.measure.events.query import EventsQuery
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.ltv.query import LtvQuery
from minilens.measure.paths.query import PathsQuery
from minilens.measure.query import Query
from minilens.measure.retention.query import RetentionQuery
from minilens.measure.shares.query import SharesQuery
from minilens.measure.table import Cell
from minilens.period import Range

Whole = NDArray[np.int64]
#: Questions whose figures have persons behind them.
Countable = (
    EventsQuery
    | FunnelQuery
    | Query
    | DistributionQuery
    | RetentionQuery
    | ReturnsQuery
    | StickinessQuery
    | LifecycleQuery
    | PathsQuery
    | LtvQuery
    | AttributionQuery
    | CampaignQuery
    | CourseQuery
    | SharesQuery
)
#: Persons in one answer, where all are asked for.
MOST_PERSONS = 1_000_000


@dataclass(frozen=True)
class Place:
    """Which figure of an answer: its column, and the keys of its row; without a key of a group or a period, over all of
    them.
    """

    measure: str = ""
    row: tuple[tuple[str, Cell], ...] = ()

    @property
    def keys(self) -> dict[str, Cell]:
        """Key → its cell."""
        return dict(self.row)


@dataclass(frozen=True)
class PersonsQuery:
    """The persons behind a figure of a question, by their numbers: `limit` of them after a number, None for all."""

    of: Countable
    place: Place = field(default_factory=Place)
    after: int = 0
    limit: int | None = 100

    @property
    def app(self) -> int:
        """Whose persons they are."""
        return self.of.app

    @property
    def rows(self) -> EventsQuery | None:
        """What says which rows there are; None of questions about days."""
        if isinstance(self.of, EventsQuery):
            return self.of
        return getattr(self.of, "rows", None)

    @property
    def days(self) -> Range:
        """The days it is about."""
        return self.rows.range if self.rows else self.of.range  # type: ignore[union-attr]

    @property
    def timezone(self) -> str:
        """The zone that its moments are told in."""
        return (self.rows.timezone if self.rows else "") or "UTC"


@dataclass(frozen=True)
class Found:
    """Persons by their numbers, in order, each once: how often (events, attempts), and the moments of the first and the
    last of these, in milliseconds; None where nothing but who they are is known."""

    person: Whole
    times: Whole | None = None
    first: Whole | None = None
    last: Whole | None = None


def once(person: Whole) -> Found:
    """Persons of whom nothing more is known, each once and in order."""
    return Found(np.unique(person))


def gathered(person: Whole, first: Whole, last: Whole) -> Found:
    """Rows of persons, put together by person."""
    order = np.argsort(person, kind="stable")
    known, start, times = np.unique(person[order], return_index=True, return_counts=True)
    if not len(known):
        return Found(known, known, known, known)
    return Found(
        known,
        times.astype(np.int64),
        np.minimum.reduceat(first[order], start),
        np.maximum.reduceat(last[order], start),
    )
