"""The columns of paths, in words."""

from __future__ import annotations

from functools import partial

from minilens.measure.events.columns import OTHERS
from minilens.measure.paths.nodes import NO_TYPE
from minilens.measure.paths.query import Counts, PathsQuery
from minilens.measure.table import Column, Unit
from minilens.reference.page_types import PAGE_TYPES
from minilens.text import Language, Text

#: Kind and name of what is no node. No path has brackets.
BEGINNING, MAY_STILL = ("beginning", "(beginning)"), ("may_still", "(may still)")
REST, END = ("rest", OTHERS), ("end", "(end)")
_KINDS = {
    "page": Text("页面", "Page"), "event": Text("事件", "Event"), "rest": Text("其余", "All others"),
    "end": Text("结束", "End"), "beginning": Text("开始", "Beginning"), "may_still": Text("未结束", "Not over"),
}  # fmt: skip
_WHO: dict[Counts, Text] = {
    "sessions": Text("打开次数", "Launches"), "persons": Text("人数", "Persons"),
}  # fmt: skip
_NAMES = {
    OTHERS: Text("其余", "All others"),
    "(end)": Text("无后续行为", "No further action"),
    "(beginning)": Text("由此开始", "Beginning"),
    "(may still)": Text("可能仍有后续", "May still go on"),
    NO_TYPE: Text("（无类型）", "(no type)"),
}


def ended(query: PathsQuery) -> tuple[str, str]:
    """What stands where a path is over: at its end, or backwards at its beginning."""
    return END if query.direction == "after" else BEGINNING


def _kind(value: str, language: Language) -> str:
    return _KINDS[value].of(language) if value in _KINDS else value


def shown(query: PathsQuery, value: str, language: Language) -> str:
    """The name of a node, or of what is none, as people read it."""
    if value in _NAMES:
        return _NAMES[value].of(language)
    of_types = query.grouping.by == "type" and value in PAGE_TYPES
    return PAGE_TYPES[value].of(language) if of_types else value


def keys(query: PathsQuery) -> tuple[Column, ...]:
    """What tells rows apart: the place; kind and name of the node, in links of both."""
    place = Column("step", Text("步", "Step"), "number")
    name = partial(shown, query)
    node = (
        Column("kind", Text("类别", "Kind"), "text", shown=_kind),
        Column("node", Text("节点", "Node"), "text", shown=name),
    )
    if query.show == "columns":
        return (place, *node)
    return (
        place,
        Column("from_kind", Text("来自的类别", "From kind"), "text", shown=_kind),
        Column("from", Text("来自", "From"), "text", shown=name),
        *node,
    )


def _some(
    name: str, zh: str, en: str, unit: Unit, how_zh: str, how_en: str, *, has_persons: bool = False
) -> Column:
    return Column(
        name, Text(zh, en), unit, Text(how_zh, how_en), "neither", has_persons=has_persons
    )


def measures(query: PathsQuery) -> tuple[Column, ...]:
    """What is counted of a node of a column, or of a link."""
    how = Text(
        "经过该节点的路径数，每次打开或每人计一条",
        "Paths through this node, one a launch or person",
    )
    who = Column(query.counts, _WHO[query.counts], "count", how, has_persons=True)
    if query.show == "links":
        return who, _some(
            "share", "占比", "Share", "ratio", "占来自节点的路径的比例",
            "Of the paths through the node that it comes from",
        ), _some(
            "mean_time", "平均间隔", "Mean time", "seconds", "从来自节点首次出现到该节点首次出现的平均时长",
            "Mean time from the beginning of the node that it comes from to that of this one",
        ), _some(
            "reached", "到达节点的路径", "Paths to the node", "count",
            "该步到达该节点的全部路径，含未列出的连接", "All paths at this node in this step, by whatever link",
            has_persons=True,
        )  # fmt: skip
    return (
        who,
        _some(
            "share", "占比", "Share", "ratio", "占该列的比例；各行之和等于上一列中所选节点的数量",
            "Of its column, which comes to what the chosen node before it has",
        ),
        _some(
            "from_start", "总占比", "From start", "ratio", "占全部路径的比例", "Of all paths from the start",
        ),
        _some(
            "nodes", "节点数", "Nodes", "count", "该行包含多少个不同的节点",
            "How many different nodes the row stands for",
        ),
    )  # fmt: skip
