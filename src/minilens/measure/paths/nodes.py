"""Which node a page is, and what nodes are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from minilens.measure.paths.query import Grouping, Node, PathsQuery
from minilens.reference.page_types import fits, type_of

#: A page of no type, where pages are told apart by type.
NO_TYPE = "(none)"


def folder(page: str) -> str:
    """The folder that a page lies in: pages/goods of pages/goods/detail; one that lies in none is its own."""
    return page.rpartition("/")[0] or page


def node_of(page: str, how: Grouping) -> str:
    """What a page is called among nodes."""
    for pattern in how.patterns:
        if fits(page, pattern):
            return pattern
    if how.by == "type":
        return type_of(page, how.types) or NO_TYPE
    if how.by == "folder" and folder(page) not in how.opened:
        return folder(page)
    return page


@dataclass(frozen=True)
class Nodes:
    """All nodes there are, by their numbers: events first, in their order, then pages by name."""

    events: tuple[str, ...]
    pages: tuple[str, ...]

    def number(self, node: Node) -> int:
        """The number of a node that is asked about."""
        if node.kind == "event":
            return int(node.value)
        return len(self.events) + self.pages.index(str(node.value))

    def named(self, number: int) -> tuple[str, str]:
        """Kind and name of a node."""
        if number < len(self.events):
            return "event", self.events[number]
        return "page", self.pages[number - len(self.events)]


def nodes_of(query: PathsQuery, paths: Sequence[str]) -> tuple[Nodes, list[int]]:
    """The nodes of pages with these paths and those asked about; and of each path the number of its node."""
    names = [node_of(path, query.grouping) for path in paths]
    told = [query.anchor, query.end, *query.chosen]
    asked = {str(one.value) for one in told if one and one.kind == "page"}
    pages = tuple(sorted({*names, *asked}))
    place = {name: len(query.titles) + n for n, name in enumerate(pages)}
    return Nodes(query.titles, pages), [place[name] for name in names]
