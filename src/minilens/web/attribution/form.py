"""The builder's form of attribution: what was typed, as a tree of rows.

c.0.event, c.0.w.p.0.on     the conversion; c.1 the refund, c.2 what comes before, both optional
v.0.on, r.0.on              the number of a conversion, and of a refund
g.0.by, m.first             what touches are told apart by; which models
w.p.0.on, window, unit …    conditions of all, and what there is once
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping

from minilens.measure.attribution.query import MODELS, MOST_BY
from minilens.web.events import rows
from minilens.web.events.rows import Shape, Tree, no_conditions

#: What there is once → what it is at first.
ONCE = {
    "counts": "events", "key": "", "touches": "all", "window": "30", "unit": "d", "half_life": "7", "half_unit": "d",
    "before": "7", "before_unit": "d", "show": "models", "period": "30d", "from": "", "to": "", "grain": "whole",
    "traffic": "release", "top": "10", "rest": "",
}  # fmt: skip
#: Fields that no refusal stands at.
CHOSEN = ("rest", "traffic", "counts", "touches", "unit", "half_unit", "before_unit", "show")
#: Part of the question → its place in the form.
PARTS = {"conversion": "c.0", "refund": "c.1", "before": "c.2"}


def event() -> Tree:
    """An empty one."""
    return {"event": "", "w": no_conditions()}


def first() -> Tree:
    """The form that nobody has filled in."""
    return {
        "c": [event() for _ in PARTS], "v": [], "r": [], "g": [{"by": "campaign"}], "m": dict.fromkeys(MODELS, "1"),
        "w": no_conditions(), **ONCE, "rest": "1",
    }  # fmt: skip


def typed(form: Mapping[str, str]) -> Tree:
    """What was sent. A row that lacks a field has it empty; what is no field of the form is passed over."""
    sent = rows.nested(form, ("c", "v", "r", "g", "m", "w"))
    some = [
        {**rows.row(one, {"event": ""}), "w": rows.conditions(one.get("w"))}
        for one in rows.listed(sent.get("c"))
    ][: len(PARTS)]
    numbers = {
        name: [rows.row(one, {"on": "", "other": ""}) for one in rows.listed(sent.get(name))][:1]
        for name in ("v", "r")
    }
    chosen = sent.get("m", {})
    return {
        "c": [*some, *(event() for _ in range(len(PARTS) - len(some)))],
        **numbers,
        "g": [rows.row(one, {"by": ""}) for one in rows.listed(sent.get("g"))][:MOST_BY],
        "m": {name: rows.text(chosen, name) for name in MODELS},
        "w": rows.conditions(sent.get("w")),
        **{name: form.get(name, "").strip() for name in ONCE},
    }


def pruned(tree: Tree) -> Tree:
    """Without rows in which nothing is said."""
    found = copy.deepcopy(tree)
    for name in ("v", "r"):
        found[name] = [one for one in found[name] if one["on"] or one["other"]]
    for group in _groups(found):
        rows.without_blanks(group)
    return found


def _groups(tree: Tree) -> list[Tree]:
    return [tree["w"], *(one["w"] for one in tree["c"])]


_SHAPE = Shape(
    most={"g": MOST_BY, "v": 1, "r": 1},
    first={"g": "by", "v": "on", "r": "on"},
    new=lambda _tree, kind: {"by": "campaign"} if kind == "g" else {"on": "", "other": ""},
    groups=_groups,
)


def changed(tree: Tree, do: str) -> tuple[Tree, str]:
    """The form after a press of one of its buttons, and the name of what is to have the focus."""
    if re.fullmatch(r"(up|down|drop):[cm]\..*", do):
        return tree, ""
    return rows.changed(tree, do, _SHAPE)


def input_of(at: str, _tree: Tree) -> str:
    """The field of the form at a place of the question: refund.where.all[1].values → c.1.w.p.1.values."""
    begins, rest = "w", at
    if found := re.match(r"(conversion|refund|before)(?:\.(\w+))?", at):
        if at.startswith("refund.value"):
            return "r.0.on"
        if at == "before.window":
            return "before"
        if found[2] != "where":
            return f"{PARTS[found[1]]}.event"
        begins, rest = f"{PARTS[found[1]]}.w", at.removeprefix(f"{found[1]}.")
    if found := re.match(r"where(?=[.\[]|$)", rest):
        return begins + rows.input_of_condition(rest[found.end() :])
    if found := re.match(r"by\[(\d+)\]", at):
        return f"g.{found[1]}.by"
    if at.startswith("value"):
        return "v.0.on"
    return "key" if at.startswith("key") else at


def about(tree: Tree) -> list[Tree]:
    """Every row of the form that is about something."""
    found = [*tree["v"], *tree["r"]]
    for group in _groups(tree):
        found += rows.every_condition(group)
    return found
