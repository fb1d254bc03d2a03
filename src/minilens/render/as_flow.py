"""A flow chart laid out: nodes in columns, as high as what goes through them, and bands between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

#: Units of the drawing: of a column with the room behind it, of a node, between two nodes, of the whole height.
WIDE, THICK, GAP, HIGH = 190, 12, 14, 420
#: So long a name stands in full: there is room for no more.
_NAME = 22
_TWO_LINES = 22
#: Kinds in the order in which they stand in a column; of one kind the most first.
_ORDER = ("page", "event", "beginning", "rest", "may_still", "end")

Key = tuple[int, str, str]


@dataclass(frozen=True)
class Link:
    """So many go from a node to one of the column `place`. `said`: the whole in words. `of`: all that go on from the
    node; `through`: all that come to the other, both with those of links that are not drawn.
    """

    place: int
    begin: tuple[str, str]
    end: tuple[str, str]
    count: int
    begin_title: str
    end_title: str
    said: str
    of: int = 0
    through: int = 0


@dataclass(frozen=True)
class Box:
    """A node where it stands."""

    x: float
    y: float
    height: float
    kind: str
    title: str
    short: str
    count: int

    @property
    def roomy(self) -> bool:
        """Whether the count has a line of its own."""
        return self.height >= _TWO_LINES


@dataclass(frozen=True)
class Band:
    """A link as an SVG path."""

    path: str
    kind: str
    said: str


@dataclass(frozen=True)
class Flow:
    """A drawing of `width` by `height` units."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]


@dataclass
class _Node:
    title: str
    into: int = 0
    out: int = 0
    whole: int = 0
    y: float = 0
    height: float = 0
    #: how far down its sides bands are taken already
    left: float = field(default=0.0)
    right: float = field(default=0.0)

    @property
    def count(self) -> int:
        return max(self.into, self.out, self.whole)


def as_flow(links: Sequence[Link]) -> Flow:
    """The links in place; at least one."""
    nodes: dict[Key, _Node] = {}
    for one in links:
        begin = nodes.setdefault((one.place - 1, *one.begin), _Node(one.begin_title))
        end = nodes.setdefault((one.place, *one.end), _Node(one.end_title))
        begin.out, end.into = begin.out + one.count, end.into + one.count
        begin.whole, end.whole = max(begin.whole, one.of), max(end.whole, one.through)
    columns = _stacked(nodes)
    scale = _scale(columns)
    for column in columns:
        y = 0.0
        for _, node in column:
            node.y, node.height = y, max(1.0, node.count * scale)
            y += node.height + GAP
    height = max(column[-1][1].y + column[-1][1].height for column in columns) + GAP
    boxes = tuple(
        Box(key[0] * WIDE, round(node.y, 1), round(node.height, 1), key[1], node.title, _short(node.title), node.count)
        for column in columns
        for key, node in column
    )  # fmt: skip
    return Flow(len(columns) * WIDE, round(height, 1), boxes, _bands(links, nodes, columns, scale))


def _stacked(nodes: dict[Key, _Node]) -> list[list[tuple[Key, _Node]]]:
    """The nodes of each column from above."""
    last = max(place for place, _, _ in nodes)
    return [
        sorted(
            ((key, node) for key, node in nodes.items() if key[0] == place),
            key=lambda one: (_ORDER.index(one[0][1]) if one[0][1] in _ORDER[2:] else 0, -one[1].count, one[0]),
        )
        for place in range(last + 1)
    ]  # fmt: skip


def _scale(columns: list[list[tuple[Key, _Node]]]) -> float:
    """Units of height for one path, so that the fullest column fits."""
    return min(
        max(HIGH / 4, HIGH - GAP * (len(column) - 1)) / max(1, sum(node.count for _, node in column))
        for column in columns
    )  # fmt: skip


def _bands(
    links: Sequence[Link], nodes: dict[Key, _Node], columns: list[list[tuple[Key, _Node]]], scale: float
) -> tuple[Band, ...]:  # fmt: skip
    rank = {key: n for column in columns for n, (key, _) in enumerate(column)}
    order = sorted(
        links,
        key=lambda one: (one.place, rank[one.place - 1, *one.begin], rank[one.place, *one.end]),
    )
    found = []
    for one in order:
        begin, end = nodes[one.place - 1, *one.begin], nodes[one.place, *one.end]
        high = one.count * scale
        x0, x1 = (one.place - 1) * WIDE + THICK, one.place * WIDE
        y0, y1 = begin.y + begin.right, end.y + end.left
        begin.right += high
        end.left += high
        found.append(Band(_path(x0, y0, x1, y1, max(0.5, high)), one.end[0], one.said))
    return tuple(found)


def _path(x0: float, y0: float, x1: float, y1: float, high: float) -> str:
    """From one edge to the other and back below."""
    middle = (x0 + x1) / 2
    return (
        f"M{x0:.1f} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
        f"V{y1 + high:.1f}C{middle:.1f} {y1 + high:.1f} {middle:.1f} {y0 + high:.1f} {x0:.1f} {y0 + high:.1f}Z"
    )


def _short(title: str) -> str:
    """The end of a long name: paths begin alike."""
    return title if len(title) <= _NAME else f"…{title[1 - _NAME :]}"
