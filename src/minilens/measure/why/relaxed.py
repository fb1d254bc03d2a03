"""A person's rows counted by the funnels' own rules, all of them or without some.

Why an attempt went no further is found by counting again without a rule, never by rules of our own: where it then goes
on, that rule decided.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from minilens.measure.events.operand import Property
from minilens.measure.events.sorting import dense
from minilens.measure.funnels.ordered import Columns
from minilens.measure.funnels.outcome import Known, decided
from minilens.measure.funnels.packed import beside, packing, ties
from minilens.measure.funnels.query import FunnelQuery, Window
from minilens.measure.funnels.reader import days_read
from minilens.measure.funnels.reading import read, told
from minilens.measure.funnels.rows import NONE, Attempts, Rows, Truth, Whole
from minilens.measure.why.query import Rule
from minilens.measure.why.story import Story
from minilens.period import Range

_FIRST_DAY = date(1970, 1, 1)
#: A window that nothing is beyond.
_FAR = Window(milliseconds=1 << 45)


@dataclass(frozen=True)
class Counted:
    """A count of the story: attempts that may count and those that do, with the places of their rows in the story."""

    rows: Rows
    known: Known
    every: Attempts
    made: Attempts

    def place(self, row: int) -> int:
        """Where a row stands in the story."""
        assert self.known.group is not None
        return int(self.known.groups[self.known.group[self.rows.rank[row]]][0])

    def taken(self, some: Attempts, n: int) -> tuple[int, ...]:
        """The rows of the n-th attempt's steps."""
        return tuple(self.place(row) for row in some.taken[n].tolist() if row != NONE)

    def by_entry(self) -> dict[int, tuple[int, ...]]:
        """Entry → the rows of the attempt's steps; of equals the furthest."""
        found: dict[int, tuple[int, ...]] = {}
        for n in range(len(self.every)):
            taken = self.taken(self.every, n)
            entry = self.place(int(self.every.entry[n]))
            if len(taken) > len(found.get(entry, ())):
                found[entry] = taken
        return found

    def best(self) -> tuple[int, ...]:
        """The rows of the attempt that gets furthest, of equals the first; none where none begins."""
        return max(self.by_entry().values(), key=lambda one: (len(one), -one[0]), default=())


def applying(query: FunnelQuery) -> tuple[Rule, ...]:
    """The rules that such a funnel has and that can keep an attempt from going on."""
    events = query.rows.events[: query.steps]
    narrowed = bool(query.rows.where.parts) or any(one.where.parts for one in events)
    there: dict[Rule, bool] = {
        "window": True, "within": any(one is not None for one in query.within), "held": bool(query.held),
        "strict": query.order == "strict", "session": query.counts == "sessions", "filter": narrowed,
        "group": query.at == "each" and query.grouped > 0,
    }  # fmt: skip
    return tuple(rule for rule, one in there.items() if one)


def counted(
    query: FunnelQuery, story: Story, person: int, without: frozenset[Rule] = frozenset()
) -> Counted:
    """The story counted without some of the rules: the attempts of that person."""
    days = _days(query, story, without)
    marks = _marks(query, story, without)
    some = days & _there(query, story, without)
    of_launch = query.counts == "sessions" and "session" not in without
    some &= story.launch != 0 if of_launch else story.person == person
    if query.order != "strict":
        some &= (marks & ((1 << len(query.rows.events)) - 1)) != 0
    there = np.flatnonzero(some)
    ids = [f"{n:06}" for n in range(len(story))]
    owner = story.launch if of_launch else story.person
    asked = _relaxed(query, without)
    values = [(there, ids), *(_coded(one, there) for one in story.values)]
    each = "group" in applying(query) and "group" not in without
    if each:
        owner = _of_groups(query, story, owner)
    over = _over(query, story)
    how = beside(packing(asked, over, 0))
    columns = Columns(
        how.number(story.at[there], story.place[there], marks[there]), ties(story.place[there], story.came[there]),
        owner[there], story.person[there], told(asked, values),
    )  # fmt: skip
    rows, known = read(asked, over, how, columns, np.arange(len(there)))
    every, made = decided(asked, rows, known)
    every, made = (
        one.some(known.person(one.owner, rows.rank[one.entry]) == person) for one in (every, made)
    )
    return Counted(rows, known, every, _once(rows, made) if each else made)


def _of_groups(query: FunnelQuery, story: Story, owner: Whole) -> Whole:
    """Owners as if they were somebody else for each group that rows of theirs are of."""
    told = list(zip(*story.values[: query.grouped], strict=True))
    numbers = {group: n for n, group in enumerate(sorted(set(told)))}
    group = np.array([numbers[one] for one in told], np.int64)
    return dense(owner)[0] * len(numbers) + group


def _once(rows: Rows, made: Attempts) -> Attempts:
    """Of the attempts of all groups one alone, as `Outcomes.once` has it."""
    return made.some(np.lexsort((rows.ts[made.entry], -made.level))[:1])


def _over(query: FunnelQuery, story: Story) -> Range:
    """All days of the story, and those that are read."""
    over = days_read(query)
    if not len(story):
        return over
    first, last = (
        date.fromordinal(_FIRST_DAY.toordinal() + int(one))
        for one in (story.day.min(), story.day.max())
    )
    return Range(min(first, over.start), max(last, over.end))


def _days(query: FunnelQuery, story: Story, without: frozenset[Rule]) -> Truth:
    """Which rows are of days that count."""
    over = days_read(query)
    first, last = _since(over.start), _since(over.end)
    found: Truth = np.ones(len(story), np.bool_)
    if "range" not in without:
        found &= story.day >= first
    if not {"range", "window"} & without:
        found &= story.day <= last
    return found


def _since(day: date) -> int:
    return (day - _FIRST_DAY).days


def _marks(query: FunnelQuery, story: Story, without: frozenset[Rule]) -> Whole:
    """Which steps and excluded events rows are, and whether an attempt may begin with them."""
    steps = (1 << query.steps) - 1
    real = np.where(story.whole, story.met, 0)
    fits = (real & ~steps) | (story.named & steps) if "filter" in without else real
    over = query.rows.range
    enters = (story.day >= _since(over.start)) & (story.day <= _since(over.end))
    if "range" in without:
        enters = np.ones(len(story), np.bool_)
    return fits | enters.astype(np.int64) << len(query.rows.events)


def _there(query: FunnelQuery, story: Story, without: frozenset[Rule]) -> Truth:
    """Which rows there are: what is asked of all rows is asked of those in between as well."""
    steps = (1 << query.steps) - 1
    named: Truth = (story.named & steps) != 0
    return story.whole | named if "filter" in without else story.whole


def _relaxed(query: FunnelQuery, without: frozenset[Rule]) -> FunnelQuery:
    """The question with the places of rows as its only group: they stand in the order of what rows are sorted by."""
    places = replace(query.rows, groups=(Property("place"), *query.rows.groups))
    held = () if "held" in without else tuple(tuple(n + 1 for n in way) for way in query.held)
    made = replace(query, rows=places, grouped=1, held=held, at="entry")
    if {"range", "window"} & without and (query.mode == "closed" or "window" in without):
        made = replace(made, mode="entry", window=_FAR)
    if "within" in without:
        made = replace(made, within=())
    if "strict" in without:
        made = replace(made, order="ordered")
    if "session" in without:
        made = replace(made, counts="persons")
    return made


def _coded(values: list[str], there: Whole) -> tuple[Whole, list[str]]:
    """Places among the texts that there are."""
    texts = sorted(set(values))
    places = {text: n for n, text in enumerate(texts)}
    return np.array([places[values[n]] for n in there.tolist()], np.int64), texts
