"""Events held against costs: which of them came by what was paid for, by the names of campaigns and their parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from minilens.measure.campaigns.query import FIGURES
from minilens.measure.costs.figures import Sums
from minilens.measure.costs.query import EVENTS_CALL, CostsQuery, Spent
from minilens.measure.table import Table
from minilens.period import floor

#: How many, what they were worth, what of that was given back.
Came = tuple[int, Decimal, Decimal]
_NOTHING: Came = (0, Decimal(0), Decimal(0))


def by_period(query: CostsQuery, spent: Sequence[Spent], table: Table | None) -> dict[date, Sums]:
    """First day of a period → its sums."""
    found: dict[date, Sums] = defaultdict(Sums)
    for one in spent:
        found[floor(one.key, query.grain)].add(one)
    for (day,), came in _came(table, 1):
        assert isinstance(day, date)
        put(found[floor(day, query.grain)], came)
    return found


def by_value(query: CostsQuery, spent: Sequence[Spent], table: Table | None) -> dict[str, Sums]:
    """Value → its sums. What cannot be said to have come by one of the values counts for none of them."""
    found: dict[str, Sums] = defaultdict(Sums)
    for one in spent:
        found[one.key].add(one)
    parts = query.apart in EVENTS_CALL and query.apart != "campaign"
    owners = _owners(spent, parts=parts)
    for names, came in _came(table, 2 if parts else 1):
        values = owners.get(tuple(map(str, names)), set())
        if len(values) == 1:
            put(found[next(iter(values))], came)
    for value, sums in found.items():
        if table is not None and _knows(value, owners):
            put(sums)
    return found


def whole(spent: Sequence[Spent], table: Table | None) -> Sums:
    """All of them, with all events of their campaigns."""
    found = Sums()
    for one in spent:
        found.add(one)
    if table is not None:
        for _, came in _came(table, table.keys):
            put(found, came)
        put(found)
    return found


def _owners(spent: Sequence[Spent], *, parts: bool) -> dict[tuple[str, ...], set[str]]:
    """What events are told apart by → the values under which it was paid for."""
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for one in spent:
        if one.campaign and (one.key or not parts):
            found[(one.campaign, one.key) if parts else (one.campaign,)].add(one.key)
    return found


def _knows(value: str, owners: dict[tuple[str, ...], set[str]]) -> bool:
    """Whether all that came by the value is known: nothing of it may be of another as well."""
    own = [values for values in owners.values() if value in values]
    return bool(own) and all(len(values) == 1 for values in own)


def _came(table: Table | None, keys: int) -> Iterator[tuple[tuple[object, ...], Came]]:
    for row in table.rows if table else ():
        places = (keys + FIGURES.index(name) for name in ("conversions", "revenue", "refunds"))
        times, worth, returned = (Decimal(str(row[at] or 0)) for at in places)
        yield row[:keys], (int(times), worth, returned)


def put(sums: Sums, came: Came = _NOTHING) -> None:
    """So much more came; nothing is what is known to be nothing."""
    times, worth, returned = came
    sums.put("events", times)
    for name, amount in (("value", worth), ("returned", returned), ("net", worth - returned)):
        sums.put(name, amount)
