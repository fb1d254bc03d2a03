"""Questions about costs of advertising, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.query import Condition, Conditions, EventsQuery
from minilens.measure.measures import Measure
from minilens.period import Grain, Range
from minilens.records.rates import USUAL

#: What rows of a list are: what the platform calls its parts, where clicks lead, and the platform itself.
Apart = Literal["campaign", "ad_set", "creative", "landing", "source"]
#: The sums that are kept of costs.
SUMS = ("cost", "impressions", "clicks", "conversions", "reach", "reaching")
#: Days before a day whose mean it is held against.
BEFORE = 7
#: What events call what an advertisement calls its parts.
EVENTS_CALL = {"campaign": "campaign", "ad_set": "placement", "creative": "material"}


@dataclass(frozen=True)
class Spent:
    """Costs of one day, or of one value, by campaign. `cost`: millionths; None: the platform did not say."""

    key: Any
    campaign: str
    cost: int
    impressions: int | None
    clicks: int | None
    conversions: int | None
    reach: int | None = None
    reaching: int | None = None


@dataclass(frozen=True)
class CostsQuery:
    """Costs of an app in one currency, and the events `conversions` that came by their campaigns.

    A row for each `grain` of `range`; or, with `apart`, the `top` values by `sort`. `compare` is the other range.
    `cap`: how often a person should see an ad a day at most.
    An empty currency is the usual one. `spent`, `then_spent`, `others` (currencies that have costs besides),
    `converted` (those whose costs are converted) and `earlier` (what the days before the range cost) are said by
    whoever knows the records.
    """

    app: int
    measures: tuple[Measure, ...]
    range: Range
    currency: str
    conversions: EventsQuery
    grain: Grain = "day"
    apart: Apart | None = None
    compare: Range | None = None
    cap: float = 3
    sort: Measure | None = None
    ascending: bool = False
    top: int = 10
    offset: int = 0
    include_other: bool = False
    search: str = ""
    spent: tuple[Spent, ...] = ()
    then_spent: tuple[Spent, ...] = ()
    others: tuple[str, ...] = ()
    converted: tuple[str, ...] = ()
    earlier: tuple[Spent, ...] = ()

    @property
    def before(self) -> Range:
        """The days before the range that its first days are held against."""
        first = self.range.start
        return Range(first - timedelta(days=BEFORE), first - timedelta(days=1))

    @property
    def told_apart(self) -> tuple[str, ...]:
        """What costs are told apart by, campaign and currency among them."""
        key = self.apart or "day"
        return (key, "currency") if key == "campaign" else (key, "campaign", "currency")

    def events_of(self, over: Range, spent: Sequence[Spent]) -> EventsQuery | None:
        """The question about the events of a range that came by these campaigns; None where none is named."""
        names = tuple(sorted({one.campaign for one in spent if one.campaign}))
        if not names:
            return None
        by = [DIMENSIONS["campaign"]] if self.apart else []
        part = EVENTS_CALL.get(self.apart or "")
        by += [DIMENSIONS[part]] if part and part != "campaign" else []
        these = Condition(DIMENSIONS["campaign"], "is", names)
        return replace(
            self.conversions, app=self.app, range=over, grain="whole" if self.apart else "day",
            groups=tuple(by), top=10_000, where=Conditions(True, (*self.conversions.where.parts, these)),
        )  # fmt: skip


def with_costs(
    query: CostsQuery,
    rows: Sequence[Mapping[str, Any]],
    then: Sequence[Mapping[str, Any]],
    earlier: Sequence[Mapping[str, Any]] = (),
) -> CostsQuery:
    """The question with sums of the records over its range, over the other one, and over the days before."""
    return replace(
        query, spent=_spent(query, rows), then_spent=_spent(query, then), earlier=_spent(query, earlier),
        others=tuple(sorted({row["currency"] for row in rows} - {query.currency or USUAL})),
    )  # fmt: skip


def _spent(query: CostsQuery, rows: Sequence[Mapping[str, Any]]) -> tuple[Spent, ...]:
    key = query.apart or "day"
    into = query.currency or USUAL
    return tuple(
        Spent(row[key], row["campaign"], **_sums(row)) for row in rows if row["currency"] == into
    )


def _sums(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row.get(name) for name in SUMS}
