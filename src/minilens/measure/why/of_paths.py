"""Which paths a person has, which of them a figure counts, and where the others leave what it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

import numpy as np

from minilens.measure.events.builds import Builds
from minilens.measure.paths import columns, figures
from minilens.measure.paths.nodes import node_of
from minilens.measure.paths.query import MOST_STEPS, Node, PathsQuery
from minilens.measure.paths.run import Walked, walked
from minilens.measure.paths.walks import Walks
from minilens.measure.persons.paths import counted, keys_of
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell
from minilens.measure.why.happened import did, kept
from minilens.measure.why.query import Because, Did, FigureWhyQuery, OfFigure, Way
from minilens.measure.why.story import Read, Story, told
from minilens.period import midnight, milliseconds
from minilens.reference.page_types import fits
from minilens.warehouse.engine import Answer, Engine

#: Paths that are told, those that count first.
MOST_WAYS = 50
_REST = columns.REST[0]
Said = tuple[Cell, Cell]


def explained(
    engine: Engine, query: FigureWhyQuery, as_of: AsOf, made: Answer
) -> tuple[OfFigure, Story]:
    """What the figure makes of them: their own paths are found as everybody's are. Which nodes have no row of their own
    is known of everybody alone, so a figure of these has all paths found."""
    of, person = query.of, query.person
    assert isinstance(of, PathsQuery)
    over = of.rows.range
    tail = Builds(made).tail(of.rows, over.end + timedelta(days=of.days_beyond))
    read = Read(of.rows, over, tail, launches=of.counts == "sessions")
    story = told(engine, read, person, made)
    keys = keys_of(query.place)
    found = walked(engine, of, as_of, made, of_persons=True, person=person)
    every = found
    if _REST in (keys.get("kind"), keys.get("from_kind")):
        every = walked(engine, of, as_of, made, of_persons=True)
    there = _theirs(every, counted(of, every.walks, every.nodes, keys), person)
    telling = _Telling(of, keys, story, found, _theirs(found, found.walks, person), there, person)
    return kept(telling.figure()), story


def _theirs(found: Walked, some: Walks, person: int) -> Walks:
    assert found.person is not None
    return some.some(found.person[some.entry] == person)


@dataclass(frozen=True)
class _Telling:
    """A story; the paths of that person, and those of them that the figure counts."""

    query: PathsQuery
    keys: dict[str, Cell]
    story: Story
    found: Walked
    own: Walks
    counts: Walks
    person: int

    def figure(self) -> OfFigure:
        """All of it."""
        times, ways = len(self.counts), self._ways
        shown = sorted(ways, key=lambda one: (not one.counted, one.at))[:MOST_WAYS]
        moments = {at for one in ways if one.counted for at in one.moments}
        happened = tuple(self._did(n, moments) for n in range(len(self.story)))
        reasons = () if times else tuple(self._reasons())
        return OfFigure(
            self.person, times, happened, reasons, len(happened), ways=tuple(shown)
        )  # fmt: skip

    def _did(self, n: int, moments: set[int]) -> Did:
        made = did(self.story, self.query.rows, n)
        return replace(made, counts=bool(made.of) and made.at in moments)

    @cached_property
    def _ways(self) -> list[Way]:
        """Each of their paths."""
        first = 0 if self.query.anchor is not None else 1
        places = range(1, MOST_STEPS + 1)
        nodes = np.array([self.own.at(place) for place in places])
        moments = np.array([self.own.moments(place) for place in places])
        begin = [figures.anchor(self.query, self.found.nodes)] if not first else []
        counts = set(self.counts.moment.tolist())
        ways = []
        for n, at in enumerate(self.own.moment.tolist()):
            labels, when = nodes[:, n].tolist(), moments[:, n].tolist()
            over = next((n for n, one in enumerate(labels) if one < 0), None)
            shown = labels if over is None else labels[: over + 1]
            named = [figures.named(self.query, self.found.nodes, one) for one in shown]
            there = tuple(one for one in when if one >= 0)
            way = Way(at, (*begin, *named), (*([at] if begin else []), *there), at in counts)
            ways.append(way if way.counted else self._differing(way, first))
        return ways

    def _differing(self, way: Way, first: int) -> Way:
        """With the place at which it leaves what is asked for."""
        for place, asked in self._asked():
            at = place - first
            here = way.nodes[at] if at < len(way.nodes) else None
            met = here is not None and all(
                one in (None, said) for one, said in zip(asked, here, strict=True)
            )
            if not met or asked[0] == _REST:
                return replace(way, differs=place, asked=asked)
        return way

    def _asked(self) -> Iterator[tuple[int, Said]]:
        """What a path of the row has at which place, in their order."""
        keys, along = self.keys, self.query.show == "columns"
        step = int(float(str(keys["step"]))) if keys else 0
        chosen = self.query.chosen[: step - 1] if along and step else self.query.chosen
        for place, one in enumerate(chosen if keys else (), start=1):
            yield place, self.found.nodes.named(self.found.nodes.number(one))
        if keys and not along and step > 1:
            yield step - 1, (keys.get("from_kind"), keys.get("from"))
        if step:
            yield step, (keys.get("kind"), keys.get("node"))

    def _reasons(self) -> Iterator[Because]:
        """Why none of their paths counts; or why they have none."""
        if len(self.own):
            ending = figures.ending(self.query, self.own, self.found.nodes)
            yield Because(("way",) if len(ending) else ("goal",))
            return
        anchors = [n for n in range(len(self.story)) if self._is_anchor(n, real=False)]
        real = [n for n in anchors if self._is_anchor(n, real=True)]
        inside = [n for n in real if self._inside(n)]
        if inside:
            yield self._before(inside[0])
        elif real:
            yield Because(("range",), min(real, key=self._far))
        elif anchors:
            row = min(anchors, key=lambda n: (not self._inside(n), self._far(n)))
            bare = self.story.whole[row] and self.story.met[row]
            yield Because(("launch",) if bare else ("filter",), row)

    def _is_anchor(self, n: int, *, real: bool) -> bool:
        """Whether a row is what paths begin with, or would be but for conditions."""
        if real and not self.story.whole[n]:
            return False
        if real and self.query.counts == "sessions" and not self.story.launch[n]:
            return False
        node = self._node(n, int((self.story.met if real else self.story.named)[n]))
        return node is not None and self.query.anchor in (None, node)

    def _node(self, n: int, bits: int) -> Node | None:
        events = len(self.query.titles)
        of = next((one for one in range(events) if bits >> one & 1), None)
        if of is not None:
            return Node("event", of)
        page = self.story.page[n]
        if not bits >> events or any(fits(page, one) for one in self.query.excluded):
            return None
        return Node("page", node_of(page, self.query.grouping))

    def _before(self, row: int) -> Because:
        """What there was before the first row that could be the anchor: a path of somebody else, or one that began
        before the range."""
        launch = self.story.launch[row]
        some = [n for n in range(len(self.story)) if self._is_anchor(n, real=True)]
        if self.query.counts == "sessions":
            some = [n for n in some if self.story.launch[n] == launch]
        earliest = some[0]
        others = int(self.story.person[earliest]) != self.person
        return Because(("other",) if others else ("before",), row if others else earliest)

    @cached_property
    def _edges(self) -> tuple[int, int]:
        over, zone = self.query.rows.range, self.query.rows.timezone
        after = over.end + timedelta(days=1)
        return milliseconds(midnight(over.start, zone)), milliseconds(midnight(after, zone))

    def _inside(self, n: int) -> bool:
        return self._edges[0] <= int(self.story.at[n]) < self._edges[1]

    def _far(self, n: int) -> float:
        """How far from the middle of the range a row lies."""
        return abs(int(self.story.at[n]) - sum(self._edges) / 2)
