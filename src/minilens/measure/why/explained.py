"""What a funnel makes of a person's story: attempts, how far each got, and the rules that kept them from more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import combinations

from minilens.measure.funnels import chosen, outcome
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.rows import NONE
from minilens.measure.why.query import Explained, Happened, Reason, Rule, Tried, Unmet
from minilens.measure.why.relaxed import Counted, applying, counted
from minilens.measure.why.story import Story, shown

#: Attempts that are told, the furthest first, and events.
MOST_TRIED, MOST_HAPPENED = 50, 500


def explained(query: FunnelQuery, story: Story, person: int, as_of: int) -> Explained:
    """What becomes of them. `as_of`: up to when events are known, in milliseconds."""
    if query.mode == "open":
        return _opened(query, story, person)
    telling = _Telling(query, story, person, as_of)
    real = telling.real
    still = bool(chosen.may_still(real.every, real.made, as_of).any())
    tried = telling.tried()
    found = Explained(
        person, int(real.made.level.max(initial=0)), still, telling.happened(), tried,
        () if tried else telling.reasons(None, ()), telling.group(), count=len(telling.every.every),
    )  # fmt: skip
    return kept(found)


def _opened(query: FunnelQuery, story: Story, person: int) -> Explained:
    """Steps that stand by themselves: how often each happened in the range."""
    telling = _Telling(query, story, person, 0)
    rows = telling.real.rows
    each = tuple(int((rows.fits(n) & rows.enters).sum()) for n in range(query.steps))
    return kept(Explained(person, sum(map(bool, each)), False, telling.happened(), each=each))


@dataclass(frozen=True)
class _Telling:
    """A story and how it counts."""

    query: FunnelQuery
    story: Story
    person: int
    as_of: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "without", cache(self._without))

    def _without(self, rules: frozenset[Rule]) -> Counted:
        return counted(replace(self.query, first=False, ever=False), self.story, self.person, rules)

    @cached_property
    def real(self) -> Counted:
        """By all rules."""
        return counted(self.query, self.story, self.person)

    @property
    def every(self) -> Counted:
        """By all rules, whichever entry it is."""
        found: Counted = self.without(frozenset())  # type: ignore[attr-defined]
        return found

    def tried(self) -> tuple[Tried, ...]:
        """The attempts, by their entries."""
        real, every = self.real, self.every
        counts = {real.place(one) for one in real.made.entry.tolist()}
        made = every.every
        order = sorted(
            range(len(made)), key=lambda n: (every.place(int(made.entry[n])) not in counts, -int(made.level[n]), n)
        )  # fmt: skip
        found = [self._tried(every, n, counts) for n in order[:MOST_TRIED]]
        return tuple(sorted(found, key=lambda one: one.taken[0]))

    def _tried(self, every: Counted, n: int, counts: set[int]) -> Tried:
        made, taken = every.every, every.taken(every.every, n)
        stop = int(made.stop[n])
        until = int(made.until[n])
        through = len(taken) == self.query.steps
        still = not through and stop == NONE and until >= self.as_of
        ended = None if stop == NONE else every.place(stop)
        reasons = () if through or ended is not None else self.reasons(taken[0], taken)
        return Tried(taken, ended, until, taken[0] in counts, still, reasons)

    def reasons(self, entry: int | None, taken: tuple[int, ...]) -> tuple[Reason, ...]:
        """Why an attempt went no further; or, without an entry, why none begins. The one that shows first leads."""
        found = []
        for rules in self._some(begins=entry is None):
            longer = self._longer(rules, entry, len(taken))
            if longer:
                found.append(self._reason(rules, taken, longer))
            if found and len(rules) > 1:
                break
        single = [one for one in found if len(one.rules) == 1]
        return tuple(sorted(single or found, key=lambda one: one.row))

    def _some(self, *, begins: bool) -> Iterator[tuple[Rule, ...]]:
        """One rule, then two, then all of them."""
        rules: tuple[Rule, ...] = applying(self.query)
        if begins:
            rules = ("range", *rules)
        yield from ((one,) for one in rules)
        yield from combinations(rules, 2)
        if len(rules) > 2:
            yield rules

    def _longer(self, rules: tuple[Rule, ...], entry: int | None, level: int) -> tuple[int, ...]:
        """The rows of the attempt as it is without these rules, where it then goes further."""
        found: Counted = self.without(frozenset(rules))  # type: ignore[attr-defined]
        made = found.best() if entry is None else found.by_entry().get(entry, ())
        return made if len(made) > level else ()

    def _reason(
        self, rules: tuple[Rule, ...], taken: tuple[int, ...], longer: tuple[int, ...]
    ) -> Reason:
        new = next(row for row in longer if row not in taken)
        if self.query.order != "any":
            new = longer[len(taken)]
        return Reason(rules, new, tuple(self._shows(rule, taken, longer, new) for rule in rules))

    def _shows(self, rule: Rule, taken: tuple[int, ...], longer: tuple[int, ...], new: int) -> int:
        """The row in which a rule shows."""
        story, some = self.story, longer[: len(taken) + 1]
        if rule == "filter":
            wrong = (row for n, row in enumerate(some) if not self._meets(row, n))
            return next(wrong, next(filter(self._misses, some), new))
        if rule == "held":
            own = self._held(some[0], 0)
            other = (row for n, row in enumerate(some) if self._held(row, n) != own or None in own)
            return next(other, new)
        if rule == "group":
            own = self._group(some[0])
            return next((row for row in some if self._group(row) != own), new)
        if rule == "session":
            return next((row for row in some if story.launch[row] != story.launch[some[0]]), new)
        if rule == "strict" and taken:
            return self._behind(taken[-1], new)
        return some[0] if rule == "range" else new

    def _meets(self, row: int, step: int) -> bool:
        real = int(self.story.met[row]) if self.story.whole[row] else 0
        steps = (1 << self.query.steps) - 1
        return bool(real & (steps if self.query.order == "any" else 1 << step))

    def _misses(self, row: int) -> bool:
        """Whether it would be a step more but for conditions; in any order it may be another one, too."""
        real = int(self.story.met[row]) if self.story.whole[row] else 0
        return bool(int(self.story.named[row]) & ~real & (1 << self.query.steps) - 1)

    def _held(self, row: int, step: int) -> tuple[str | None, ...]:
        """The values that count of a row as a step."""
        if not self.query.held:
            return ()
        return tuple(shown(self.story.values[n][row]) for n in self.query.held[step])

    def _group(self, row: int) -> tuple[str, ...]:
        """The values that a row is told apart by."""
        return tuple(one[row] for one in self.story.values[: self.query.grouped])

    def _behind(self, row: int, new: int) -> int:
        """The very next row of an attempt."""
        every = self.every
        places = [every.place(n) for n in range(len(every.rows.ts))]
        later = [one for one in places if row < one < new]
        return min(later, default=new)

    def group(self) -> tuple[str | None, ...] | None:
        """The values that the counted attempt is told apart by."""
        query, real = self.query, self.real
        if not query.grouped or not len(real.made):
            return None
        best = real.made.some([int(real.made.level.argmax())])  # type: ignore[arg-type]
        place = int(outcome.groups(query, real.rows, best, real.known)[0])
        if place == NONE:
            return None
        row = int(real.known.groups[place][0])
        return tuple(shown(one[row]) for one in self.story.values[: query.grouped])

    def happened(self) -> tuple[Happened, ...]:
        """Every row."""
        read = set(map(self.every.place, range(len(self.every.rows.ts))))
        return tuple(self._happened(n, read) for n in range(len(self.story)))

    def _happened(self, n: int, read: set[int]) -> Happened:
        story, count = self.story, self.query.steps
        real = int(story.met[n]) if story.whole[n] else 0
        named = int(story.named[n])
        unmet = tuple(
            Unmet(leaf, None if (values := story.instead[leaf]) is None else shown(values[n]))
            for leaf, one in enumerate(story.leaves)
            if not story.holds[leaf][n]
            and (not story.whole[n] if one.of < 0 else (named & ~int(story.met[n])) >> one.of & 1)
        )
        could = [step for step in range(count) if named >> step & 1]
        return Happened(
            at=int(story.at[n]), event=story.event[n], page=story.page[n], launch=int(story.launch[n]),
            steps=tuple(step + 1 for step in range(count) if real >> step & 1),
            could=tuple(step + 1 for step in could), unmet=unmet, ends=bool(real >> count), read=n in read,
            held=self._held(n, could[0] if could else 0),
        )  # fmt: skip


def kept(whole: Explained) -> Explained:
    """The same with as many events as are told; those that attempts and reasons name are among them."""
    if len(whole.happened) <= MOST_HAPPENED:
        return replace(whole, events=len(whole.happened))
    named = {
        row
        for one in whole.attempts
        for row in (*one.taken, *([one.stop] if one.stop is not None else []))
    }
    reasons = [*whole.reasons, *(one for each in whole.attempts for one in each.reasons)]
    named |= {row for one in reasons for row in (one.row, *one.shows)}
    others = [n for n, one in enumerate(whole.happened) if n not in named and one.read]
    rows = sorted([*named, *others[: max(0, MOST_HAPPENED - len(named))]])
    to = {row: n for n, row in enumerate(rows)}

    def reason(one: Reason) -> Reason:
        return replace(one, row=to[one.row], shows=tuple(to[row] for row in one.shows))

    attempts = tuple(
        replace(
            one, taken=tuple(to[row] for row in one.taken), stop=None if one.stop is None else to[one.stop],
            reasons=tuple(map(reason, one.reasons)),
        )
        for one in whole.attempts
    )  # fmt: skip
    return replace(
        whole, happened=tuple(whole.happened[row] for row in rows), attempts=attempts,
        reasons=tuple(map(reason, whole.reasons)), events=len(whole.happened),
    )  # fmt: skip
