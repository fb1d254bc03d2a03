"""From the form of paths to the question, and back: what is asked is always what the form shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from minilens.measure.events.query import MOST_TOP
from minilens.measure.paths.query import MOST_STEPS
from minilens.reports.question import decoded
from minilens.reports.questions.paths import AskedNode, AskedNodes, PathsQuestion
from minilens.web.admin.forms import whole
from minilens.web.events.ask_question import (
    as_typed,
    conditions_of,
    days_of,
    event_of,
    group_of,
    joined,
    parted,
    period_of,
)
from minilens.web.events.rows import Tree

#: Unit → the longest gap in it: a day.
_MOST = {"s": 86_400, "m": 1_440, "h": 24}
#: How many paths a link has, and how many links there are, where nothing is said.
LIMITS = {"least": "1", "most": "0", "links": "0"}
_LENGTH = re.compile(r"(.*)([smh])", re.DOTALL)


class Way(msgspec.Struct):
    """The nodes that were opened, and from where: of another beginning they mean nothing."""

    of: list[str] = []
    chosen: list[AskedNode] = []


def question_of(tree: Tree, titles: Mapping[str, str] | None = None) -> PathsQuestion:
    """The question that a form says; Refused, naming the place in it, where it has no such shape.

    `titles`: what people call an event → its name. What has no meaning beside the rest, and is hidden, is not said.
    """
    named, persons = titles or {}, tree["counts"] == "persons"
    links = tree["show"] == "links"
    asked: dict[str, Any] = {
        "kind": "paths", **_anchor(tree, named), "chosen": _way(tree),
        "events": [_node(one, named) for one in tree["n"]], **conditions_of(tree["w"]), **days_of(tree),
        **{name: tree[name] for name in ("pages", "counts", "repeats", "show", "traffic") if tree[name]},
        "top": whole(tree["top"] or "10", "top", least=1, most=MOST_TOP),
    }  # fmt: skip
    if tree["pages"] != "none":
        asked |= {name: parted(tree[name]) for name in ("patterns", "excluded")}
    if tree["pages"] == "folder":
        asked["opened"] = parted(tree["opened"])
    if persons:
        unit = tree["unit"] if tree["unit"] in _MOST else "m"
        asked["gap"] = f"{whole(tree['gap'], 'gap', least=1, most=_MOST[unit])}{unit}"
    if links:
        asked["steps"] = whole(tree["steps"] or "5", "steps", least=1, most=MOST_STEPS)
        asked |= {
            name: whole(tree[name] or plain, name, least=0, most=10**9)
            for name, plain in LIMITS.items()
        }
    return decoded(msgspec.json.encode(asked), PathsQuestion)


def _anchor(tree: Tree, titles: Mapping[str, str]) -> dict[str, Any]:
    back = tree["begin"] == "before"
    end = {"end": _named(tree, "end", titles)} if tree["end"] and not back else {}
    if tree["begin"] not in ("after", "before"):
        return end
    return {"anchor": _named(tree, "anchor", titles), "direction": tree["begin"]} | end


def _named(tree: Tree, at: str, titles: Mapping[str, str]) -> dict[str, str]:
    """A page or an event that was typed."""
    kind = "event" if tree[f"{at}_kind"] == "event" else "page"
    return {kind: titles.get(tree[at], tree[at]) if kind == "event" else tree[at]}


def _node(one: Tree, titles: Mapping[str, str]) -> dict[str, Any]:
    title = {"title": one["title"]} if one["title"] else {}
    return {"event": event_of(one["event"], titles), **conditions_of(one["w"]), **title}


def _from(tree: Tree) -> list[str]:
    """What the nodes of a way were opened from."""
    anchor = [tree["anchor_kind"], tree["anchor"]] if tree["begin"] in ("after", "before") else []
    return [tree["begin"], *anchor, tree["pages"], tree["patterns"]]


def _way(tree: Tree) -> list[dict[str, Any]]:
    try:
        way = msgspec.json.decode(tree["way"] or "{}", type=Way)
    except msgspec.DecodeError:
        return []
    return msgspec.to_builtins(way.chosen) if way.of == _from(tree) else []


def tree_of(question: PathsQuestion) -> Tree:
    """The form that says a question."""
    anchor, end = question.anchor, question.goal
    found = _LENGTH.fullmatch(question.gap)
    gap, unit = (found[1], found[2]) if found else (question.gap, "m")
    tree: Tree = {
        "begin": question.direction if anchor else "start",
        "anchor_kind": "event" if anchor and anchor.event else "page",
        "anchor": (anchor.event or anchor.page) if anchor else "",
        "end_kind": "event" if end and end.event else "page",
        "end": (end.event or end.page) if end else "", "excluded": joined([*question.excluded]),
        **{name: "" if (told := str(getattr(question, name))) == plain else told for name, plain in LIMITS.items()},
        "n": [_row(one) for one in question.events], "w": group_of(question.where),
        "patterns": joined([*question.patterns]), "opened": joined([*question.opened]), "gap": gap, "unit": unit,
        "steps": str(question.steps), "top": str(question.top), **period_of(question),
        **{name: getattr(question, name) for name in ("pages", "counts", "repeats", "show", "traffic")},
    }  # fmt: skip
    way = Way(_from(tree), question.chosen)
    return {**tree, "way": msgspec.json.encode(way).decode() if question.chosen else ""}


def _row(one: AskedNodes) -> Tree:
    return {"event": as_typed(one.event), "title": one.title, "w": group_of(one.where)}
