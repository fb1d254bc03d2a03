"""What people did after a step: those who dropped there, and what goes with going on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from minilens.measure.events.columns import OTHERS
from minilens.measure.events.query import NO_CONDITIONS, Counted
from minilens.measure.events.sql import Statement
from minilens.measure.funnels.outcome import Outcomes
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.rows import Truth, Whole
from minilens.measure.table import Cell, Column, Row
from minilens.reference.events import TECHNICAL
from minilens.text import Language, Text

#: Persons who did something, and who did not, of whom anything is said.
LEAST = 30
NOTHING_MORE = "(nothing)"
_NAMES = {NOTHING_MORE: Text("无后续行为", "Nothing more"), OTHERS: Text("其余", "All others")}
_SETTINGS = "SETTINGS output_format_arrow_low_cardinality_as_dictionary = 1"


def _shown(value: str, language: Language) -> str:
    return _NAMES[value].of(language) if value in _NAMES else value


_EVENT = Column("event", Text("事件", "Event"), "text", shown=_shown)
_PAGE = Column("page", Text("页面", "Page"), "text")
KEYS = (_EVENT, _PAGE)
NEXT = (
    Column("count", Text("数量", "Count"), "count", Text("流失者中下一个行为是它的数量", "Those who did this next")),
    Column("share", Text("占比", "Share"), "ratio", Text("占该步流失数量的比例", "Of all who dropped at the step")),
)  # fmt: skip
DRIVERS = (
    Column("did", Text("做过", "Did it"), "count", Text("在该步之后做过它的数量", "Those who did it after the step")),
    Column(
        "rate_with", Text("做过的转化率", "Rate with"), "ratio",
        Text("做过的之中进入下一步的占比", "Of those who did it the share who got to the next step"),
    ),
    Column(
        "rate_without", Text("未做的转化率", "Rate without"), "ratio",
        Text("未做的之中进入下一步的占比", "Of those who did not the share who got to the next step"),
    ),
    Column(
        "lift", Text("提升倍数", "Lift"), "number",
        Text("做过的转化率 ÷ 未做的转化率；同时出现，不等于因果", "Rate with ÷ rate without; it is no cause"),
    ),
    Column(
        "correlation", Text("相关系数 φ", "Correlation φ"), "number",
        Text("−1 至 1；做过或未做的不足 30 时为空", "From −1 to 1; unknown where fewer than 30 did it or did not"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Deeds:
    """What some persons did, by person and time: the place of each in `names`, an event and of visits the page."""

    person: Whole
    at: Whole
    what: Whole
    names: list[tuple[str, str]]


def statement(query: FunnelQuery, like: Statement) -> Statement:
    """What everybody did, whatever the steps are; `like` is of the funnel, whose values it binds as well."""
    besides = (
        "toUnixTimestamp64Milli(ts) AS at",
        "name AS did",
        "if(name = 'page_view', page, '') AS path",
    )
    rows = replace(query.rows, events=(Counted("a", ()),), groups=(), where=NO_CONDITIONS)
    named = f"name NOT IN {TECHNICAL}"
    made = Statement(rows, like.moved, like.tail, {"actions": besides, "events": besides}, named)
    made.bound = like.bound
    return made


def text(made: Statement, whose: str) -> str:
    """The rows of those who got to the step, which `whose` says."""
    return f"""
SELECT person, at, toLowCardinality(did) AS did, toLowCardinality(path) AS path
FROM
{made.table()}
WHERE person GLOBAL IN ({whose})
{_SETTINGS}
"""


def deeds(every: Any) -> Deeds:
    """From the columns of an answer."""
    person, at = (np.asarray(every.column(name).to_numpy(), np.int64) for name in ("person", "at"))
    codes, names = [], []
    for name in ("did", "path"):
        column = every.column(name).combine_chunks()
        column = column if hasattr(column, "dictionary") else column.dictionary_encode()
        names.append(column.dictionary.to_pylist())
        codes.append(np.asarray(column.indices.to_numpy(zero_copy_only=False), np.int64))
    wide = max(1, len(names[1]))
    every_name = [(one, other) for one in names[0] for other in names[1]]
    order = np.lexsort((at, person))
    return Deeds(person[order], at[order], (codes[0] * wide + codes[1])[order], every_name)


def behind(made: Deeds, person: Whole, moment: Whole) -> Whole:
    """Of each moment of a person the place of the first thing that the person did later; maybe another's."""
    if not len(made.at):
        return np.zeros(len(person), np.int64)
    start = int(min(made.at.min(), moment.min(initial=made.at.min())))
    span = int(max(made.at.max(), moment.max(initial=0))) - start + 2
    found: Whole = np.searchsorted(
        made.person * span + made.at - start, person * span + moment - start, "right"
    )
    return found


def dropped(found: Outcomes, step: int) -> Truth:
    """Those who stopped at a step and cannot go on."""
    here: Truth = (found.level == step) & ~found.still
    return here


def next_of(made: Deeds, found: Outcomes, until: Whole) -> dict[tuple[str, str] | None, int]:
    """What each did next, up to a moment; None where nothing."""
    last = found.at[np.arange(len(found)), found.level - 1]
    place = behind(made, found.person, last)
    there = place < len(made.at)
    at = np.minimum(place, max(0, len(made.at) - 1))
    if len(made.at):
        there &= (made.person[at] == found.person) & (made.at[at] <= until)
    counts = np.bincount(made.what[at[there]]).tolist() if there.any() else []
    told: dict[tuple[str, str] | None, int] = {
        made.names[n]: int(count) for n, count in enumerate(counts) if count
    }
    if nothing := int((~there).sum()):
        told[None] = nothing
    return told


def next_rows(query: FunnelQuery, told: dict[tuple[str, str] | None, int]) -> tuple[Row, ...]:
    """The most frequent first, all others in one row, and those who did nothing more."""
    every = sum(told.values())
    some = sorted(
        ((count, one) for one, count in told.items() if one), key=lambda pair: (-pair[0], pair[1])
    )
    shown, rest = some[: query.rows.top], sum(count for count, _ in some[query.rows.top :])
    rows: list[tuple[Cell, Cell, int]] = [(one[0], one[1] or None, count) for count, one in shown]
    rows += [(OTHERS, None, rest)] if rest and query.rows.include_other else []
    rows += [(NOTHING_MORE, None, told[None])] if None in told else []
    return tuple((event, page, count, count / every) for event, page, count in rows)


@dataclass
class Counts:
    """Of those who went on and of those who did not: how many, and how many did each thing."""

    on: int = 0
    off: int = 0

    def __post_init__(self) -> None:
        self.did: dict[tuple[str, str], list[int]] = {}

    def add(self, made: Deeds, person: Whole, first: Whole, last: Whole, *, on: bool) -> None:
        """Some, each from behind a moment up to before another."""
        if on:
            self.on += len(person)
        else:
            self.off += len(person)
        begins, ends = behind(made, person, first), behind(made, person, last)
        long = np.maximum(ends - begins, 0)
        who = np.repeat(np.arange(len(person)), long)
        at = np.arange(int(long.sum())) + np.repeat(
            begins - np.append(0, np.cumsum(long)[:-1]), long
        )
        wide = max(1, len(made.names))
        once = np.sort(who * wide + made.what[at]) if len(at) else at
        once = once[np.append(True, once[1:] != once[:-1])] if len(once) else once
        counts = np.bincount(once % wide, minlength=wide)
        for n in np.flatnonzero(counts).tolist():
            self.did.setdefault(made.names[n], [0, 0])[0 if on else 1] += int(counts[n])

    def rows(self, top: int) -> tuple[Row, ...]:
        """What goes with going on most clearly first, either way; behind that what is too rare to tell."""
        every = [self._row(one, *both) for one, both in self.did.items()]
        every.sort(
            key=lambda row: (
                row[6] is None,
                -abs(float(str(row[6] or 0))),
                -int(str(row[2])),
                str(row[:2]),
            )
        )
        return tuple(every[:top])

    def _row(self, one: tuple[str, str], on: int, off: int) -> Row:
        return (one[0], one[1] or None, on + off, *Association(self.on, self.off).of(on, off))


@dataclass(frozen=True)
class Association:
    """Of so many who went on and so many who did not."""

    on: int
    off: int

    def of(self, on: int, off: int) -> Row:
        """Of some of each: their rate, that of all others, the one by the other, φ; unknown where they are too few."""
        some, others = on + off, self.on + self.off - on - off
        if some < LEAST or others < LEAST:
            return (None, None, None, None)
        rate, other = on / some, (self.on - on) / others
        spread = (some * others * self.on * self.off) ** 0.5
        phi = (on * (self.off - off) - off * (self.on - on)) / spread if spread else None
        return (rate, other, rate / other if other else None, phi)


def halves(found: Outcomes, step: int) -> Iterator[tuple[Outcomes, bool]]:
    """Those who went on from a step, and those who dropped there."""
    yield found.some(found.level > step), True
    yield found.some(dropped(found, step)), False
