"""Whether two rates differ by more than chance: a test, an interval of the difference, and what may be said of it.

Two-sided: Fisher's exact test under 5,000 in all, the z test of two proportions above. The interval is Newcombe's.
Where several are compared, their probabilities are Holm's. Of fewer than 30, or fewer than 5 of either outcome,
nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, lgamma, sqrt
from typing import Literal

#: The least of whom anything is said, and of each outcome; up to how many the exact test is taken.
LEAST, LEAST_OF_EACH, EXACT = 30, 5, 5_000
#: A difference is likely where chance alone would give one as large in fewer cases than this.
LEVEL = 0.05
_Z = 1.959963984540054
Verdict = Literal["likely_higher", "likely_lower", "no_difference", "too_few"]


@dataclass(frozen=True)
class Rate:
    """So many of so many."""

    some: int
    of: int

    @property
    def enough(self) -> bool:
        """Whether anything may be said of it."""
        return self.of >= LEAST and min(self.some, self.of - self.some) >= LEAST_OF_EACH

    @property
    def share(self) -> float:
        return self.some / self.of if self.of else 0.0

    def interval(self) -> tuple[float, float]:
        """Wilson's, of 95 %."""
        n, p = self.of, self.share
        middle, half = p + _Z**2 / (2 * n), _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n * n))
        return (middle - half) / (1 + _Z**2 / n), (middle + half) / (1 + _Z**2 / n)


@dataclass(frozen=True)
class Difference:
    """The first rate less the second, where it lies with 95 %, and how probable one as large is by chance."""

    by: float
    low: float
    high: float
    p: float


def difference(one: Rate, other: Rate) -> Difference | None:
    """None where there are too few of either."""
    if not (one.enough and other.enough):
        return None
    by = one.share - other.share
    low, high = one.interval()
    under, over = other.interval()
    return Difference(
        by,
        by - sqrt((one.share - low) ** 2 + (over - other.share) ** 2),
        by + sqrt((high - one.share) ** 2 + (other.share - under) ** 2),
        exact(one, other) if one.of + other.of < EXACT else z_test(one, other),
    )


def z_test(one: Rate, other: Rate) -> float:
    """The probability of a difference as large, by the z test."""
    pooled = (one.some + other.some) / (one.of + other.of)
    spread = sqrt(pooled * (1 - pooled) * (1 / one.of + 1 / other.of))
    return erfc(abs(one.share - other.share) / spread / sqrt(2)) if spread else 1.0


def exact(one: Rate, other: Rate) -> float:
    """The same by Fisher's test: of all outcomes with these sums those that are no likelier than this one."""
    some, every = one.some + other.some, one.of + other.of

    def chance(k: int) -> float:
        return exp(_ways(one.of, k) + _ways(other.of, some - k) - _ways(every, some))

    here = chance(one.some) * (1 + 1e-9)
    first, last = max(0, some - other.of), min(some, one.of)
    return min(1.0, sum(p for k in range(first, last + 1) if (p := chance(k)) <= here))


def _ways(n: int, k: int) -> float:
    """The logarithm of how many ways there are to choose."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def together(some: Sequence[float | None]) -> list[float | None]:
    """Probabilities of several comparisons as Holm puts them; None stays."""
    order = sorted((p, n) for n, p in enumerate(some) if p is not None)
    found: list[float | None] = [None] * len(some)
    least = 0.0
    for rank, (p, n) in enumerate(order):
        least = max(least, min(1.0, p * (len(order) - rank)))
        found[n] = least
    return found


def verdict(found: Difference | None, p: float | None) -> Verdict:
    """What may be said, of the probability among all that are compared."""
    if found is None or p is None:
        return "too_few"
    if p >= LEVEL:
        return "no_difference"
    return "likely_higher" if found.by > 0 else "likely_lower"
