"""From the columns of an answer to rows in order, and what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from minilens.measure.events.sorting import dense
from minilens.measure.funnels.ordered import Columns, Told
from minilens.measure.funnels.outcome import Known
from minilens.measure.funnels.packed import Packing, Unpacked, unpacked
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.rows import Rows, Whole
from minilens.period import Range, midnight, milliseconds, months_later

_BEFORE = date(1970, 1, 1)
#: As statements have no value.
NOTHING = "\0"
#: Of each row a place in a list of texts, which is in the order of the alphabet.
Values = tuple[Whole, list[str]]
_ONE_GROUP: list[tuple[str, ...]] = [()]


def columns(query: FunnelQuery, every: Any) -> Columns:
    """The columns of an answer to `sql.rows`."""
    key, tie = (every.column(name).to_numpy() for name in ("key", "tie"))
    there = set(every.column_names)
    owner, person = (
        every.column(name).to_numpy() if name in there else None for name in ("owner", "person")
    )
    values = [coded(every.column(f"g{n}")) for n in range(len(query.rows.groups))]
    return Columns(key, tie, owner, person, told(query, values))


def told(query: FunnelQuery, values: Sequence[Values]) -> Told | None:
    """What the values of each group say."""
    if not values:
        return None
    group, groups = _grouped(values[: query.grouped], len(values[0][0]))
    ways = sorted(set(query.held))
    return Told(group, groups, _held_by(ways, values) if ways else ())


def _grouped(values: Sequence[Values], rows: int) -> tuple[Whole, list[tuple[str, ...]]]:
    """Of each row its group, and the groups that there are."""
    if not values:
        return np.zeros(rows, np.int32), [()]
    group, texts = values[0]
    groups: list[tuple[str, ...]] = [(text,) for text in texts]
    for places, texts in values[1:]:
        group, known = dense(group * np.int64(len(texts)) + places)
        groups = [
            (*groups[before], texts[place])
            for before, place in (divmod(code, len(texts)) for code in known.tolist())
        ]
    return group, groups


def _held_by(ways: Sequence[tuple[int, ...]], values: Sequence[Values]) -> tuple[Whole, ...]:
    """Of each way the numbers of what rows have: the same values have the same number, by whatever names."""
    numbers: dict[str, int] = {}
    tables = {
        n: np.array([numbers.setdefault(text, len(numbers)) for text in values[n][1]], np.int64)
        for n in {n for way in ways for n in way}
    }
    nothing, size = numbers.get(NOTHING, -1), max(1, len(numbers))
    made = np.zeros(0, np.int64)
    missing = np.zeros((len(ways), len(values[0][0])), np.bool_)
    for k in range(len(ways[0])):
        some = np.stack([tables[way[k]][values[way[k]][0]] for way in ways])
        missing |= some == nothing
        made = some.ravel() if not k else dense(made)[0] * size + some.ravel()
    return tuple(np.where(missing, -1, made.reshape(missing.shape)))


def read(
    query: FunnelQuery, over: Range, how: Packing, every: Columns, part: Whole
) -> tuple[Rows, Known]:  # fmt: skip
    """Some rows, in the order of chains: all rows of an owner, or those of one that have the same held values.

    `part`: the places of all rows of some owners. `over`: the days that the rows are of.
    """
    places, made, owners = every.in_order(how, part)
    persons = None if owners is None else owners.astype(np.int64)
    told = every.told
    known = _known(query, persons, told, places, over)
    if every.person is not None:
        known = replace(known, whose=every.person[places].astype(np.int64))
    rows = _rows(query, how, made, known)
    held = tuple(one[places] for one in told.held) if told else ()
    if query.at == "each" and known.group is not None:
        rows, known = _each_by_itself(rows, known)
        held = tuple(one[rows.rank] for one in held)
    return (_held(query, held, rows) if held else rows), known


def _each_by_itself(rows: Rows, known: Known) -> tuple[Rows, Known]:
    """As if a person were somebody else for each group that rows of theirs are of."""
    assert known.group is not None
    owner, some = dense(rows.owner * np.int64(len(known.groups)) + known.group[rows.rank])
    persons = some // len(known.groups)
    if known.persons is not None:
        persons = known.persons[persons]
    order = np.lexsort((rows.rank, owner))
    owner = owner[order]
    apart = Rows(
        owner=owner, chain=owner, rank=rows.rank[order], ts=rows.ts[order], steps=rows.steps[order],
        ends=rows.ends[order], enters=rows.enters[order], until=rows.until[order],
    )  # fmt: skip
    return apart, replace(known, persons=persons)


def read_packed(
    query: FunnelQuery, over: Range, how: Packing, keys: Whole
) -> tuple[Rows, Known]:  # fmt: skip
    """The same of rows that are numbers alone and in order: their owners are persons."""
    known = _known(query, None, None, keys, over)
    return _rows(query, how, unpacked(how, keys), known), known


def coded(column: Any) -> Values:
    """Texts as places among those that there are, in the order of the alphabet."""
    places: list[Whole] = []
    numbers: dict[str, int] = {}
    for chunk in column.chunks:
        told = chunk if hasattr(chunk, "dictionary") else chunk.dictionary_encode()
        own = [numbers.setdefault(text, len(numbers)) for text in told.dictionary.to_pylist()]
        places.append(np.array(own, np.int32)[told.indices.to_numpy(zero_copy_only=False)])
    texts = sorted(numbers)
    if not texts:
        return np.zeros(0, np.int32), texts
    again = np.argsort(np.argsort(np.array(list(numbers), object))).astype(np.int32)
    return again[np.concatenate(places)], texts


def _known(
    query: FunnelQuery, persons: Whole | None, told: Told | None, places: Whole, over: Range
) -> Known:  # fmt: skip
    first, days = over.start, (over.end - over.start).days + 1
    since = (first - _BEFORE).days
    midnights = _midnights(since, days + 1, query.rows.timezone)
    group, groups = (told.group[places], told.groups) if told else (None, _ONE_GROUP)
    return Known(persons, group, groups, since, midnights)


@lru_cache(maxsize=64)
def _midnights(first: int, days: int, zone: str) -> Whole:
    """The milliseconds at which so many days begin; the first, since 1970. Every slice of rows asks for the same."""
    some = (_BEFORE + timedelta(days=first + n) for n in range(days))
    return np.array([milliseconds(midnight(day, zone)) for day in some], np.int64)


def _rows(query: FunnelQuery, how: Packing, made: Unpacked, known: Known) -> Rows:
    """All rows of an owner are a chain."""
    kind: Any = made.kind
    if (marks := how.marks_of_kinds()) is None:
        kind, marks = slice(None), made.kind
    steps, excluded = query.steps, len(query.gaps)
    ends = np.zeros(len(marks), np.int16)
    for n, gaps in enumerate(query.gaps):
        ends |= np.where(marks >> (steps + n) & 1, gaps, 0).astype(np.int16)
    enters = (marks >> (steps + excluded) & 1).astype(np.bool_)
    fits = (marks & ((1 << steps) - 1)).astype(np.int16)  # the smaller, the quicker
    return Rows(
        owner=made.owner, chain=made.owner, rank=np.arange(len(made.at)), ts=made.at, steps=fits[kind], ends=ends[kind],
        enters=enters[kind], until=_until(query, made.at, known),
    )  # fmt: skip


def _until(query: FunnelQuery, at: Whole, known: Known) -> Whole:
    """The last millisecond of an attempt that begins with each row."""
    zone, over = query.rows.timezone, query.rows.range
    if query.mode == "closed":
        end = milliseconds(midnight(over.end + timedelta(days=1), zone)) - 1
        return np.full(len(at), end, np.int64)
    if query.window.months:
        later = _months(query.window.months, known.first, len(known.midnights), zone)
        return at + later[known.day(at) - known.first]
    if not query.window.days:
        return at + query.window.milliseconds
    ends = _midnights(known.first + query.window.days, len(known.midnights), zone) - 1
    made: Whole = ends[known.day(at) - known.first]
    return made


@lru_cache(maxsize=64)
def _months(months: int, first: int, days: int, zone: str) -> Whole:
    """Of each day how many milliseconds behind it the same time lies so many months later."""
    found = []
    for n in range(days):
        day = _BEFORE + timedelta(days=first + n)
        later = months_later(day, months)
        found.append(milliseconds(midnight(later, zone)) - milliseconds(midnight(day, zone)))
    return np.array(found, np.int64)


def _held(query: FunnelQuery, held: tuple[Whole, ...], rows: Rows) -> Rows:
    """Rows of other values are none: each value of an owner is a chain. A row that has no value is in none.

    Where steps have the property under different names, a row is there once for each name that it has a value by; a
    row that ends attempts is there by all names. `held`: the values of each way.
    """
    parts, told = [], []
    for way, value in zip(sorted(set(query.held)), held, strict=True):
        mine = sum(1 << step for step, one in enumerate(query.held) if one == way)
        there = (value >= 0) & (
            ((rows.steps & mine) != 0) | (rows.ends != 0) | (query.order == "strict")
        )
        at = np.flatnonzero(there)
        parts.append((at, rows.steps[at] & mine))
        told.append(value[at])
    at, steps = (np.concatenate([one[n] for one in parts]) for n in (0, 1))
    value, values = dense(np.concatenate(told))
    chain = dense(rows.owner[at] * max(1, len(values)) + value)[0]
    order = np.lexsort((rows.rank[at], chain))
    at, steps, chain = at[order], steps[order], chain[order]
    return Rows(
        owner=rows.owner[at], chain=chain, rank=rows.rank[at], ts=rows.ts[at], steps=steps, ends=rows.ends[at],
        enters=rows.enters[at], until=rows.until[at],
    )  # fmt: skip
