"""The answer about a funnel as a card draws it: bars that narrow step by step, or beside each other for groups, and the
table; periods of entry as lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from minilens.measure.events.columns import OTHERS
from minilens.measure.table import Cell, Row, Table
from minilens.render import format
from minilens.render.as_chart import colour
from minilens.render.as_events import MOST_LINES, MOST_ROWS, Events, Figure, Line, as_events
from minilens.render.as_list import number
from minilens.render.drawing import Options
from minilens.render.i18n import translate
from minilens.text import Language, Text

#: Who gets through → what they are called behind a number.
_WHO = {
    "persons": Text("人", "persons"),
    "sessions": Text("次打开", "launches"),
    "attempts": Text("次尝试", "attempts"),
}


@dataclass(frozen=True)
class Loss:
    """What lies between a step and the one before. `most`: no other step lost as many."""

    rate: str
    dropped: str
    may_still: str
    time: str
    most: bool = False


@dataclass(frozen=True)
class Bar:
    """A step: how many got there, of those that entered. `share`, `may` and `lost` are parts of its bar, from 0 to 100:
    who got there, who still may, who dropped on the way. `times`: how often its event happened; None where that is not
    asked.
    """

    number: int
    title: str
    count: str
    rate: str
    share: float
    may: float = 0
    lost: float = 0
    before: Loss | None = None
    times: int | None = None


@dataclass(frozen=True)
class GroupBar:
    """A step of one group; `colour` is that of the group."""

    name: str
    colour: int
    count: str
    rate: str
    share: float


@dataclass(frozen=True)
class Funnel:
    """What `_funnel.html` is given. `sentence`: the whole in words, '' where groups or open steps have none. `bars` of
    one funnel, or `beside`: of each step those of the groups that can be told apart. `events`: periods, drawn as those
    of events are; None where rows are steps.
    """

    sentence: str
    figures: tuple[Figure, ...]
    bars: tuple[Bar, ...]
    beside: tuple[tuple[int, str, tuple[GroupBar, ...]], ...]
    legend: tuple[tuple[int, str], ...]
    keys: tuple[str, ...]
    heads: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    cut: tuple[str, ...]
    events: Events | None = None
    found: int = 0
    shown: int = 0

    @property
    def chart(self) -> str:
        """The lines of periods."""
        return self.events.chart if self.events else ""

    @property
    def one_measure(self) -> bool:
        """Whether what is drawn is of one measure, so that there are others to choose."""
        return self.events is not None


@dataclass(frozen=True)
class _Table:
    """The table of steps, with its columns by name."""

    table: Table
    language: Language

    def cell(self, row: Row, name: str) -> Cell:
        """None where there is no such column."""
        return next(
            (cell for cell, one in zip(row, self.table.columns, strict=True) if one.name == name),
            None,
        )

    def said(self, row: Row, name: str) -> str:
        """As people read it."""
        column = next((one for one in self.table.columns if one.name == name), None)
        return format.exact(self.cell(row, name), column.unit, self.language) if column else ""

    @property
    def who(self) -> str:
        """The measure that says how many got there."""
        return self.table.columns[self.table.keys].name


def as_funnel(table: Table, options: Options, language: Language) -> Funnel:
    """The drawing of an answer: its shape is told by the columns that tell its rows apart."""
    if not any(one.name == "step" for one in table.columns[: table.keys]):
        return Funnel(
            "", (), (), (), (), (), (), (), (), events=as_events(table, options, language)
        )
    of = _Table(table, language)
    grouped = table.keys > 2
    groups = _groups(table) if grouped else []
    shown, cut = _cut(_lines(of), language)
    return Funnel(
        sentence="" if grouped else _sentence(of),
        figures=_figures(of),
        bars=() if grouped else _bars(of),
        beside=_beside(of, groups) if grouped else (),
        legend=tuple((colour(n), _named(one, of)) for n, one in enumerate(groups)),
        keys=tuple(format.title(one, language) for one in table.columns[: table.keys]),
        heads=tuple(
            (format.title(one, language), format.definition(one, language))
            for one in table.columns[table.keys :]
        ),
        lines=tuple(shown), cut=cut, found=table.total_rows if grouped else 0,
        shown=len({row[:-1] for row in _of_groups(table)}) if grouped else 0,
    )  # fmt: skip


def _sentence(of: _Table) -> str:
    """Of 1,240 persons who entered, 212 (17.10%) got through all 3 steps; 38 still may, 990 dropped."""
    _, rows, totals = translate(of.language), of.table.rows, of.table.totals
    if not rows or not totals:
        return ""
    said = _(
        "Of %(entered)s %(who)s who entered, %(through)s (%(rate)s) got through all %(steps)s steps; "
        "%(may)s may still convert, %(dropped)s dropped."
    )
    return said % {
        "entered": of.said(rows[0], of.who), "who": _WHO[of.who].of(of.language), "steps": len(rows),
        "through": of.said(totals, of.who), "rate": of.said(totals, "from_first"),
        "may": of.said(totals, "may_still"), "dropped": of.said(totals, "dropped"),
    }  # fmt: skip


def _figures(of: _Table) -> tuple[Figure, ...]:
    """The funnel as a whole."""
    _, totals = translate(of.language), of.table.totals
    if not totals:
        return ()
    names = {
        "from_first": _("Conversion"), of.who: _("Converted"), "median_time": _("Median time to convert"),
        "may_still": _("May still convert"), "dropped": _("Dropped"),
    }  # fmt: skip
    units = {one.name: one.unit for one in of.table.columns}
    return tuple(
        Figure(
            title,
            format.short(of.cell(totals, name), units[name], of.language),
            of.said(totals, name),
            name == "from_first",
        )
        for name, title in names.items()
        if name in units
    )


def _bars(of: _Table) -> tuple[Bar, ...]:
    """Each as wide as its share of those that entered; where steps stand by themselves, of the largest."""
    rows = of.table.rows
    whole = max((number(of.cell(row, of.who)) for row in rows), default=0)
    lost = [number(of.cell(row, "dropped")) for row in rows]
    most = max(lost, default=0)
    found = []
    for n, row in enumerate(rows):
        before = rows[n - 1] if n else None
        found.append(
            Bar(
                number=n + 1, title=str(of.cell(row, "event")), count=of.said(row, of.who),
                rate=of.said(row, "from_first"), share=_part(of.cell(row, of.who), whole),
                may=_part(of.cell(before, "may_still"), whole) if before else 0,
                lost=_part(of.cell(before, "dropped"), whole) if before else 0,
                before=_loss(of, before, row, most=lost[n - 1] == most > 0) if before else None,
                times=None if (times := of.cell(row, "events")) is None else int(number(times)),
            )
        )  # fmt: skip
    return tuple(found)


def _loss(of: _Table, before: Row, row: Row, *, most: bool) -> Loss:
    return Loss(
        of.said(row, "from_before"), of.said(before, "dropped"), of.said(before, "may_still"),
        of.said(row, "median_time"), most,
    )  # fmt: skip


def _part(some: Cell, whole: float) -> float:
    return round(number(some) / whole * 100, 2) if whole else 0


def _of_groups(table: Table) -> list[Row]:
    """Of each row what tells it apart, but for the name of its step."""
    return [row[: table.keys - 1] for row in table.rows]


def _groups(table: Table) -> list[Row]:
    """The groups that can be told apart by their colours; all others together are among them."""
    every = list(dict.fromkeys(row[:-1] for row in _of_groups(table)))
    others = [one for one in every if one[0] == OTHERS]
    return [*[one for one in every if one[0] != OTHERS][: MOST_LINES - len(others)], *others]


def _beside(of: _Table, groups: Sequence[Row]) -> tuple[tuple[int, str, tuple[GroupBar, ...]], ...]:
    """Each step with a bar of each group, as wide as its share of those of the group that entered."""
    keys, every = of.table.keys, _in_line(of.table)
    steps = dict.fromkeys((n, row[keys - 1]) for n, row in every)
    found = []
    for n, title in steps:
        here = (row for at, row in every if (at, row[keys - 1]) == (n, title))
        rows = {row[: keys - 2]: row for row in here}
        bars = tuple(
            GroupBar(
                _named(group, of), colour(place), of.said(rows[group], of.who),
                of.said(rows[group], "from_first"), _part(of.cell(rows[group], "from_first"), 1),
            )
            for place, group in enumerate(groups)
            if group in rows
        )  # fmt: skip
        found.append((int(number(n)), str(title), bars))
    return tuple(found)


def _in_line(table: Table) -> list[tuple[Cell, Row]]:
    """Each row with the number of its step. Without optional steps those behind them stand beside the same steps of the
    funnel that has all.
    """
    at = table.keys - 2
    if table.columns[0].name != "way":
        return [(row[at], row) for row in table.rows]
    left_out = {way: _left_out(table, way) for way in dict.fromkeys(row[0] for row in table.rows)}
    return [(_of_all(int(number(row[at])), left_out[row[0]]), row) for row in table.rows]


def _left_out(table: Table, way: Cell) -> list[int]:
    """The numbers of the steps that a way leaves out; where there is one optional step, it is the first by which the
    names of both ways differ."""
    if numbers := re.findall(r"\d+", str(way)):
        return [int(one) for one in numbers]
    names, rest = (
        list(dict.fromkeys((row[-2], row[-1]) for row in _of_way(table, one)))
        for one in ("with", way)
    )
    pairs = zip([*(name for _, name in rest), None], (name for _, name in names), strict=False)
    left = next((n for n, (one, other) in enumerate(pairs, start=1) if one != other), 0)
    return [left] if len(rest) < len(names) and left else []


def _of_way(table: Table, way: Cell) -> list[Row]:
    """What tells the rows of a way apart."""
    return [row[: table.keys] for row in table.rows if row[0] == way]


def _of_all(step: int, left_out: Sequence[int]) -> int:
    """The number that a step has in the funnel that has all."""
    for one in left_out:
        step += step >= one
    return step


def _named(group: Row, of: _Table) -> str:
    """The name of a group; all others together have one name however many values tell groups apart."""
    named = _values(group, of)
    return named[0] if group[0] == OTHERS else " · ".join(named)


def _values(group: Row, of: _Table) -> tuple[str, ...]:
    _ = translate(of.language)
    found = []
    for value, column in zip(group, of.table.columns, strict=False):
        text = "" if value is None else str(value)
        told = column.shown(text, of.language) if column.shown and value is not None else text
        found.append(told or (_("(no value)") if value is None else _("(empty)")))
    return tuple(found)


def _lines(of: _Table) -> list[Line]:
    """The table: first the whole, then every step, of each group."""
    table, _ = of.table, translate(of.language)
    columns = [one.name for one in table.columns[table.keys :]]
    rows = [
        Line(
            (*_values(row[: table.keys - 2], of), f"{row[table.keys - 2]}", str(row[table.keys - 1])),
            tuple(of.said(row, name) for name in columns),
        )
        for row in table.rows
    ]  # fmt: skip
    if not table.totals:
        return rows
    cells = tuple(of.said(table.totals, name) for name in columns)
    return [Line((_("Overall"), *[""] * (table.keys - 1)), cells, kind="total"), *rows]


def _cut(lines: list[Line], language: Language) -> tuple[list[Line], tuple[str, ...]]:
    """As many as a page holds, and that these are not all."""
    if len(lines) <= MOST_ROWS:
        return lines, ()
    counts = {"shown": f"{MOST_ROWS:,}", "all": f"{len(lines):,}"}
    said = translate(language)(
        "The first %(shown)s of %(all)s rows are shown here; files have all of them."
    )
    return lines[:MOST_ROWS], (said % counts,)
