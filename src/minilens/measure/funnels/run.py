"""Answers questions about funnels: rows from the engine in their one order, attempts and figures from these."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from minilens.identity.moves import HAS_MOVED, Moved
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.events.sql import has_tail, is_kept
from minilens.measure.funnels import sql
from minilens.measure.funnels.attempts import Rows, Whole
from minilens.measure.funnels.figures import Values, table
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.session import cost
from minilens.measure.table import Cost, Table
from minilens.period import Range, midnight, milliseconds
from minilens.warehouse.engine import Answer, Engine

_BEFORE = date(1970, 1, 1)


def prepare(engine: Engine, query: FunnelQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on."""
    made = engine.query(BUILDS, {"app": query.app})
    builds = hash(tuple((row[0], row[1]) for row in made.rows))
    minute = as_of.as_of.replace(second=0, microsecond=0)  # by then a window may be over
    return Prepared(
        run=lambda: answer(engine, query, as_of, made),
        heavy=True,
        stands_on=(query, as_of.today, builds, as_of.through, minute),
        cost=cost([made]),
    )


def answer(engine: Engine, query: FunnelQuery, as_of: AsOf, made: Answer) -> Table:
    """A row a step, of each group; or a row a period of entries. `totals` is the funnel as a whole."""
    began = time.perf_counter()
    every, bytes_read = fetched(engine, query, made)
    figures = table(query, in_chains(query, every), told_apart(query, every), as_of)
    took = (time.perf_counter() - began) * 1000
    read = cost([made])
    return replace(
        figures,
        cost=Cost(read.rows + every.num_rows, read.bytes + bytes_read, read.milliseconds + took),
    )


def fetched(engine: Engine, query: FunnelQuery, made: Answer) -> tuple[Any, int]:
    """The rows as columns, and their bytes."""
    newest, _, through = made.rows[-1] if made.rows else (_BEFORE, 0, 0)
    over = _read(query)
    tail = over.end >= newest and has_tail(query.rows)
    moved = Moved.NOBODY
    if tail or not is_kept(query.rows):
        moved = Moved(int(engine.one(HAS_MOVED, {"app": query.app})))
    statement = sql.statement(query, moved, tail=tail)
    text = sql.rows(query, statement)
    day_before = over.start - timedelta(days=1)
    asked = {
        "app": query.app, "traffic": query.rows.traffic, "start": over.start, "end": over.end,
        "newest": newest, "through": through,
        "current": [(row[0], row[1]) for row in made.rows if day_before <= row[0] <= over.end],
    }  # fmt: skip
    found = engine.arrow(text, asked | statement.bound.values)
    return found, int(found.nbytes)


def _read(query: FunnelQuery) -> Range:
    """The days whose rows may count."""
    over = query.rows.range
    if query.mode != "entry":
        return over
    return Range(over.start, over.end + timedelta(days=query.window.reach))


@dataclass(frozen=True)
class _Coded:
    """A column of texts as numbers, and what they stand for."""

    codes: Whole
    texts: list[str]


def _coded(column: Any) -> _Coded:
    encoded = column.combine_chunks().dictionary_encode()
    if hasattr(encoded, "chunks"):
        encoded = encoded.combine_chunks()
    codes = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), np.int64)
    return _Coded(codes, encoded.dictionary.to_pylist())


def _whole(every: Any, name: str) -> Whole:
    return np.asarray(every.column(name).to_numpy(), np.int64)


def in_chains(query: FunnelQuery, every: Any) -> Rows:
    """In the order of chains: all rows of an owner, or those of one that have the same held values."""
    ts, days = _whole(every, "at"), _whole(every, "on")
    owner = np.unique(_owners(every), return_inverse=True)[1].astype(np.int64)
    first, last = (_number(one) for one in (query.rows.range.start, query.rows.range.end))
    enters = (days >= first) & (days <= last)
    made = Rows(
        owner=owner, chain=owner, rank=np.arange(len(ts), dtype=np.int64), ts=ts, steps=_whole(every, "steps"),
        ends=_gaps(query, _whole(every, "ends")), enters=enters, until=_until(query, ts, days),
    )  # fmt: skip
    return _held(query, every, made) if query.held else made


def persons(query: FunnelQuery, every: Any) -> Whole:
    """Of each row, by its rank, whose it is."""
    return _whole(every, "person" if query.counts == "sessions" else "owner")


def _owners(every: Any) -> Any:
    return np.asarray(every.column("owner").to_numpy(), np.uint64)


def _number(day: date) -> int:
    return (day - _BEFORE).days


def _gaps(query: FunnelQuery, found: Whole) -> Whole:
    """Of each row the gaps in which one of the excluded events that it is ends an attempt."""
    ends = np.zeros(len(found), np.int64)
    for n, gaps in enumerate(query.gaps):
        ends |= np.where(found >> n & 1, gaps, 0)
    return ends


def _until(query: FunnelQuery, ts: Whole, days: Whole) -> Whole:
    """The last millisecond of an attempt that begins with each row."""
    zone, over = query.rows.timezone, query.rows.range
    if query.mode == "closed":
        end = milliseconds(midnight(over.end + timedelta(days=1), zone)) - 1
        return np.full(len(ts), end, np.int64)
    if not query.window.days:
        return ts + query.window.milliseconds
    known, place = np.unique(days, return_inverse=True)
    ends = [
        milliseconds(midnight(_BEFORE + timedelta(days=day + query.window.days), zone)) - 1
        for day in known.tolist()
    ]
    return np.array(ends, np.int64)[place] if len(known) else ts


def _held(query: FunnelQuery, every: Any, rows: Rows) -> Rows:
    """Rows of other values are none: each value of an owner is a chain. A row that has no value is in none.

    Where steps have the property under different names, a row is there once for each name that it has a value by; a
    row that ends attempts is there by all names.
    """
    names = sorted(set(query.held))
    parts, chains = [], []
    for way in names:
        mine = sum(1 << step for step, one in enumerate(query.held) if one == way)
        columns = [_coded(every.column(f"g{one}")) for one in way]
        there = np.ones(len(rows.ts), np.bool_)
        for one in columns:
            there &= ~np.isin(one.codes, [n for n, text in enumerate(one.texts) if text == "\0"])
        there &= ((rows.steps & mine) != 0) | (rows.ends != 0) | (query.order == "strict")
        at = np.flatnonzero(there)
        parts.append((at, rows.steps[at] & mine))
        chains.append([np.array(one.texts, object)[one.codes[at]] for one in columns])
    at = np.concatenate([one for one, _ in parts])
    steps = np.concatenate([some for _, some in parts])
    keys = [rows.owner[at]]
    for n in range(len(names[0])):
        texts = np.concatenate([one[n] for one in chains])
        keys.append(np.unique(texts.astype(str), return_inverse=True)[1])
    chain = np.zeros(len(at), np.int64)
    for key in keys:  # each time as small as can be, so that no product grows too large
        chain = np.unique(chain * (int(key.max(initial=0)) + 1) + key, return_inverse=True)[1]
    order = np.lexsort((rows.rank[at], chain))
    at, steps, chain = at[order], steps[order], chain[order]
    return Rows(
        owner=rows.owner[at], chain=chain, rank=rows.rank[at], ts=rows.ts[at], steps=steps, ends=rows.ends[at],
        enters=rows.enters[at], until=rows.until[at],
    )  # fmt: skip


def told_apart(query: FunnelQuery, every: Any) -> Values:
    """What attempts are told apart by: of each row, by its rank."""
    days = _whole(every, "on")
    groups = [_coded(every.column(f"g{n}")) for n in range(query.grouped)]
    if not groups:
        return Values(days, np.zeros(len(days), np.int64), [()])
    code = np.zeros(len(days), np.int64)
    for one in groups:
        code = code * (len(one.texts) + 1) + one.codes
    known, group = np.unique(code, return_inverse=True)
    texts: list[tuple[str, ...]] = []
    for number in known.tolist():
        some: list[str] = []
        for one in reversed(groups):
            number, place = divmod(number, len(one.texts) + 1)
            some.append(one.texts[place])
        texts.append(tuple(reversed(some)))
    return Values(days, group.astype(np.int64), texts)
