"""The builder's form of questions about the value of persons: what was typed, as a tree of rows.

s.0.which, s.0.event, s.0.w.p.0.on   what a person enters with, its first condition; s.3 the return
s.1.event, s.1.on                    revenue, and where its amount stands; s.2 the refunds
g.0.on, show, days, period …         groups, and what there is once
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping

from minilens.measure.events.query import MOST_GROUPS
from minilens.web.events import rows
from minilens.web.events.rows import Shape, Tree, no_conditions

#: What there is once → what it is at first.
ONCE = {
    "show": "cohorts", "days": "", "currency": "", "rate": "", "product": "", "rates": "",
    "key": "", "refund_key": "",
    "period": "90d", "from": "", "to": "", "grain": "week",
    "traffic": "release", "top": "10", "rest": "",
}  # fmt: skip
#: Fields that no refusal stands at.
CHOSEN = ("rest", "traffic", "show", "which")
#: Part of the question → place in the form.
PARTS = {"first": "s.0", "revenue": "s.1", "refunds": "s.2", "return": "s.3"}
_ROW = {"which": "", "event": "", "on": "", "other": ""}


def event(which: str = "event", name: str = "") -> Tree:
    """A row."""
    return {**_ROW, "which": which, "event": name, "w": no_conditions()}


def first() -> Tree:
    """The form that nobody has filled in."""
    some = [event("visit"), event(), event(), event("visit")]
    return {"s": some, "g": [], **ONCE, "rest": "1"}


def typed(form: Mapping[str, str]) -> Tree:
    """What was sent. A row that lacks a field has it empty; what is no field of the form is passed over."""
    sent = rows.nested(form, ("s", "g"))
    some = [
        {**rows.row(one, _ROW), "w": rows.conditions(one.get("w"))}
        for one in rows.listed(sent.get("s"))
    ][: len(PARTS)]
    return {
        "s": [*some, *(event() for _ in range(len(PARTS) - len(some)))],
        "g": [rows.row(one, {"on": "", "other": ""}) for one in rows.listed(sent.get("g"))],
        **{name: form.get(name, "").strip() for name in ONCE},
    }


def pruned(tree: Tree) -> Tree:
    """Without rows in which nothing is said."""
    found = copy.deepcopy(tree)
    found["g"] = [one for one in found["g"] if one["on"] or one["other"]]
    for group in _groups(found):
        rows.without_blanks(group)
    return found


def _groups(tree: Tree) -> list[Tree]:
    return [one["w"] for one in tree["s"]]


_SHAPE = Shape(
    most={"g": MOST_GROUPS},
    first={"g": "on"},
    new=lambda _tree, _kind: {"on": "", "other": ""},
    groups=_groups,
)


def changed(tree: Tree, do: str) -> tuple[Tree, str]:
    """The form after a press of one of its buttons, and the name of what is to have the focus."""
    if re.fullmatch(r"(up|down|drop):s\.\d+", do):
        return tree, ""
    return rows.changed(tree, do, _SHAPE)


def input_of(at: str, _tree: Tree) -> str:
    """The field of the form at a place of the question: revenue.where.all[1].values → s.1.w.p.1.values."""
    if found := re.match(r"(first|revenue|refunds|return)(?:\.(\w+))?", at):
        row = PARTS[found[1]]
        if found[2] == "where":
            behind = at.removeprefix(f"{found[1]}.where")
            return f"{row}.w" + rows.input_of_condition(behind)
        return f"{row}.{'on' if found[2] in ('property', 'field') else 'event'}"
    if found := re.match(r"groups\[(\d+)\]", at):
        return f"g.{found[1]}.on"
    if at.startswith("margin"):
        leaf = at.removeprefix("margin.")
        return "rates" if leaf.startswith("rates") else "product" if leaf == "property" else "rate"
    if found := re.match(r"(?:refund_)?key\b", at):
        return found[0]
    return "days" if at.startswith("days") else at


def about(tree: Tree) -> list[Tree]:
    """Every row of the form that is about something."""
    found = [*tree["g"], *tree["s"][1:3]]
    for group in _groups(tree):
        found += rows.every_condition(group)
    return found
