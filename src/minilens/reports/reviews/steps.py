"""The step that moved most, of the funnels of the four stages and of those that the team has saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from minilens.errors import Busy, Refused
from minilens.measure.funnels.moved import StepMoved, most_moved, steps_moved
from minilens.measure.single_value import Ask
from minilens.period import Range
from minilens.records.questions import SavedQuestion
from minilens.reports.funnel_names import titles_of
from minilens.reports.funnels_reader import read
from minilens.reports.question import decoded
from minilens.reports.questions.funnel import FunnelQuestion
from minilens.reports.request import AppContext
from minilens.reports.stage_funnels import starts
from minilens.text import Text

#: Of the team's funnels so many are looked at.
MOST_SAVED = 6


@dataclass(frozen=True)
class FunnelMoved:
    """A funnel and its steps from the second on. `titles`: of all steps; `saved`: its number among the saved questions,
    None of a stage."""

    title: Text
    titles: tuple[Text, ...]
    steps: tuple[StepMoved, ...]
    saved: int | None

    @property
    def most(self) -> StepMoved | None:
        """The step that moved most, by more than chance."""
        return most_moved(self.steps)


@dataclass(frozen=True)
class _Asked:
    """A funnel to look at, what its steps are called where they have names in both languages."""

    title: Text
    question: FunnelQuestion
    names: tuple[Text, ...] = ()
    saved: int | None = None


def funnels(saved: Sequence[SavedQuestion]) -> list[_Asked]:
    """Those that a review looks at: of the four stages, then the team's."""
    found = []
    for (zh, question), (en, other) in zip(starts("zh"), starts("en"), strict=True):
        both = zip(question.steps, other.steps, strict=True)
        names = tuple(Text(one.title, english.title) for one, english in both)
        found.append(_Asked(Text(zh, en), question, names))
    for one in saved:
        kept = _funnel(one) if one.team else None
        if kept and len(found) < len(starts("zh")) + MOST_SAVED:
            found.append(_Asked(one.name, kept, saved=one.id))
    return found


def _funnel(one: SavedQuestion) -> FunnelQuestion | None:
    try:
        question = decoded(one.body)
    except Refused:
        return None
    return question if isinstance(question, FunnelQuestion) else None


def moved(
    saved: Sequence[SavedQuestion], named: Mapping[str, Text], now: Range, then: Range, context: AppContext, app: int,
    ask: Ask,
) -> list[FunnelMoved]:  # fmt: skip
    """Each funnel that can be asked, the one first whose step moved most; those of which nothing sure can be said
    last. All steps must lie within the days, however long the window: else those of the last days, who still have time,
    would be held against those who had it. `named`: event → its name."""
    found = []
    for asked in funnels(saved):
        plain = msgspec.structs.replace(
            asked.question, groups=[], show="steps", period="7d", start="", end=""
        )
        try:
            query = read(plain, context, app)
            alike = query if query.mode == "open" else replace(query, mode="closed")
            steps = steps_moved(alike, now, then, ask)
        except Busy:
            raise
        except Refused:  # what it asks about is no more
            continue
        names = asked.names or _names(asked.question, named)
        found.append(FunnelMoved(asked.title, names, steps, asked.saved))
    return sorted(
        found, key=lambda one: -abs(one.most.found.by) if one.most and one.most.found else 1
    )


def _names(question: FunnelQuestion, named: Mapping[str, Text]) -> tuple[Text, ...]:
    """Its steps as its page calls them."""
    both = zip(titles_of(question, named, "zh"), titles_of(question, named, "en"), strict=True)
    return tuple(Text(zh, en) for zh, en in both)
