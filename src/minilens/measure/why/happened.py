"""Events of a person as they are told beside a figure, and as many of them as are told."""

from __future__ import annotations

from dataclasses import replace

from minilens.measure.events.query import EventsQuery
from minilens.measure.why.query import Did, OfFigure, Unmet
from minilens.measure.why.story import Story, shown

#: Events that are told.
MOST_HAPPENED = 500


def did(story: Story, query: EventsQuery, n: int) -> Did:
    """A row of the story."""
    count, named, met = len(query.events), int(story.named[n]), int(story.met[n])
    real = met if story.whole[n] else 0
    unmet = tuple(
        Unmet(leaf, None if (values := story.instead[leaf]) is None else shown(values[n]))
        for leaf, one in enumerate(story.leaves)
        if not story.holds[leaf][n]
        and (not story.whole[n] if one.of < 0 else (named & ~met) >> one.of & 1)
    )
    return Did(
        at=int(story.at[n]), event=story.event[n], page=story.page[n],
        of=tuple(one + 1 for one in range(count) if real >> one & 1),
        could=tuple(one + 1 for one in range(count) if named >> one & 1), unmet=unmet, counts=False,
        values=tuple(shown(one[n]) for one in story.values),
    )  # fmt: skip


def kept(whole: OfFigure, since: int = 0) -> OfFigure:
    """The same with as many events as are told: those that are named, those that count, then the others from a moment
    on."""
    count = len(whole.happened)
    late = [n for n, one in enumerate(whole.happened) if one.at >= since]
    if count <= MOST_HAPPENED and len(late) == count:
        return replace(whole, events=count)
    shown = [*(one.row for one in whole.reasons), *(one.row for one in whole.starts)]
    named = [row for row in shown if row is not None]
    counts = [n for n, one in enumerate(whole.happened) if one.counts]
    rows = sorted(list(dict.fromkeys([*named, *counts, *late]))[:MOST_HAPPENED])
    to: dict[int | None, int] = {row: n for n, row in enumerate(rows)}
    return replace(
        whole, happened=tuple(whole.happened[row] for row in rows), events=count,
        reasons=tuple(replace(one, row=to.get(one.row)) for one in whole.reasons),
        starts=tuple(replace(one, row=to.get(one.row)) for one in whole.starts),
    )  # fmt: skip
