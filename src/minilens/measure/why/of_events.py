"""Which of a person's events a figure of a question about events counts, and what keeps the others from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import numpy as np

from minilens.measure.events import run
from minilens.measure.events.builds import Builds
from minilens.measure.events.kept import has_tail
from minilens.measure.events.query import EventsQuery, Figure
from minilens.measure.events.sql import Statement
from minilens.measure.persons.events import (
    Chosen,
    narrowed,
    of_groups,
    of_hour,
    of_values,
)
from minilens.measure.prepared import AsOf
from minilens.measure.why.happened import did, kept
from minilens.measure.why.query import Because, Cause, Did, FigureWhyQuery, OfFigure
from minilens.measure.why.story import Read, Story, told
from minilens.period import Range
from minilens.warehouse.engine import Answer, Engine

_FIRST_DAY = date(1970, 1, 1)


def explained(
    engine: Engine, query: FigureWhyQuery, as_of: AsOf, made: Answer
) -> tuple[OfFigure, Story]:
    """What the figure makes of them: the statement that counts it is asked of each of their events."""
    of = query.of
    assert isinstance(of, EventsQuery)
    chosen = Chosen(of, query.place)
    over = chosen.days()
    whole = replace(of, range=over), has_tail(of)  # of a formula of numbers alone
    narrow, tail = narrowed(of, chosen, over) if chosen.figures else whole
    narrow = replace(
        narrow, measures=tuple(one for one in narrow.measures if isinstance(one, Figure))
    )
    tail = tail and over.end >= Builds(made).newest

    def besides(statement: Statement) -> Mapping[str, str]:
        rows = partial(lambda: run.answer(engine, of, as_of, made).rows)
        asked = {
            "hour": of_hour(statement, chosen), "value": of_values(statement, narrow, chosen),
            "group": of_groups(statement, of, query.place, rows),
        }  # fmt: skip
        return {name: " AND ".join(some) or "true" for name, some in asked.items()}

    story = told(engine, Read(narrow, over, tail, besides=besides), query.person, made)
    names = {of.events[one.of].name for one in chosen.figures}
    bits = sum(1 << n for n, one in enumerate(narrow.events) if one.name in names)
    some = [_did(story, narrow, n, bits, over) for n in range(len(story)) if story.named[n] & bits]
    times = sum(one.counts for one in some)
    reasons = () if times else _reasons(some, over)
    return kept(OfFigure(query.person, times, tuple(some), reasons)), story


def _did(story: Story, query: EventsQuery, n: int, bits: int, over: Range) -> Did:
    counts = bool(story.whole[n]) and bool(int(story.met[n]) & bits)
    day = _day(story, n)
    said: dict[Cause, bool] = {
        "filter": counts, "days": over.start <= day <= over.end and bool(story.besides["hour"][n]),
        "group": bool(story.besides["group"][n]), "value": bool(story.besides["value"][n]),
    }  # fmt: skip
    against = tuple(name for name, holds in said.items() if not holds)
    return replace(did(story, query, n), counts=not against, against=against)


def _day(story: Story, n: int) -> date:
    return _FIRST_DAY + timedelta(days=int(story.day[n]))


def _reasons(some: list[Did], over: Range) -> tuple[Because, ...]:
    """What alone keeps an event from being counted; where nothing does alone, what does of the event with the least
    against it."""
    if not some:
        return ()
    found: dict[tuple[Cause, ...], int] = {}
    least = min(len(one.against) for one in some)
    middle = np.mean([day.toordinal() for day in (over.start, over.end)])

    def far(n: int) -> float:
        return abs(some[n].at / 86_400_000 + _FIRST_DAY.toordinal() - float(middle))

    for n in sorted(range(len(some)), key=far):
        if len(some[n].against) == least:
            found.setdefault(some[n].against, n)
    rows = sorted(found.items(), key=lambda one: one[1])
    return tuple(Because(causes, row) for causes, row in (rows if least == 1 else rows[:1]))
