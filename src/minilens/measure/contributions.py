"""What the change of a number between two ranges is made of, by the values of a dimension.

A number that is a count or a sum:

    contribution of a value = the number of that value now − then

A ratio R = O ÷ U. Of a value v: c = its O ÷ all U, w = its U ÷ all U (its weight), r = its O ÷ its U (its own ratio). A
bar is the mean of now and then:

    rate part    = w̄ · (r now − r then)           it became better or worse where it is
    mix part     = (r̄ − R̄) · (w now − w then)     more or less of it came, and it is better or worse than all
    contribution = (c now − c then) − R̄ · (w now − w then) = rate part + mix part

A value that is there in one of the ranges only has no ratio of its own in the other: all of it is mix. Contributions
add up to the change. Where they do not, because a person may be of several values, what is left is said: `rest`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Smaller than this share of the numbers it comes from, a difference is one of rounding.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Part:
    """A number, or what it is divided by as well where it is a ratio (`under`)."""

    over: float
    under: float | None = None

    @property
    def value(self) -> float | None:
        """The number itself; None where nothing can be divided."""
        if self.under is None:
            return self.over
        return self.over / self.under if self.under else None


@dataclass(frozen=True)
class Parts:
    """A number over a range: of all, and of each value of a dimension. A value '' is that nothing is known."""

    whole: Part
    values: Mapping[str, Part]


@dataclass(frozen=True)
class Contribution:
    """What a value has to do with a change. `now`, `then`: its own number, None where it has none. `rate` and `mix`:
    the parts of `by`, where the number is a ratio."""

    value: str
    now: float | None
    then: float | None
    by: float
    rate: float | None = None
    mix: float | None = None


@dataclass(frozen=True)
class Change:
    """How a number changed; `by` is None where either is unknown, and nothing is said of values then. `parts`: the
    largest first, of equals by their values. `rest`: what they leave, 0 where values exclude each other."""

    now: float | None
    then: float | None
    by: float | None
    parts: tuple[Contribution, ...] = ()
    rest: float = 0


def change(now: Parts, then: Parts) -> Change:
    """The change from then to now, and what each value has to do with it; values that changed nothing are left out."""
    new, old = now.whole.value, then.whole.value
    if new is None or old is None:
        return Change(new, old, None)
    every = sorted({*now.values, *then.values})
    ratio = now.whole.under is not None
    found = [_of_ratio(one, now, then) if ratio else _of_sum(one, now, then) for one in every]
    some = [one for one in found if one.by or one.rate or one.mix]
    some.sort(key=lambda one: (-abs(one.by), one.value))
    rest = (new - old) - sum(one.by for one in found)
    noise = ROUNDING * max(abs(new), abs(old), *(abs(one.by) for one in found), 0)
    return Change(new, old, new - old, tuple(some), 0 if abs(rest) <= noise else rest)


def _of_sum(value: str, now: Parts, then: Parts) -> Contribution:
    new, old = (side.values.get(value, Part(0)).over for side in (now, then))
    return Contribution(value, new, old, new - old)


def _of_ratio(value: str, now: Parts, then: Parts) -> Contribution:
    sides = [(_weighed(value, side), side) for side in (now, then)]
    (new_c, new_w), (old_c, old_w) = (one for one, _ in sides)
    new, old = (side.values.get(value, Part(0, 0)).value for _, side in sides)
    middle = ((now.whole.value or 0) + (then.whole.value or 0)) / 2
    by = (new_c - old_c) - middle * (new_w - old_w)
    rate = 0.0 if new is None or old is None else (new_w + old_w) / 2 * (new - old)
    return Contribution(value, new, old, by, rate, by - rate)


def _weighed(value: str, side: Parts) -> tuple[float, float]:
    """Its part of the ratio, and its weight."""
    one, under = side.values.get(value, Part(0, 0)), side.whole.under or 1
    return one.over / under, (one.under or 0) / under
