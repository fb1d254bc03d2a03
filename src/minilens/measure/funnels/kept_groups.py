"""Groups of attempts where rows are kept: what becomes of attempts is found without groups, and only of the rows whose
values tell is it looked up which group they are of.

Rows of such events are kept a second time, with their group. Two rows that numbers do not tell apart may be of two
groups: where one of these decides, the question is answered from columns instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minilens.identity.moves import Moved
from minilens.measure.events.kept import never_changes
from minilens.measure.events.sql import Statement
from minilens.measure.funnels import sql
from minilens.measure.funnels.kept_rows import BESIDES, Event, KeptRows, day_of, into_moments
from minilens.measure.funnels.packed import MORE, Packing, sort
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.reading import coded, told
from minilens.measure.funnels.rows import Whole

Groups = list[tuple[str, ...]]


class Ambiguous(Exception):
    """Of rows that numbers do not tell apart it matters which is which."""


def looked_up(query: FunnelQuery) -> bool:
    """Whether the groups of a question are found this way."""
    grouped = query.grouped and len(query.rows.groups) == query.grouped and not query.held
    plain = query.mode != "open" and query.at != "each"
    return bool(grouped) and plain and never_changes(query.rows)


@dataclass(frozen=True)
class _Day:
    """Rows of an event and a day as they are kept, in order, and of each the place of its group in a list."""

    rows: Whole
    group: NDArray[Any]
    groups: Groups


@dataclass(frozen=True)
class _Table:
    """The moments of an event's rows in order, and of each its group. `unsure`: those that are of several groups."""

    moments: Whole
    group: Whole
    unsure: Whole

    def of(self, moments: Whole) -> Whole:
        """The groups of some of them."""
        if not len(self.moments) and len(moments):
            raise Ambiguous
        at = np.minimum(np.searchsorted(self.moments, moments), len(self.moments) - 1)
        if (self.moments[at] != moments).any() or np.isin(moments, self.unsure).any():
            raise Ambiguous
        return self.group[at]


@dataclass(frozen=True)
class GroupTables:
    """The groups that there are, and by the kinds of rows those of their moments."""

    how: Packing
    groups: Groups
    tables: dict[int, _Table]


@dataclass(frozen=True)
class RowGroups:
    """Of each of some rows, which are numbers, its group, as an array would say it."""

    every: GroupTables
    keys: Whole

    def __getitem__(self, places: Any) -> Any:
        if np.ndim(places) == 0:
            return self[np.array([places])][0]
        how, keys = self.every.how, self.keys[places]
        kind, moments = keys & ((1 << (how.for_kind - 1)) - 1), keys >> how.for_kind
        found = np.zeros(len(keys), np.int64)
        for one, table in self.every.tables.items():
            mine = np.flatnonzero(kind == one)
            found[mine] = table.of(moments[mine])
        return found


def group_tables(
    rows: KeptRows, how: Packing, moved: Moved | None, later: dict[str, object]
) -> GroupTables | None:
    """The groups of the rows that may decide; None where some are more than is kept of a row. `rows`: of the question
    with its groups. `moved`: who may be another person by now, of what came after the newest build on the days `later`;
    None where nothing does."""
    query = rows.query
    steps = (
        range(query.steps)
        if query.at == "last"
        else [0 if query.at == "entry" else int(query.at) - 1]
    )
    deciding = [one for one in rows.events or () if any(one.bits >> step & 1 for step in steps)]
    made = {one: _days(rows, one, moved, later) for one in deciding}
    every = [day for days in made.values() if days is not None for _, day in days]
    groups = sorted({group for day in every for group in day.groups})
    numbers = {group: n for n, group in enumerate(groups)}
    tables = {}
    for one, days in made.items():
        if days is None or (table := _table(how, days, numbers)) is None:
            return None
        tables[one.kind(how)] = table
    return GroupTables(how, groups, tables)


def _days(
    rows: KeptRows, event: Event, moved: Moved | None, later: dict[str, object]
) -> list[tuple[date, _Day]] | None:
    """The rows of an event by day: those that are kept, the others read, and what no build knows."""
    statement, key = rows.statement([event]), rows.key(event)
    question, days = rows.kept.question(), rows.builds.days(rows.over)
    found = [(day, question.find((key, day), build)) for day, build in days.items()]
    lacking = {day: days[day] for day, one in found if one is None}
    there = [(day, one) for day, one in found if one is not None]
    if lacking:
        asked = {"current": list(lacking.items()), "start": min(lacking), "end": max(lacking)}
        if (read := _read(rows, statement, asked)) is None:
            return None
        for day, build in lacking.items():
            one = read.get(day, _NONE)
            question.keep((key, day), build, one, one.rows.nbytes + one.group.nbytes + BESIDES)
            there.append((day, one))
    if moved is not None:
        tail = rows.statement([event], moved)
        if (read := _read(rows, tail, later)) is None:
            return None
        there += read.items()
    return [(day, one) for day, one in there if len(one.rows)]


def _read(rows: KeptRows, made: Statement, asked: dict[str, object]) -> dict[date, _Day] | None:
    """The rows of a statement by their day."""
    count = len(rows.query.rows.groups)
    every = rows.fetch(sql.by_day(made, sql.EVERY, groups=count), made.bound.values | asked)
    key, days = (every.column(name).to_numpy() for name in ("key", "day"))
    if not len(key):
        return {}
    if key.max() == MORE:
        return None
    values = told(rows.query, [coded(every.column(f"g{n}")) for n in range(count)])
    assert values is not None
    group = values.group.astype(np.uint16 if len(values.groups) <= 1 << 16 else np.uint32)
    by = np.argsort(days, kind="stable")
    day = days[by]
    found: dict[date, _Day] = {}
    for places in np.split(by, np.flatnonzero(day[1:] != day[:-1]) + 1):
        some = places[np.argsort(key[places])]
        found[day_of(int(days[some[0]]))] = _Day(key[some], group[some], values.groups)
    return found


def _table(
    how: Packing, days: Sequence[tuple[date, _Day]], numbers: dict[tuple[str, ...], int]
) -> _Table | None:
    """All rows of an event together; None where some are more than numbers hold."""
    moments = np.empty(sum(len(one.rows) for _, one in days), np.int64)
    group, begin = np.empty(len(moments), np.int64), 0
    for day, one in days:
        end = begin + len(one.rows)
        if not into_moments(how, one.rows, day, moments[begin:end]):
            return None
        group[begin:end] = np.array([numbers[told] for told in one.groups], np.int64)[one.group]
        begin = end
    bits = len(numbers).bit_length()
    if int(moments.max(initial=0)).bit_length() + bits < 64:  # both in one number are sorted sooner
        moments <<= bits
        moments |= group
        sort(moments)
        np.bitwise_and(moments, (1 << bits) - 1, out=group)
        moments >>= bits
    else:
        by = np.argsort(moments)
        moments, group = moments[by], group[by]
    again = (moments[1:] == moments[:-1]) & (group[1:] != group[:-1])
    return _Table(moments, group, moments[1:][again])


_NONE = _Day(np.zeros(0, np.int64), np.zeros(0, np.uint16), [])
