"""Attribution counted by brute force, from the words alone: one conversion after the other, in fractions."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from math import factorial

from minilens.measure.attribution.query import BACK, AttributionQuery
from minilens.period import midnight, milliseconds
from tests.measure.events.oracle import as_number
from tests.measure.oracle import OPENS, Oracle
from tests.pipeline import Happening

NO_TOUCH, UNMATCHED = "(no touch)", "(unmatched)"
Given = dict[tuple[str, date], Fraction]
Worth = dict[frozenset[str], dict[str, Fraction]]


@dataclass(frozen=True)
class Touch:
    at: int
    day: date
    campaign: str

    @property
    def direct(self) -> bool:
        return self.campaign == ""


@dataclass(frozen=True)
class Entry:
    """What is handed out, on a day, to the touches of somebody before a moment; `at` None where nothing is found."""

    person: int
    at: int | None
    day: date
    amount: Fraction
    refund: bool = False


def said(h: Happening, name: str) -> object:
    return json.loads(h.props or "{}").get(name)


class Brute:
    """One question, and the history that it is asked of. No two events of it are of one millisecond."""

    def __init__(self, query: AttributionQuery, oracle: Oracle) -> None:
        self.query, self.oracle, self.over = query, oracle, query.rows.range
        self.named = [one.events[0] for one in query.rows.events]
        self.touches: dict[int, list[Touch]] = defaultdict(list)
        for session, events in oracle.runs:
            if session.traffic == query.rows.traffic:
                first = min((h for h in events if h.name in OPENS), key=lambda h: h.ts)
                touch = Touch(first.ts, session.day, first.campaign)
                if query.touches == "all" or not touch.direct:
                    self.touches[session.person].append(touch)
        self.rows = sorted(
            (h for h in oracle.events if h.traffic == query.rows.traffic), key=lambda h: h.ts
        )

    def of(self, n: int) -> list[Happening]:
        return [h for h in self.rows if h.name == self.named[n]]

    def key(self, h: Happening) -> object:
        return said(h, self.query.rows.groups[0].name) if self.query.keyed else None

    def counted(self) -> list[Happening]:
        found: list[Happening] = []
        for h in self.of(0):
            if self.query.within and not any(
                base.ts < h.ts <= base.ts + self.query.within and self.who(base) == self.who(h) for base in self.of(-1)
            ):  # fmt: skip
                continue
            found.append(h)
        told = [h for h in found if self.key(h) is not None]
        again = {
            h.id for h in told if any(self.key(o) == self.key(h) and o.ts < h.ts <= o.ts + BACK for o in told)
        }  # fmt: skip
        return [h for h in found if h.id not in again]

    def who(self, h: Happening) -> int:
        return self.oracle.person[h.id]

    def amount(self, h: Happening) -> Fraction:
        if self.query.counts != "value":
            return Fraction(1)
        told = as_number(said(h, "amount"))
        return Fraction(0) if told is None else Fraction(round(told * 1_000_000), 1_000_000)

    def entries(self) -> list[Entry]:
        counted = self.counted()
        inside = [h for h in counted if self.over.start <= self.oracle.day(h) <= self.over.end]
        if self.query.counts == "persons":
            inside = [
                h for h in inside if h is next(o for o in inside if self.who(o) == self.who(h))
            ]
        found = [Entry(self.who(h), h.ts, self.oracle.day(h), self.amount(h)) for h in inside]
        back: set[str] = set()
        for h in self.of(1) if self.query.refunds else ():
            same = [o for o in counted if o.ts < h.ts <= o.ts + BACK and self._belongs(h, o)]
            of = same[-1] if same else None
            again = of is not None and of.id in back and self.query.counts != "value"
            if of is not None:
                back.add(of.id)
            if not again and self.over.start <= self.oracle.day(h) <= self.over.end:
                amount = -abs(self.amount(h))
                who = self.who(of) if of else self.who(h)
                found.append(
                    Entry(who, of.ts if of else None, self.oracle.day(h), amount, refund=True)
                )
        return found

    def _belongs(self, refund: Happening, to: Happening) -> bool:
        if self.key(refund) is not None:
            return self.key(refund) == self.key(to)
        return self.who(refund) == self.who(to)

    def before(self, entry: Entry) -> list[Touch]:
        assert entry.at is not None
        some = [
            t
            for t in self.touches[entry.person]
            if entry.at - self.query.window <= t.at <= entry.at
        ]
        return sorted(some, key=lambda t: t.at)

    def led(self, entry: Entry) -> list[str]:
        """The groups of its touches one after the other, repeats as one, the newest ten."""
        found: list[str] = []
        for one in self.before(entry):
            if not found or found[-1] != one.campaign:
                found.append(one.campaign)
        return found[-10:]

    def with_credit(self, model: str, entry: Entry) -> set[str]:
        """The groups that a model gives something of it; where none touched it NO_TOUCH."""
        touches = self.before(entry)
        weights = self.weights(model, touches, {}) if touches else []
        found = {t.campaign for t, weight in zip(touches, weights, strict=True) if weight}
        return found or {NO_TOUCH}

    def credit(self, model: str) -> Given:
        """Group and day → what it is given."""
        found: Given = defaultdict(Fraction)
        worth = self.worth() if model == "data_driven" else {}
        for entry in self.entries():
            if entry.at is None:
                found[UNMATCHED, entry.day] += entry.amount
                continue
            touches = self.before(entry)
            if not touches:
                found[NO_TOUCH, entry.day] += entry.amount
                continue
            weights = self.weights(model, touches, worth)
            for touch, weight in zip(touches, weights, strict=True):
                found[touch.campaign, entry.day] += entry.amount * weight / sum(weights)
        return found

    def weights(self, model: str, touches: list[Touch], worth: Worth) -> list[Fraction]:
        many = len(touches)
        single = {"first": 0, "last": many - 1}
        if model == "last_non_direct":
            single[model] = max(
                (n for n, t in enumerate(touches) if not t.direct), default=many - 1
            )
        if model in single:
            return [Fraction(int(n == single[model])) for n in range(many)]
        if model == "linear" or (model == "position" and many < 3):
            return [Fraction(1)] * many
        if model == "position":
            return [
                Fraction(40, 100),
                *[Fraction(20, 100) / (many - 2)] * (many - 2),
                Fraction(40, 100),
            ]
        if model == "time_decay":
            return [
                Fraction(2.0 ** ((t.at - touches[-1].at) / self.query.half_life)) for t in touches
            ]
        value = worth[frozenset(t.campaign for t in touches)]
        last = {t.campaign: n for n, t in enumerate(touches)}
        return [
            value[t.campaign] if last[t.campaign] == n else Fraction(0)
            for n, t in enumerate(touches)
        ]

    def worth(self) -> Worth:
        """Of each set of groups what each of them is worth: the mean over all orders of what it adds."""
        converted: dict[frozenset[str], int] = defaultdict(int)
        for entry in self.entries():
            if not entry.refund and entry.at is not None and (some := self.before(entry)):
                converted[frozenset(t.campaign for t in some)] += 1
        others = self._others()
        rate = {s: Fraction(n, n + others[s]) for s, n in converted.items()}
        sets = {
            frozenset(t.campaign for t in self.before(e))
            for e in self.entries()
            if e.at is not None
        }
        return {one: _shapley(one, rate) for one in sets}

    def _others(self) -> dict[frozenset[str], int]:
        first = milliseconds(midnight(self.over.start, self.query.rows.timezone))
        from_day = self.over.start - timedelta(days=self.query.days_back)
        converters = {
            self.who(h) for h in self.of(0) if from_day <= self.oracle.day(h) <= self.over.end
        }
        found: dict[frozenset[str], int] = defaultdict(int)
        for person, touches in self.touches.items():
            some = [
                t for t in touches if t.at >= first - self.query.window and t.day <= self.over.end
            ]
            if person not in converters and any(t.at >= first for t in some):
                found[frozenset(t.campaign for t in some)] += 1
        return found


def _shapley(whole: frozenset[str], rate: dict[frozenset[str], Fraction]) -> dict[str, Fraction]:
    def of(some: frozenset[str]) -> Fraction:
        return rate.get(some, Fraction(0))

    many, found = len(whole), {}
    for one in whole:
        total = Fraction(0)
        for size in range(many):
            for some in combinations(sorted(whole - {one}), size):
                share = Fraction(factorial(size) * factorial(many - size - 1), factorial(many))
                total += share * (of(frozenset({*some, one})) - of(frozenset(some)))
        found[one] = max(total, Fraction(0))
    return found if any(found.values()) else dict.fromkeys(whole, Fraction(1))
