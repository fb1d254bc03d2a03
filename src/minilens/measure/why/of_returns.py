"""Whether retention counts a person: the cohorts that they are in, the cells that they returned in, and the rule that
keeps them from a figure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from minilens.measure.activity.query import (
    FIRST_NAMES,
    LATER_NAMES,
    LENGTHS,
    ReturnsQuery,
    begun,
    is_first,
)
from minilens.measure.activity.query import Cell as Span
from minilens.measure.activity.retention import OF_RETURNED, Counting, last
from minilens.measure.activity.run import counting
from minilens.measure.activity.sets import size
from minilens.measure.events.builds import Builds
from minilens.measure.events.columns import OTHERS
from minilens.measure.events.operand import key
from minilens.measure.events.query import NO_CONDITIONS
from minilens.measure.persons.activity import keys_of, measure_of
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell
from minilens.measure.why.happened import did, kept
from minilens.measure.why.query import Because, Cause, Did, FigureWhyQuery, OfFigure, Started
from minilens.measure.why.story import Read, Story, told
from minilens.period import Range, midnight, milliseconds
from minilens.warehouse.engine import Answer, Engine

#: The column that tells the size of a cohort.
_SIZE = "cohort_users"
Keys = dict[str, Cell]


def explained(
    engine: Engine, query: FigureWhyQuery, as_of: AsOf, made: Answer
) -> tuple[OfFigure, Story]:
    """What the figure makes of them: their own pairs are counted as everybody's are."""
    of = query.of
    assert isinstance(of, ReturnsQuery)
    until = last(of, as_of.today)
    over = Range(of.days.start, max(until, of.days.end))
    first = of.entry in ("first", "first_event")
    read = Read(of.rows, over, Builds(made).tail(of.rows, until), before=first)
    story = told(engine, read, query.person, made)
    telling = _Telling(
        of, measure_of(of, query.place), keys_of(of, query.place), story,
        lambda asked: counting(engine, asked, as_of, made, query.person), as_of,  # type: ignore[arg-type,return-value]
    )  # fmt: skip
    times = telling.times(of, telling.measure, telling.keys)
    if OTHERS in telling.keys.values() and times:
        times = telling.among(counting(engine, of, as_of, made), query.person)  # type: ignore[arg-type]
    return kept(telling.figure(query.person, times)), story


@dataclass(frozen=True)
class _Telling:
    """A story, the figure, and what counts the pairs of that person."""

    query: ReturnsQuery
    measure: str
    keys: Keys
    story: Story
    count: Callable[[ReturnsQuery], Counting]
    as_of: AsOf

    @cached_property
    def real(self) -> Counting:
        """By all rules."""
        return self.count(self.query)

    def times(self, query: ReturnsQuery, measure: str, keys: Keys) -> int:
        """In how many cohorts the figure counts them."""
        over = self.real if query == self.query else self.count(query)
        return self._sets(over, measure, keys)

    def _sets(self, over: Counting, measure: str, keys: Keys) -> int:
        groups = [key(one) for one in self.query.rows.groups]
        if OTHERS in keys.values():  # whose group has no row is known of everybody alone
            keys = {name: value for name, value in keys.items() if name not in groups}
        return sum(map(bool, map(size, over.behind(measure, keys))))

    def among(self, whole: Counting, person: int) -> int:
        """The same, of everybody counted."""
        sets = whole.behind(self.measure, self.keys)
        return sum(person in whole.active.numbers(one) for one in sets)

    def figure(self, person: int, times: int) -> OfFigure:
        """All of it."""
        shown = self._shown()
        happened = tuple(self._did(n, shown) for n in range(len(self.story)))
        cohort = {name: one for name, one in self.keys.items() if name not in LATER_NAMES}
        began = bool(times or self.times(self.query, _SIZE, cohort))
        group = self.real.group()
        found = OfFigure(person, times, happened, (), len(happened), self._starts, group, began)
        if times:
            return found
        if OTHERS in self.keys.values() and self.times(self.query, self.measure, self.keys):
            row = self._starts[0].row if self._starts else None
            return replace(found, reasons=(Because(("group",), row),))
        reasons = self._of_return() if began else self._of_start(cohort)
        return replace(found, reasons=tuple(reasons))

    def _shown(self) -> Started | None:
        """The cohort that returns are told of: that of the row, or the first."""
        return next((one for one in self._starts if is_first(one.first, self.keys)), None)

    @cached_property
    def _starts(self) -> tuple[Started, ...]:
        names = [cell.text for cell in self.query.cells]
        rows: dict[int, int] = {}
        for n in self._begins:
            rows.setdefault(self._period(n), n)
        return tuple(
            Started(
                self.query.periods[period], rows.get(period),
                tuple((name, None if one is None else bool(one)) for name, one in zip(names, back, strict=True)),
            )
            for period, back in self.real.each()
        )  # fmt: skip

    @cached_property
    def _begins(self) -> list[int]:
        """Rows that are a start."""
        return [n for n in range(len(self.story)) if self.story.whole[n] and self.story.met[n] & 1]

    @cached_property
    def _edges(self) -> list[int]:
        """Where periods begin, from the first on to one behind the last row."""
        query, n = self.query, 0
        edges: list[int] = []
        end = int(self.story.at[-1]) if len(self.story) else 0
        while not edges or edges[-1] <= end:
            first = query.later(query.periods[0], n)
            moment = first if isinstance(first, datetime) else midnight(first, query.rows.timezone)
            edges.append(milliseconds(moment))
            n += 1
        return edges

    def _period(self, row: int) -> int:
        """In which period a row lies, -1 before the first."""
        return bisect_right(self._edges, int(self.story.at[row])) - 1

    def _did(self, n: int, shown: Started | None) -> Did:
        made = did(self.story, self.query.rows, n)
        bit = 1 if self.query.same else 2
        if shown is None or shown.row is None or bit not in made.of or n <= shown.row:
            return replace(made, counts=shown is not None and n == shown.row)
        later = self._later(n, shown.row)
        cell = self.query.cell(self.keys)
        counts = cell is None or self._in(cell, later)
        return replace(made, later=later, counts=counts)

    def _later(self, n: int, start: int) -> int:
        if self.query.blocks == "from_start":
            return int(self.story.at[n] - self.story.at[start]) // LENGTHS[self.query.unit]
        return self._period(n) - self._period(start)

    def _in(self, cell: Span, later: int) -> bool:
        mode, same = self.query.mode, int(self.query.same)
        if mode == "on_or_after":
            return later >= cell.first
        first = {"on_or_before": min(cell.first, same), "streak": 0}.get(mode, cell.first)
        return first <= later <= cell.last

    def _of_start(self, cohort: Keys) -> list[Because]:
        """Why they are not in the cohort."""
        query, told = self.query, [one for one in FIRST_NAMES if cohort.get(one) is not None]
        groups = [key(one) for one in query.rows.groups]
        if told and not begun(date_of(str(cohort[told[0]])), self.as_of):
            return [Because(("not_yet",))]
        found = []
        if told and self._fits(query, {n: one for n, one in cohort.items() if n not in told}):
            found.append(Because(("period",), self._starts[0].row))
        elif query.entry != "each" and self._fits(replace(query, entry="each"), cohort):
            found.append(Because(("before",), self._earlier()))
        if set(groups) & set(cohort) and self._fits(
            query, {n: one for n, one in cohort.items() if n not in groups}
        ):
            found.append(Because(("group",), next((one.row for one in self._starts), None)))
        if self._fits(without_conditions(query), cohort):
            found.append(Because(("filter",), self._unmet(1)))
        if not told and (row := self._outside()) is not None and not found:
            found.append(Because(("range",), row))
        return found

    def _fits(self, query: ReturnsQuery, keys: Keys) -> bool:
        return bool(self.times(query, _SIZE, keys))

    def _of_return(self) -> list[Because]:
        """Why they are in the cohort, and not in the cell."""
        query, causes = self.query, []
        relaxed: dict[Cause, ReturnsQuery] = {"filter": without_conditions(query, start=False)}
        if query.at_least > 1:
            relaxed["few"] = replace(query, at_least=1)
        if query.mode == "streak":
            relaxed["gap"] = replace(query, mode="on")
        if self._not_yet():
            return [Because(("not_yet",))]
        for cause, asked in relaxed.items():
            if self.times(asked, self.measure, self.keys):
                row = self._unmet(1 if query.same else 2) if cause == "filter" else None
                causes.append(Because((cause,), row))
        return causes

    def _not_yet(self) -> bool:
        """Whether the cell has not begun; of all cohorts together, is not over."""
        cell, shown = self.query.cell(self.keys), self._shown()
        if cell is None or shown is None or self.measure not in OF_RETURNED:
            return cell is not None and self.measure not in OF_RETURNED
        due = self.query.due(shown.first, cell)
        one = any(self.keys.get(name) for name in FIRST_NAMES)
        return not (due.begun(self.as_of) if one else due.over(self.as_of))

    def _earlier(self) -> int | None:
        """The first start that there was."""
        if self.query.entry != "first_event":
            return self._begins[0] if self._begins else None
        bit = 1 << len(self.query.rows.events) - 1
        some = (
            n for n in range(len(self.story)) if self.story.whole[n] and self.story.met[n] & bit
        )
        return next(some, None)

    def _outside(self) -> int | None:
        """A start outside the periods, the nearest behind them or else the last before."""
        count = len(self.query.periods)
        some = self._begins
        behind = [n for n in some if self._period(n) >= count]
        return behind[0] if behind else some[-1] if some else None

    def _unmet(self, place: int) -> int | None:
        """An event that would be the one of that place but for conditions; in the range if there is one."""
        rows = [
            n
            for n in range(len(self.story))
            if self.story.named[n] >> place - 1 & 1
            and not (self.story.whole[n] and self.story.met[n] >> place - 1 & 1)
        ]
        return next((n for n in rows if self._period(n) >= 0), rows[0] if rows else None)


def without_conditions(query: ReturnsQuery, *, start: bool = True) -> ReturnsQuery:
    """The same without conditions of what starts, or of what returns."""
    rows = query.rows
    some = range(len(rows.events)) if start or query.same else (1,)
    events = tuple(
        replace(one, where=NO_CONDITIONS) if n in some else one for n, one in enumerate(rows.events)
    )
    where = NO_CONDITIONS if start or query.same else rows.where
    return replace(query, rows=replace(rows, events=events, where=where))


def date_of(text: str) -> date:
    """A day, or a moment, as a row has it."""
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
