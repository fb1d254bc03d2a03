"""A question about paths, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minilens.measure.events.query import EventsQuery
from minilens.reference.page_types import Pattern

#: What a path may have at most: nodes behind its anchor, events among its nodes, patterns and opened folders.
MOST_STEPS, MOST_NODES, MOST_PATTERNS = 10, 20, 30
#: Between two actions of a launch lies half an hour at most; of a path of a person as much as is said, a day at most.
LAUNCH_GAP, MOST_GAP = 1_800_000, 86_400_000
#: A launch that goes over the end of a range is looked at six hours beyond.
LAUNCH_REACH = 21_600_000

#: Each launch once; or each person once, whatever the launches.
Counts = Literal["sessions", "persons"]
Direction = Literal["after", "before"]
#: Pages are nodes by themselves, by the folder that they lie in, by their type; or are none.
Pages = Literal["page", "folder", "type", "none"]
#: Columns along the chosen way; or what flows from each column into the next.
Show = Literal["columns", "links"]
Kind = Literal["page", "event"]


@dataclass(frozen=True)
class Node:
    """A page, or a group of pages, by its name; or an event by its place among those that are nodes."""

    kind: Kind
    value: str | int


@dataclass(frozen=True)
class Grouping:
    """What node a page is: the first of `patterns` that it fits; else by `by`. Pages of the folders `opened` stand for
    themselves. `types`: the patterns of the app in the order in which they are tried.
    """

    by: Pages = "page"
    patterns: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    types: tuple[Pattern, ...] = ()


@dataclass(frozen=True)
class PathsQuery:
    """What follows the anchor, or comes before it.

    `rows` says which rows there are: its events are those that are nodes, in the order of `titles`, and behind them
    page views where pages are nodes; its range is that of the anchor. `anchor` None: paths begin with the first node of
    an owner. `chosen`: the nodes next to the anchor, one after the other, that a path has to have. `gap`: so many
    milliseconds may lie between two nodes of a person. `steps`: columns of links behind the anchor. `top`: so many
    nodes of a column have rows of their own. `end`: only paths that get to this node count, and end there. `excluded`:
    patterns of pages that are no nodes. Links of fewer than `least` paths or more than `most` (0: any number) are left
    out, and of the others all but the `links` largest (0: none).
    """

    rows: EventsQuery
    titles: tuple[str, ...]
    grouping: Grouping = Grouping()
    anchor: Node | None = None
    direction: Direction = "after"
    chosen: tuple[Node, ...] = ()
    counts: Counts = "sessions"
    gap: int = LAUNCH_GAP
    folded: bool = True
    show: Show = "columns"
    steps: int = 5
    top: int = 10
    end: Node | None = None
    excluded: tuple[str, ...] = ()
    least: int = 1
    most: int = 0
    links: int = 0

    @property
    def app(self) -> int:
        """Whose events they are."""
        return self.rows.app

    @property
    def reach(self) -> int:
        """So many milliseconds before or after the anchor a path may go on: of a person ten gaps."""
        return self.gap * MOST_STEPS if self.counts == "persons" else LAUNCH_REACH

    @property
    def days_beyond(self) -> int:
        """So many days before and behind the range paths may go on."""
        return -(-self.reach // MOST_GAP)
