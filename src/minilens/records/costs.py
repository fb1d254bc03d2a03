"""What advertising cost: rows by day, campaign, ad set and creative, in which a day is replaced as a whole.

So the same file twice changes nothing, and a corrected one leaves nothing of what it corrects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Literal, cast

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, String

from minilens.errors import Refused
from minilens.records.cost_content import COUNTS, MILLION, NAMES, Landing, NewCost, checked
from minilens.records.database import Database, record_audit
from minilens.records.tables import METADATA

#: Rows that are handed in at once, and those that are removed by one statement.
MOST, PORTION = 100_000, 400
#: What a row that is handed in replaces: all of its source and day, or only those of its campaign there.
Replaces = Literal["days", "campaigns"]
REPLACES: tuple[Replaces, ...] = ("days", "campaigns")
State = Literal["added", "replaced", "unchanged"]

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


@dataclass(frozen=True)
class DayChange:
    """What handing in does to a day of a source. Costs: currency → millionths, before and after."""

    source: str
    day: date
    state: State
    rows_before: int
    rows: int
    before: tuple[tuple[str, int], ...]
    after: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _Plan:
    changes: list[DayChange]
    removed: list[int]
    added: list[Cost]


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
            return _plan(connection, app, given, replaces).changes

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
            plan = _plan(connection, app, given, replaces)
            for ids in _portions(plan.removed):
                connection.execute(sa.delete(COSTS).where(COSTS.c.id.in_(ids)))
            if plan.added:
                connection.execute(
                    sa.insert(COSTS), [{"app_id": app, **vars(one)} for one in plan.added]
                )
            told = [one for one in plan.changes if one.state != "unchanged"]
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
        names_first = (*(COSTS.c[name] for name in _KEY), COSTS.c.id)
        query = _select(app, first, last).order_by(*names_first).limit(most).offset(after)
        with self._database.read() as connection:
            return [_cost(row) for row in connection.execute(query).mappings()]

    def days(self, app: int) -> tuple[date, date] | None:
        """The first and the last day that have costs."""
        query = sa.select(sa.func.min(COSTS.c.day), sa.func.max(COSTS.c.day))
        with self._database.read() as connection:
            first, last = connection.execute(query.where(COSTS.c.app_id == app)).one()
        return (first, last) if first else None

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


def _plan(connection: sa.Connection, app: int, given: list[Cost], replaces: Replaces) -> _Plan:
    """What is to be removed and added: all of a part of a day, or nothing where it is as it was."""
    new = _parts(given, replaces)
    first, last = min(one.day for one in given), max(one.day for one in given)
    held: dict[Cost, int] = {}
    for row in connection.execute(_select(app, first, last)).mappings():
        held[_cost(row)] = row["id"]
    old = {part: rows for part, rows in _parts(held, replaces).items() if part in new}
    changed = [part for part in new if new[part] != old.get(part, set())]
    removed = [held[one] for part in changed for one in old.get(part, ())]
    added = [one for part in changed for one in sorted(new[part], key=_order)]
    changes = [
        _change(day, source, new, old)
        for day, source in sorted({(part[0], part[1]) for part in new})
    ]
    return _Plan(changes, removed, added)


Part = tuple[date, str, str]


def _parts(some: Iterable[Cost], replaces: Replaces) -> dict[Part, set[Cost]]:
    found: dict[Part, set[Cost]] = {}
    for one in some:
        campaign = one.campaign if replaces == "campaigns" else ""
        found.setdefault((one.day, one.source, campaign), set()).add(one)
    return found


def _change(
    day: date, source: str, new: dict[Part, set[Cost]], old: dict[Part, set[Cost]]
) -> DayChange:
    then = {one for part, rows in old.items() if part[:2] == (day, source) for one in rows}
    now = {one for part, rows in new.items() if part[:2] == (day, source) for one in rows}
    state: State = "unchanged" if then == now else "replaced" if then else "added"
    return DayChange(source, day, state, len(then), len(now), spent(then), spent(now))


def spent(some: Iterable[Cost]) -> tuple[tuple[str, int], ...]:
    """Currency → millionths of all of them."""
    rows = sorted(some, key=lambda one: one.currency)
    return tuple(
        (currency, sum(one.cost for one in of)) for currency, of in groupby(rows, lambda one: one.currency)
    )  # fmt: skip


def _order(one: Cost) -> tuple[object, ...]:
    return (one.day, one.source, one.campaign, one.ad_set, one.creative, one.landing, one.currency)


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + PORTION] for at in range(0, len(ids), PORTION))


def _select(app: int, first: date, last: date) -> sa.Select[tuple[object, ...]]:
    return cast(
        "sa.Select[tuple[object, ...]]",
        sa.select(COSTS).where(COSTS.c.app_id == app, COSTS.c.day >= first, COSTS.c.day <= last),
    )


def _cost(row: Any) -> Cost:
    return Cost(**{name: row[name] for name in (*_KEY, *_SUMMED)})


def units(millionths: int) -> str:
    """Money as decimal text, without zeros behind that say nothing: 12.5, 3."""
    whole, rest = divmod(millionths, MILLION)
    return f"{whole}.{rest:06}".rstrip("0").rstrip(".")


__all__ = ["COSTS", "Cost", "Costs", "DayChange"]
