"""Paths counted by brute force, from the words alone: one owner after the other, row by row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from minilens.measure.paths.query import Node, PathsQuery
from minilens.period import milliseconds
from tests.measure.events.oracle import Asked
from tests.measure.oracle import HALF_HOUR, Oracle
from tests.pipeline import Happening

END, BEGINNING, MAY_STILL, REST = (
    ("end", "(end)"), ("beginning", "(beginning)"), ("may_still", "(may still)"), ("rest", "(rest)"),
)  # fmt: skip
SIX_HOURS = 21_600_000
OVER = (END, BEGINNING, MAY_STILL)
Named = tuple[str, str]


@dataclass(frozen=True)
class Brute:
    """One question, and the history that it is asked of."""

    query: PathsQuery
    oracle: Oracle
    as_of: datetime

    def node(self, h: Happening) -> Named | None:
        """Which node an event is, None if it is none."""
        asked, query = Asked(self.query.rows, self.oracle), self.query
        if h.traffic != query.rows.traffic:
            return None
        for title, one in zip(query.titles, query.rows.events, strict=False):
            if asked.counted(one, h):
                return "event", title
        if len(query.rows.events) > len(query.titles) and asked.counted(query.rows.events[-1], h):
            if any(h.page.startswith(one.rstrip("*")) for one in query.excluded):
                return None
            return "page", self._page(h.page)
        return None

    def _page(self, page: str) -> str:
        for pattern in self.query.grouping.patterns:
            if pattern.endswith("*") and page.startswith(pattern[:-1]):
                return pattern
        *folder, _ = page.split("/")
        return "/".join(folder) if self.query.grouping.by == "folder" and folder else page

    def paths(self) -> list[list[Named]]:
        """Of each path its nodes, and in the end what it means that it is over."""
        return [path for _, path in self.begun()]

    def begun(self) -> list[tuple[Happening, list[Named]]]:
        """The same, each with what it begins with."""
        owned: dict[object, list[tuple[Happening, Named]]] = {}
        first, last = self._moment(0), self._moment(self.query.rows.range.days)
        for h in self.oracle.events:
            node = self.node(h)
            if node is None:
                continue
            if self.query.counts == "persons":
                owned.setdefault(self.oracle.person[h.id], []).append((h, node))
            elif h.session and first - SIX_HOURS <= h.ts < last + SIX_HOURS:
                owned.setdefault(h.session, []).append((h, node))
        every = (sorted(some, key=lambda one: _order(one[0])) for some in owned.values())
        found = ((entry, self._ended(path)) for entry, path in filter(None, map(self._of, every)))
        return [(entry, path) for entry, path in found if path]

    def _ended(self, path: list[Named]) -> list[Named]:
        """The path up to the node that it has to end with; nothing where it does not get there."""
        if self.query.end is None:
            return path
        end = self.named(self.query.end)
        behind = range(int(self.query.anchor is not None), len(path))
        at = next((n for n in behind if path[n] == end), None)
        return [] if at is None else [*path[: at + 1], END]

    def named(self, node: Node) -> Named:
        """What a node that is asked about is called."""
        value = node.value
        return node.kind, self.query.titles[value] if isinstance(value, int) else value

    def _moment(self, day: int) -> int:
        over, zone = self.query.rows.range, ZoneInfo(self.query.rows.timezone)
        return milliseconds(datetime.combine(over.start + timedelta(days=day), time(), zone))

    def _of(self, some: list[tuple[Happening, Named]]) -> tuple[Happening, list[Named]] | None:
        query = self.query
        persons, anchor = query.counts == "persons", None
        if query.anchor is not None:
            anchor = self.named(query.anchor)
        over = query.rows.range
        entry = None
        for n, (h, node) in enumerate(some):
            if persons and not over.start <= self.oracle.day(h) <= over.end:
                continue
            begins = n == 0 or (persons and h.ts - some[n - 1][0].ts > query.gap)
            if node == anchor or (anchor is None and begins):
                entry = n
                break
        if entry is None or not over.start <= self.oracle.day(some[entry][0]) <= over.end:
            return None
        return some[entry][0], self._walk(some, entry)

    def _walk(self, some: list[tuple[Happening, Named]], entry: int) -> list[Named]:
        query, persons = self.query, self.query.counts == "persons"
        begun, way = some[entry][0].ts, [some[entry][1]]
        step, at = (1 if query.direction == "after" else -1), entry
        while 0 <= at + step < len(some):
            (h, node), (before, same) = some[at + step], some[at]
            if persons and abs(h.ts - before.ts) > query.gap:
                break
            if not (query.folded and node == same):
                if persons and abs(h.ts - begun) > query.gap * 10:
                    break
                way.append(node)
            at += step
        if query.direction == "before":
            return [*way, BEGINNING]
        now, idle = milliseconds(self.as_of), query.gap if persons else HALF_HOUR
        still = some[at][0].ts + idle >= now and (not persons or begun + query.gap * 10 >= now)
        return [*way, MAY_STILL if still else END]

    def placed(self) -> list[list[Named]]:
        """The paths with the anchor at place 0."""
        return [path for _, path in self.placed_with_entry()]

    def placed_with_entry(self) -> list[tuple[Happening, list[Named]]]:
        """The same, each with what it begins with."""
        anchored = self.query.anchor is not None
        return [(h, path if anchored else [BEGINNING, *path]) for h, path in self.begun()]

    def column(self, paths: list[list[Named]], place: int) -> Counter[Named]:
        """What stands at a place, of paths that go on so far."""
        return Counter(path[place] for path in paths if place < len(path))

    def following(self) -> list[list[list[Named]]]:
        """Of each column the paths that followed the chosen way so far."""
        found = [self.placed()]
        for place, one in enumerate(self.query.chosen, start=1):
            wanted = self.named(one)
            found.append([p for p in found[-1] if place < len(p) and p[place] == wanted])
        return found


def _order(h: Happening) -> tuple[int, bool, int]:
    return h.ts, h.seq == 0, h.seq
