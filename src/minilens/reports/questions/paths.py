"""A question about paths.

{"kind": "paths",
 "anchor": {"page": "pages/index/index"}, "chosen": [{"page": "pages/goods/detail"}],
 "events": [{"event": "add_to_cart"}, {"event": "pay_success"}], "counts": "sessions", "period": "7d"}
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from minilens.reports.questions.parts import Filter, Text, Top, Traffic

Columns = Annotated[int, msgspec.Meta(ge=1, le=10)]


class AskedNode(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A `page` (its path, or the folder, type or pattern that stands for it), or an `event` by the name that it has
    among nodes.
    """

    page: Text = ""
    event: Text = ""


class AskedNodes(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An event that is a node, or several that are one, and the conditions under which they are.

    `title`: what it is called among nodes; its name unless given.
    """

    event: str | list[str]
    where: Filter | None = None
    title: Text = ""


class PathsQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="paths",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """What people do one after the other: which page or event comes right after another, or right before it.

    `anchor`: the node that paths begin with (`direction` after) or lead to (before), by its first occurrence in a
    launch, or of a person in the range; without one, paths begin with the first node. `chosen`: the nodes next to it,
    one after the other, that a path has to have. Nodes are `pages` (each by itself, by the folder that it lies in, by
    its type, or none), unless a page fits one of `patterns` (`pages/goods/*`), which then stands for it; pages of the
    folders `opened` stand for themselves. And `events`; an event that is the anchor or chosen is one of them.
    `repeats`: the same node several times in a row is one (folded), or each is one (kept). `counts`: each launch has a
    path (sessions), or each person (persons), which goes on while no more than `gap` (30s, 20m, 12h) lies between two
    nodes, and for ten times as long at most. `show`: columns along the chosen way, each coming to what the chosen node
    before it has; or links from node to node over `steps` columns, of the paths that have the chosen nodes. Of a column
    the `top` nodes have rows, all others are one.
    """

    anchor: AskedNode | None = None
    direction: Literal["after", "before"] = "after"
    chosen: list[AskedNode] = []
    pages: Literal["page", "folder", "type", "none"] = "page"
    patterns: list[Text] = []
    opened: list[Text] = []
    events: list[AskedNodes] = []
    repeats: Literal["folded", "kept"] = "folded"
    counts: Literal["sessions", "persons"] = "sessions"
    gap: Text = "30m"
    where: Filter | None = None
    show: Literal["columns", "links"] = "columns"
    steps: Columns = 5
    period: Text = ""
    start: Text = ""
    end: Text = ""
    traffic: Traffic = "release"
    top: Top = 10
