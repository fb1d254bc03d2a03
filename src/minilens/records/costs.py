"""What advertising cost: rows by day, campaign, ad set and creative, in which a day is replaced as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, String

from minilens.errors import Refused
from minilens.records.cost_content import COUNTS, MILLION, NAMES, Landing, NewCost, checked
from minilens.records.database import Database, record_audit
from minilens.records.day_rows import MOST, DayChange, DayRows, Figures
from minilens.records.tables import METADATA

#: What a row that is handed in replaces: all of its source and day, or only those of its campaign there.
Replaces = Literal["days", "campaigns"]
REPLACES: tuple[Replaces, ...] = ("days", "campaigns")

COSTS = sa.Table(
    "ad_costs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("source", String(128), nullable=False),
    Column("campaign", String(128), nullable=False),
    Column("ad_set", String(128), nullable=False),
    Column("creative", String(128), nullable=False),
    Column("landing", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("cost", BigInteger, nullable=False),  # millionths of the currency
    *(Column(name, BigInteger) for name in COUNTS),  # null: not known
    Index("ix_ad_costs_app_id", "app_id", "day", "source"),
)
_KEY = ("day", *NAMES, "landing", "currency")
_SUMMED = ("cost", *COUNTS)
_WHOLE = (*_SUMMED, "reaching")


@dataclass(frozen=True)
class Cost:
    """A row as it is kept, or several added up. `cost`: millionths of `currency`. None: not known."""

    day: date
    source: str
    campaign: str
    ad_set: str
    creative: str
    landing: Landing
    currency: str
    cost: int
    impressions: int | None
    clicks: int | None
    conversions: int | None
    reach: int | None


def spent(some: Iterable[Cost]) -> Figures:
    """Currency → millionths of all of them."""
    rows = sorted(some, key=lambda one: one.currency)
    return tuple(
        (currency, sum(one.cost for one in of)) for currency, of in groupby(rows, lambda one: one.currency)
    )  # fmt: skip


_ROWS = DayRows(COSTS, Cost, "source", _KEY, spent)


class Costs:
    """They belong to the app: whoever may see it sees all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def preview(
        self, app: int, some: Sequence[NewCost], *, today: date, replaces: Replaces = "days", first: int = 0
    ) -> list[DayChange]:  # fmt: skip
        """What `put` of the same would change, by source and day; Refused as it would be."""
        given = _given(some, today, first)
        with self._database.read() as connection:
            return _ROWS.plan(connection, app, given, _part(replaces)).changes

    def put(
        self, app: int, some: Sequence[NewCost], *, today: date, now: datetime, replaces: Replaces = "days",
        first: int = 0, by: int | None = None,
    ) -> list[DayChange]:  # fmt: skip
        """Replace the days of the rows by them; what was changed. What is as it was stays untouched.

        Refused where one of them cannot be, naming its place counted from `first`: `costs[3].cost`; or where two are
        of the same advertisement, day and currency.
        """
        given = _given(some, today, first)
        with self._database.write(alone=True) as connection:
            plan = _ROWS.plan(connection, app, given, _part(replaces))
            _ROWS.carry_out(connection, app, plan)
            told = plan.told
            if told:
                days = sorted({one.day for one in told})
                record_audit(
                    connection, "costs.put", now=now, by=by, app=app, name=f"{days[0]} – {days[-1]}",
                    days=len(told), rows=sum(one.rows for one in told),
                    replaced=sum(one.state == "replaced" for one in told),
                )  # fmt: skip
        return plan.changes

    def of(
        self, app: int, first: date, last: date, *, after: int = 0, most: int = 10**9
    ) -> list[Cost]:
        """The rows of those days by day and names, `most` of them after the first `after`."""
        with self._database.read() as connection:
            return _ROWS.ordered(connection, app, first, last, after=after, most=most)

    def days(self, app: int) -> tuple[date, date] | None:
        """The first and the last day that have costs."""
        with self._database.read() as connection:
            return _ROWS.days(connection, app)

    def currencies(self, app: int) -> list[str]:
        """Those that costs are in."""
        query = sa.select(COSTS.c.currency).where(COSTS.c.app_id == app).distinct()
        with self._database.read() as connection:
            return list(connection.execute(query.order_by(COSTS.c.currency)).scalars())

    def summed(
        self, app: int, first: date, last: date, told_apart: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Sums of the rows of those days, told apart by some of day, source, campaign, ad_set, creative, landing and
        currency; a count is None where no row knows it. `reach` adds up whom each ad reached on each day, `reaching`
        the impressions of the rows that say so."""
        columns = [COSTS.c[name] for name in told_apart]
        sums = [sa.func.sum(COSTS.c[name]).label(name) for name in _SUMMED]
        of_reach = sa.case((COSTS.c.reach.is_not(None), COSTS.c.impressions))
        sums.append(sa.func.sum(of_reach).label("reaching"))
        query = sa.select(*columns, *sums).where(
            COSTS.c.app_id == app, COSTS.c.day >= first, COSTS.c.day <= last
        )
        with self._database.read() as connection:
            found = connection.execute(query.group_by(*columns).order_by(*columns)).mappings()
            # PostgreSQL adds whole numbers up to a decimal
            return [
                {name: int(value) if name in _WHOLE and value is not None else value for name, value in row.items()}
                for row in found
            ]  # fmt: skip


def _given(some: Sequence[NewCost], today: date, first: int) -> list[Cost]:
    """As they are kept, each key once."""
    if not some:
        raise Refused("missing", "costs")
    if len(some) > MOST:
        raise Refused("too_many", "costs", limit=MOST)
    found: dict[tuple[object, ...], Cost] = {}
    for n, one in enumerate(some, first):
        row = checked(one, today, f"costs[{n}].")
        if row.key in found:
            names = " › ".join(filter(None, (row.campaign, row.ad_set, row.creative)))
            raise Refused("twice", f"costs[{n}]", got=f"{row.day} {names}".strip())
        counts = {name: getattr(row, name) for name in COUNTS}
        named = {name: getattr(row, name) for name in _KEY}
        found[row.key] = Cost(**named, cost=row.millionths, **counts)
    return list(found.values())


def _part(replaces: Replaces) -> Callable[[Cost], object]:
    return lambda one: one.campaign if replaces == "campaigns" else ""


def units(millionths: int) -> str:
    """Money as decimal text, without zeros behind that say nothing: 12.5, 3."""
    whole, rest = divmod(millionths, MILLION)
    return f"{whole}.{rest:06}".rstrip("0").rstrip(".")


__all__ = ["COSTS", "Cost", "Costs"]
