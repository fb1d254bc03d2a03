"""What the figures of a month speak for, campaign by campaign and article by article: to scale, to keep, to stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from minilens.measure.funnels.significance import Rate, difference, together, verdict

#: Empty where nothing can be said.
Verdict = Literal["scale", "keep", "stop", ""]
VERDICTS: tuple[Verdict, ...] = ("scale", "keep", "stop")
#: Because of what: of campaigns, then of articles.
Why = Literal[
    "earns", "earns_first", "earns_less", "even", "few_conversions", "lost_now", "lost", "lost_twice", "reads_on",
    "reads_no_more", "as_others", "",
]  # fmt: skip
#: Fewer conversions than these are no reason to scale.
FEW = 10


@dataclass(frozen=True)
class Judged:
    """A verdict and its reason."""

    verdict: Verdict = ""
    why: Why = ""


@dataclass(frozen=True)
class Earned:
    """A campaign in a month. `left`: what is left of its revenue, or of the margin of it, after its costs; `roas`:
    revenue ÷ costs; None unknown."""

    left: float | None
    roas: float | None
    conversions: int


def of_campaign(now: Earned, before: Earned | None) -> Judged:
    """One that loses is stopped, unless it earned the month before. One that earns is scaled where it does so by enough
    conversions, and as well as before. `before`: None where it cost nothing then."""
    if now.left is None:
        return Judged()
    if now.left < 0:
        if before and (before.left or 0) > 0:
            return Judged("keep", "lost_now")
        return Judged("stop", "lost_twice" if before and before.left is not None else "lost")
    if not now.left:
        return Judged("keep", "even")
    if now.conversions < FEW:
        return Judged("keep", "few_conversions")
    if before and before.roas is not None and (now.roas or 0) < before.roas:
        return Judged("keep", "earns_less")
    return Judged("scale", "earns" if before else "earns_first")


def of_articles(read: Sequence[Rate]) -> list[Judged]:
    """Of each article, whose `read` says how many launches of how many opens: held against all the others, whether more
    of its readers went on by more than chance (Holm). Nothing of those that too few have read."""
    some, every = sum(one.some for one in read), sum(one.of for one in read)
    differ = [difference(one, Rate(some - one.some, every - one.of)) for one in read]
    chances = together([one.p if one else None for one in differ])
    words = {
        "likely_higher": Judged("scale", "reads_on"), "likely_lower": Judged("stop", "reads_no_more"),
        "no_difference": Judged("keep", "as_others"), "too_few": Judged(),
    }  # fmt: skip
    return [words[verdict(found, p)] for found, p in zip(differ, chances, strict=True)]
