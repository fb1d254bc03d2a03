"""Whether a figure of stickiness or of the lifecycle counts a person: the periods in which they were active, and the
rule that keeps them from the figure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from itertools import combinations

from minilens.measure.activity import lifecycle, stickiness
from minilens.measure.activity.query import (
    FIRST_NAMES,
    LifecycleQuery,
    StickinessQuery,
    begun,
)
from minilens.measure.activity.run import counting
from minilens.measure.activity.sets import size
from minilens.measure.activity.stickiness import ACTIVE_NAMES
from minilens.measure.events.builds import Builds
from minilens.measure.events.columns import OTHERS
from minilens.measure.events.operand import key
from minilens.measure.events.query import NO_CONDITIONS
from minilens.measure.persons.activity import keys_of, measure_of
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell
from minilens.measure.why.happened import did, kept
from minilens.measure.why.query import Because, Cause, Did, FigureWhyQuery, OfFigure, Stood
from minilens.measure.why.story import AROUND, Read, Story, told
from minilens.period import Range, midnight, milliseconds
from minilens.warehouse.engine import Answer, Engine

Query = StickinessQuery | LifecycleQuery
Counting = stickiness.Counting | lifecycle.Counting
Keys = dict[str, Cell]


@dataclass(frozen=True)
class _Asked:
    """A figure: of which question, which column, which row; and the same without one of its rules."""

    query: Query
    measure: str
    keys: Keys

    def without(self, cause: Cause) -> _Asked:
        """The figure that does not know a rule; itself where the rule makes no difference to it."""
        query, keys = self.query, self.keys
        if cause == "filter":
            bare = tuple(replace(one, where=NO_CONDITIONS) for one in query.rows.events)
            rows = replace(query.rows, events=bare, where=NO_CONDITIONS)
            return replace(self, query=replace(query, rows=rows))
        if cause == "few":
            plain = replace(query, at_least=1)
            if isinstance(plain, StickinessQuery):
                plain = replace(plain, at_most=0)
            return replace(self, query=plain)
        if cause == "part":
            return replace(self, measure="active") if self.is_lifecycle else self
        groups = [key(one) for one in query.rows.groups]
        names = {"period": FIRST_NAMES, "group": groups, "count": ACTIVE_NAMES}[cause]
        return replace(self, keys={name: one for name, one in keys.items() if name not in names})

    @property
    def is_lifecycle(self) -> bool:
        """Whether it is of the lifecycle."""
        return isinstance(self.query, LifecycleQuery)


#: The rules that a figure of one person can be without, in the order in which they are told.
_RULES: tuple[Cause, ...] = ("period", "part", "count", "group", "filter", "few")


def explained(
    engine: Engine, query: FigureWhyQuery, as_of: AsOf, made: Answer
) -> tuple[OfFigure, Story]:
    """What the figure makes of them: their own periods are counted as everybody's are."""
    of = query.of
    assert isinstance(of, StickinessQuery | LifecycleQuery)
    room = lifecycle.asked(of) if isinstance(of, LifecycleQuery) else stickiness.asked(of)
    over = Range(room.first, of.days.end)
    read = Read(of.rows, over, Builds(made).tail(of.rows, over.end), before=room.before)
    story = told(engine, read, query.person, made)

    @cache
    def one(asked: Query) -> Counting:
        return counting(engine, asked, as_of, made, query.person)  # type: ignore[return-value]

    asked = _Asked(of, measure_of(of, query.place), keys_of(of, query.place))
    telling = _Telling(asked, story, one, as_of)
    times, rest = telling.times(asked), OTHERS in asked.keys.values()
    if rest:  # whose group has no row is known of everybody alone
        times = telling.times(asked.without("group"))
        if times:
            times = _among(counting(engine, of, as_of, made), asked, query.person)  # type: ignore[arg-type]
    near = over.start - timedelta(
        days=AROUND
    )  # who is new is told by all that was before: one event shows it
    since = milliseconds(midnight(near, of.rows.timezone))
    return kept(telling.figure(query.person, times), since), story


def _among(whole: Counting, asked: _Asked, person: int) -> int:
    """In how many periods the figure counts one of everybody."""
    return sum(
        person in whole.active.numbers(one) for one in whole.behind(asked.measure, asked.keys)
    )


@dataclass(frozen=True)
class _Telling:
    """A story, the figure, and what counts the periods of that person."""

    asked: _Asked
    story: Story
    count: Callable[[Query], Counting]
    as_of: AsOf

    def times(self, asked: _Asked) -> int:
        """In how many periods a figure counts them."""
        sets = self.count(asked.query).behind(asked.measure, asked.keys)
        return sum(map(bool, map(size, sets)))

    def figure(self, person: int, times: int) -> OfFigure:
        """All of it."""
        happened = tuple(self._did(n, counts=bool(times)) for n in range(len(self.story)))
        found = OfFigure(
            person, times, happened, (), len(happened), group=self._group(), periods=self._periods
        )
        return found if times else replace(found, reasons=tuple(self._reasons()))

    def _group(self) -> tuple[Cell, ...]:
        counted = self.count(self.asked.query)
        return counted.group() if isinstance(counted, stickiness.Counting) else ()

    @cached_property
    def _periods(self) -> tuple[Stood, ...]:
        counted = self.count(self.asked.query)
        if isinstance(counted, lifecycle.Counting):
            return tuple(Stood(first, part) for first, part in counted.each())
        return tuple(Stood(first, "active", active) for first, active in counted.each())

    @cached_property
    def _real(self) -> list[int]:
        """Rows that are what is counted; of who is new by anything they do, those too."""
        return [n for n in range(len(self.story)) if self.story.whole[n] and self.story.met[n]]

    @cached_property
    def _window(self) -> tuple[int, int]:
        """The moments that the row is about, the second of them no longer."""
        query, days = self.asked.query, self.asked.query.days
        first, after = self._moment(days.start), self._moment(days.end, 1)
        named = self._first
        if named is None:
            return first, after
        if isinstance(query, LifecycleQuery):
            return self._moment(named), self._moment(query.later(named, 1))
        span = stickiness.span_of(query, self.asked.measure, named)
        return self._moment(span.start), self._moment(span.end, 1)

    def _moment(self, one: date, more: int = 0) -> int:
        if isinstance(one, datetime):
            return milliseconds(one)
        day = date.fromordinal(one.toordinal() + more)
        return milliseconds(midnight(day, self.asked.query.rows.timezone))

    @cached_property
    def _first(self) -> date | None:
        """Where the period of the row begins; None of all together."""
        said = next((self.asked.keys[n] for n in FIRST_NAMES if self.asked.keys.get(n)), None)
        if said is None:
            return None
        text = str(said)
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)

    def _did(self, n: int, *, counts: bool) -> Did:
        made = did(self.story, self.asked.query.rows, n)
        against: list[Cause] = []
        if not (self.story.whole[n] and self.story.met[n] & 1):
            against.append("filter")
        if not self._within(n):
            against.append("days")
        counts = counts and not against and self._stands(n)
        return replace(made, counts=counts, against=tuple(against))

    def _within(self, n: int) -> bool:
        return self._window[0] <= int(self.story.at[n]) < self._window[1]

    def _stands(self, n: int) -> bool:
        """Of the lifecycle, whether they are what is asked for in the period of a row."""
        if not self.asked.is_lifecycle:
            return True
        firsts = self.asked.query.periods
        at = bisect_right([self._moment(one) for one in firsts], int(self.story.at[n])) - 1
        part = next((one.part for one in self._periods if one.first == firsts[at]), "")
        return part == self.asked.measure or (self.asked.measure == "active" and part != "dormant")

    def _reasons(self) -> Iterator[Because]:
        """The rules without which they are counted; as few at a time as do it."""
        if self._first is not None and not begun(self._first, self.as_of):
            yield Because(("not_yet",))
            return
        if OTHERS in self.asked.keys.values() and self.times(self.asked.without("group")):
            yield Because(("group",), self._inside(self._real))
            return
        rules = [one for one in _RULES if self.asked.without(one) != self.asked]
        able = self.times(self._less(tuple(rules)))
        for many in range(1, len(rules) + 1) if able else ():
            some = [one for one in combinations(rules, many) if self.times(self._less(one))]
            if some:
                yield from (self._because(one) for one in some[: None if many == 1 else 1])
                return
        outside = [n for n in self._real if not self._within(n)]
        if outside:
            yield Because(("range",), self._nearest(outside))

    def _less(self, some: tuple[Cause, ...]) -> _Asked:
        asked = self.asked
        for one in some:
            asked = asked.without(one)
        return asked

    def _because(self, causes: tuple[Cause, ...]) -> Because:
        """With the row in which it shows: of several rules that of the first."""
        if causes == ("part",) and self.asked.measure == "new" and self._real:
            earliest = self._real[0]
            if self.story.at[earliest] < self._window[0]:
                return Because(("before",), earliest)
        unmet = [n for n in range(len(self.story)) if n not in set(self._real)]
        rows = unmet if causes[0] == "filter" else self._real
        wanted = causes[0] in ("filter", "period", "part", "group")
        return Because(causes, self._inside(rows) if wanted else None)

    def _inside(self, rows: list[int]) -> int | None:
        """The first of some rows that lies where the row looks, or else in the range."""
        first = self._moment(self.asked.query.days.start)
        inside = [n for n in rows if self._within(n)]
        behind = [n for n in rows if self.story.at[n] >= first]
        return next(iter(inside or behind or rows), None)

    def _nearest(self, rows: list[int]) -> int:
        """The first row behind the range, or else the last before it."""
        behind = [n for n in rows if self.story.at[n] >= self._window[1]]
        return behind[0] if behind else rows[-1]
