"""From the columns of an answer to rows in order, and what is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from minilens.measure.funnels.ordered import Ordered, Unordered, dense, ordered
from minilens.measure.funnels.outcome import Known
from minilens.measure.funnels.packed import Packing
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.rows import Rows, Whole
from minilens.period import Range, midnight, milliseconds, months_later

_BEFORE = date(1970, 1, 1)
#: As statements have no value.
NOTHING = "\0"


@dataclass(frozen=True)
class _Kinds:
    """What kinds of rows there are: what each fits, ends and whether attempts may begin there; and the places of its
    values among the texts of each column.
    """

    marks: Whole
    values: list[Whole]
    texts: list[list[str]]


@dataclass(frozen=True)
class Columns:
    """Rows in no order, a line a row: whose it is, the moment, the place in the session, the arrival, what it fits
    (`sql.rows` says which bit is what). `person`: of the owner, None where owners are persons. `values`: of each group,
    the places of the rows' values in a list of texts, which is in the order of the alphabet.
    """

    owner: Whole
    at: Whole
    place: Whole
    came: Whole
    marks: Whole
    person: Whole | None
    values: tuple[tuple[Whole, list[str]], ...] = ()


def columns(query: FunnelQuery, every: Any) -> Columns:
    """The columns of an answer to `sql.rows`."""
    person = _whole(every, "person") if "person" in every.column_names else None
    return Columns(
        every.column("owner").to_numpy(), _whole(every, "at"), _whole(every, "place"), every.column("came").to_numpy(),
        _whole(every, "told"), person, tuple(_coded(every.column(f"g{n}")) for n in range(len(query.rows.groups))),
    )  # fmt: skip


def read(query: FunnelQuery, every: Columns, over: Range) -> tuple[Rows, Known]:
    """Rows in the order of chains: all rows of an owner, or those of one that have the same held values.

    `over`: the days that the rows are of.
    """
    owner, owners = dense(every.owner)
    kind, kinds = _kinds(every)
    made = ordered(Unordered(owner, every.at, every.place, every.came, kind))
    known = _known(query, kinds, made, _persons(every, owner, owners), over)
    rows = _rows(query, kinds, made, known)
    return (_held(query, kinds, made, rows) if query.held else rows), known


def read_packed(
    query: FunnelQuery, how: Packing, made: Ordered, over: Range
) -> tuple[Rows, Known]:  # fmt: skip
    """The same of rows that came as numbers: their owners are persons."""
    kinds = _Kinds(how.marks_of_kinds(), [], [])
    known = _known(query, kinds, made, None, over)
    return _rows(query, kinds, made, known), known


def _whole(every: Any, name: str) -> Whole:
    return np.asarray(every.column(name).to_numpy(), np.int64)


def _persons(every: Columns, owner: Whole, owners: Whole) -> Whole:
    """The person of each owner."""
    if every.person is None:
        return owners.astype(np.int64)
    found = np.zeros(len(owners), np.int64)
    np.maximum.at(found, owner, every.person)
    return found


def _kinds(every: Columns) -> tuple[Whole, _Kinds]:
    """Of each row its kind."""
    codes, marks = dense(every.marks)
    values: list[Whole] = []
    texts: list[list[str]] = []
    for places, named in every.values:
        codes, known = dense(codes * len(named) + places)
        before, place = np.divmod(known, max(1, len(named)))
        marks, values = marks[before], [*(one[before] for one in values), place]
        texts.append(named)
    return codes, _Kinds(marks, values, texts)


def _coded(column: Any) -> tuple[Whole, list[str]]:
    """Texts as places among those that there are, in the order of the alphabet."""
    places: list[Whole] = []
    numbers: dict[str, int] = {}
    for chunk in column.chunks:
        told = chunk if hasattr(chunk, "dictionary") else chunk.dictionary_encode()
        own = [numbers.setdefault(text, len(numbers)) for text in told.dictionary.to_pylist()]
        places.append(np.array(own, np.int64)[told.indices.to_numpy(zero_copy_only=False)])
    texts = sorted(numbers)
    if not texts:
        return np.zeros(0, np.int64), texts
    again = np.argsort(np.argsort(np.array(list(numbers), object)))
    return again[np.concatenate(places)], texts


def _known(
    query: FunnelQuery, kinds: _Kinds, made: Ordered, persons: Whole | None, over: Range
) -> Known:  # fmt: skip
    """With the groups that there are."""
    code = np.zeros(len(kinds.marks), np.int64)
    for n in range(query.grouped):
        code = code * max(1, len(kinds.texts[n])) + kinds.values[n]
    group, codes = dense(code)
    groups: list[tuple[str, ...]] = []
    for number in codes.tolist():
        some: list[str] = []
        for n in reversed(range(query.grouped)):
            number, place = divmod(number, len(kinds.texts[n]))
            some.append(kinds.texts[n][place])
        groups.append(tuple(reversed(some)))
    first, days = over.start, (over.end - over.start).days + 1
    since = (first - _BEFORE).days
    midnights = _midnights(since, days + 1, query.rows.timezone)
    return Known(persons, made.kind, group, groups, since, midnights)


@lru_cache(maxsize=64)
def _midnights(first: int, days: int, zone: str) -> Whole:
    """The milliseconds at which so many days begin; the first, since 1970. Every slice of rows asks for the same."""
    some = (_BEFORE + timedelta(days=first + n) for n in range(days))
    return np.array([milliseconds(midnight(day, zone)) for day in some], np.int64)


def _rows(query: FunnelQuery, kinds: _Kinds, made: Ordered, known: Known) -> Rows:
    """All rows of an owner are a chain."""
    steps, excluded = query.steps, len(query.gaps)
    ends = np.zeros(len(kinds.marks), np.int64)
    for n, gaps in enumerate(query.gaps):
        ends |= np.where(kinds.marks >> (steps + n) & 1, gaps, 0)
    enters = (kinds.marks >> (steps + excluded) & 1).astype(np.bool_)
    fits = (kinds.marks & ((1 << steps) - 1)).astype(np.int16)  # the smaller, the quicker
    rank = np.arange(len(made.at))
    return Rows(
        owner=made.owner, chain=made.owner, rank=rank, ts=made.at, steps=fits[made.kind],
        ends=ends.astype(np.int16)[made.kind],
        enters=enters[made.kind], until=_until(query, made.at, known),
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


def _held(query: FunnelQuery, kinds: _Kinds, made: Ordered, rows: Rows) -> Rows:
    """Rows of other values are none: each value of an owner is a chain. A row that has no value is in none.

    Where steps have the property under different names, a row is there once for each name that it has a value by; a
    row that ends attempts is there by all names.
    """
    parts, told = [], []
    numbers: dict[tuple[str, ...], int] = {}
    for way in sorted(set(query.held)):
        mine = sum(1 << step for step, one in enumerate(query.held) if one == way)
        value = _values(kinds, way, numbers)[made.kind]
        there = (value >= 0) & (
            ((rows.steps & mine) != 0) | (rows.ends != 0) | (query.order == "strict")
        )
        at = np.flatnonzero(there)
        parts.append((at, rows.steps[at] & mine))
        told.append(value[at])
    at, steps = (np.concatenate([one[n] for one in parts]) for n in (0, 1))
    chain = dense(rows.owner[at] * max(1, len(numbers)) + np.concatenate(told))[0]
    order = np.lexsort((rows.rank[at], chain))
    at, steps, chain = at[order], steps[order], chain[order]
    return Rows(
        owner=rows.owner[at], chain=chain, rank=rows.rank[at], ts=rows.ts[at], steps=steps, ends=rows.ends[at],
        enters=rows.enters[at], until=rows.until[at],
    )  # fmt: skip


def _values(kinds: _Kinds, way: tuple[int, ...], numbers: dict[tuple[str, ...], int]) -> Whole:
    """Of each kind of row the number of what it has by these columns; -1 where one of them has no value."""
    found = np.full(len(kinds.marks), -1, np.int64)
    columns = [kinds.values[n].tolist() for n in way]
    for kind, places in enumerate(zip(*columns, strict=True)):
        some = tuple(kinds.texts[n][place] for n, place in zip(way, places, strict=True))
        if NOTHING not in some:
            found[kind] = numbers.setdefault(some, len(numbers))
    return found
