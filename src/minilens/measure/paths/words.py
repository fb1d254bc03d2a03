"""A path as people read it: pages/index → pages/cart → …, by launch."""

from __future__ import annotations

from minilens.measure.events import words
from minilens.measure.paths.columns import shown
from minilens.measure.paths.query import Node, PathsQuery
from minilens.text import Language, Text

_BY = {
    "sessions": Text("每次打开计一条", "one a launch"),
    "persons": Text("每人计一条", "one a person"),
}
_LENGTHS = (
    (3_600_000, Text("{n} 小时", "hour")), (60_000, Text("{n} 分钟", "minute")), (1_000, Text("{n} 秒", "second")),
)  # fmt: skip


def subject(query: PathsQuery, language: Language) -> list[str]:
    """The way in one line, then the conditions of its events and of all."""
    comma = "，" if language == "zh" else ", "
    way = [named(query, one, language) for one in (*_begin(query), *query.chosen)]
    way = [*(way if query.anchor else [Text("由此开始", "Beginning").of(language), *way]), "…"]
    way += [named(query, query.end, language)] if query.end else []
    line = " → ".join(way if query.direction == "after" else reversed(way))
    how = [_BY[query.counts].of(language)]
    if query.counts == "persons":
        how.append(_within(query.gap, language))
    if not query.folded:
        how.append("连续重复的节点分别计" if language == "zh" else "repeats kept")
    if query.excluded:
        told = ("、" if language == "zh" else ", ").join(query.excluded)
        how.append(f"不含 {told}" if language == "zh" else f"without {told}")
    return [comma.join([line, *how]), *words.subject(query.rows, language)]


def named(query: PathsQuery, node: Node, language: Language) -> str:
    """What a node is called."""
    if node.kind == "event":
        return query.titles[int(node.value)]
    return shown(query, str(node.value), language)


def _begin(query: PathsQuery) -> tuple[Node, ...]:
    return () if query.anchor is None else (query.anchor,)


def _within(gap: int, language: Language) -> str:
    for length, name in _LENGTHS:
        if gap % length == 0:
            n = gap // length
            if language == "zh":
                return f"间隔不超过 {name.zh.format(n=n)}"
            return f"no more than {n} {name.en}{'' if n == 1 else 's'} apart"
    return ""
