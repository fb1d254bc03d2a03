"""A question about paths.

{"kind": "paths",
 "anchor": {"page": "pages/index/index"}, "chosen": [{"page": "pages/goods/detail"}],
 "events": [{"event": "add_to_cart"}, {"event": "pay_success"}], "counts": "sessions", "period": "7d"}
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from minilens.reports.questions.parts import (
    EventName,
    EventNames,
    Filter,
    FromDay,
    Period,
    Text,
    ToDay,
    Top,
    Traffic,
    said,
)

Columns = Annotated[
    int, msgspec.Meta(ge=1, le=10),
    said("links: how many columns behind the start, 1 to 10.", "links：自起点起列出几列，1 至 10。"),
]  # fmt: skip
Many = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]


class AskedNode(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A page or an event, one of both."""

    page: Annotated[
        Text,
        said(
            "A page by its path, or the folder, type or pattern that stands for it.",
            "页面路径，或代表它的目录、类型、模式。",
        ),
    ] = ""
    event: Annotated[
        Text,
        said(
            "An event by the name that it has among nodes: its title, else its name.",
            "事件在节点中的名称：有标题用标题，否则为事件名。",
        ),
    ] = ""


class AskedNodes(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An event that is a node, or several that are one, and the conditions under which they are."""

    event: Annotated[
        EventName | EventNames,
        said(
            "The name of the event, or of several that are one node.",
            "事件名，或合为一个节点的多个。",
        ),
    ]
    where: Annotated[Filter | None, said("Conditions on this event.", "对该事件的条件。")] = None
    title: Annotated[
        Text,
        said("What it is called among nodes; its name unless given.", "节点名称；默认为事件名。"),
    ] = ""


class PathsQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="paths",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to", "goal": "end"},
):
    """What people do one after the other: which page or event comes right after another, or right before it.

    Each launch or person has one path. It begins with the first row that is the anchor and lies in the range, and may
    go on behind the end of the range. Where a path is over there is `(end)`, before its beginning `(beginning)`, and
    `(may still)` where so little time has gone by that something may follow.
    """

    anchor: Annotated[
        AskedNode | None,
        said(
            "The node that paths begin with, or lead to (`direction`), by its first occurrence; none: paths "
            "begin with "
            "the first node of the launch or person.",
            "路径的起点（或终点，见 `direction`），取首次出现；不填则从每次打开或每人的首个节点开始。",
        ),
    ] = None
    direction: Annotated[
        Literal["after", "before"],
        said("What comes after the anchor, or before it.", "起点之后（after），或之前（before）。"),
    ] = "after"
    goal: Annotated[
        AskedNode | None,
        said(
            "Only paths that get to this node behind the anchor count, and they end there; with direction "
            "after alone.",
            "仅统计在起点之后到达该节点的路径，并止于该节点；仅限 direction = after。",
        ),
    ] = None
    chosen: Annotated[
        list[AskedNode],
        said(
            "The nodes next to the anchor, one after the other, that a path has to have, up to 9.",
            "紧接起点、路径须依次经过的节点，至多 9 个。",
            maxItems=9,
        ),
    ] = []
    pages: Annotated[
        Literal["page", "folder", "type", "none"],
        said(
            "Which nodes pages are: each by itself, by the folder that it lies in, by its type, or none, so "
            "that only "
            "`events` are nodes.",
            "页面作为节点的方式：逐页、按目录、按类型；none 则仅 `events` 为节点。",
        ),
    ] = "page"
    patterns: Annotated[
        list[Text],
        said(
            "Pages that fit one of these, such as `pages/goods/*`, are one node by its name; the first that "
            "fits, up to 30.",
            "符合其一的页面（如 `pages/goods/*`）合为一个节点，取首个符合的，至多 30 个。",
            maxItems=30,
        ),
    ] = []
    opened: Annotated[
        list[Text],
        said(
            "Folders whose pages stand for themselves, where pages are folders.",
            "按目录时，逐页列出的目录。",
            maxItems=30,
        ),
    ] = []
    excluded: Annotated[
        list[Text],
        said(
            "Pages that are no nodes, by path or pattern, as if nobody had opened them; up to 30. Other "
            "events are none "
            "unless they are asked for.",
            "不作为节点的页面（路径或模式），如同未打开过，至多 30 个；其他事件未列入则本就不计。",
            maxItems=30,
        ),
    ] = []
    events: Annotated[
        list[AskedNodes],
        said(
            "Events that are nodes, up to 20; one that is the anchor, the end or chosen is one of them.",
            "作为节点的事件，至多 20 个；起点、终点与所选节点中的事件自动计入。",
            maxItems=20,
        ),
    ] = []
    repeats: Annotated[
        Literal["folded", "kept"],
        said(
            "The same node several times in a row is one (folded), or each is one (kept).",
            "连续重复的同一节点算一个（folded），或逐个计（kept）。",
        ),
    ] = "folded"
    counts: Annotated[
        Literal["sessions", "persons"],
        said(
            "Each launch has a path, or each person.",
            "每次打开一条路径（sessions），或每人一条（persons）。",
        ),
    ] = "sessions"
    gap: Annotated[
        Text,
        said(
            "Of persons: a path goes on while no more than this lies between two nodes (30s, 20m, 12h, up to "
            "24h), and "
            "for ten times as long at most. 30m unless given.",
            "按人时：相邻节点间隔不超过此值（30s、20m、12h，至多 24h）则路径继续，总长至多为其 10 倍。默认 30m。",
            pattern="^[0-9]{1,9}[smhd]$",
        ),
    ] = "30m"
    where: Annotated[
        Filter | None,
        said("Conditions on every page and event.", "对所有页面与事件的条件。"),
    ] = None
    show: Annotated[
        Literal["columns", "links"],
        said(
            "Columns along the chosen way, each coming to what the chosen node before it has; or links from "
            "node to node "
            "over `steps` columns, with the mean time between.",
            "columns：沿所选路径逐列展开，每列合计等于上一列所选节点；links：`steps` 列内节点到节点的连接及平均间隔"
            "。",
        ),
    ] = "columns"
    steps: Columns = 5
    least: Annotated[
        Many,
        said(
            "links: those of fewer paths are left out. 1 unless given.",
            "links：略去路径数少于此值的。默认 1。",
        ),
    ] = 1
    most: Annotated[
        Many,
        said(
            "links: those of more paths are left out; 0, unless given, leaves out none.",
            "links：略去路径数多于此值的；0（默认）不略去。",
        ),
    ] = 0
    links: Annotated[
        Many,
        said(
            "links: so many of them, the largest, have rows; 0, unless given, is all of them.",
            "links：只列出最大的若干条；0（默认）为全部。",
        ),
    ] = 0
    period: Period = ""
    start: FromDay = ""
    end: ToDay = ""
    traffic: Traffic = "release"
    top: Top = 10
