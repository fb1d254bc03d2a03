"""The builders' forms of retention, stickiness and lifecycle: what was typed, as a tree of rows.

s.0.which, s.0.event, s.0.w.p.0.on     the start or the activity, whether it is any, its first condition; s.1 the return
v.0.on, g.0.on                         the number that is added up, groups
w.p.0.on, entry, mode, period …        conditions of all, and what there is once
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
    "entry": "first", "mode": "on", "blocks": "calendar", "rate_of": "cohort", "mean": "weighted", "periods": "",
    "brackets": "", "at_least": "1", "at_most": "", "every": "1", "week_start": "monday", "show": "", "per": "range",
    "new_by": "event", "period": "30d", "from": "", "to": "", "grain": "day", "traffic": "release", "top": "10",
    "rest": "",
}  # fmt: skip
#: Fields that no refusal stands at.
CHOSEN = (
    "rest",
    "traffic",
    "entry",
    "mode",
    "show",
    "new_by",
    "which",
    "blocks",
    "rate_of",
    "mean",
    "week_start",
)
#: Place in the form → part of the question.
_PARTS = {"first": "s.0", "activity": "s.0", "return": "s.1"}


def event(which: str = "event") -> Tree:
    """An empty one."""
    return {"which": which, "event": "", "w": no_conditions()}


def first(events: int) -> Tree:
    """The form that nobody has filled in."""
    some = [event(), event("same")][:events]
    return {"s": some, "v": [], "g": [], "w": no_conditions(), **ONCE, "rest": "1"}


def typed(form: Mapping[str, str], events: int) -> Tree:
    """What was sent. A row that lacks a field has it empty; what is no field of the form is passed over."""
    sent = rows.nested(form, ("s", "v", "g", "w"))
    some = [
        {
            **rows.row(one, {"which": "", "event": ""}), "w": rows.conditions(one.get("w")),
        }
        for one in rows.listed(sent.get("s"))
    ][:events]  # fmt: skip
    return {
        "s": [*some, *(event() for _ in range(events - len(some)))],
        "v": [rows.row(one, {"on": "", "other": ""}) for one in rows.listed(sent.get("v"))][:1],
        "g": [rows.row(one, {"on": "", "other": ""}) for one in rows.listed(sent.get("g"))],
        "w": rows.conditions(sent.get("w")),
        **{name: form.get(name, "").strip() for name in ONCE},
    }


def pruned(tree: Tree) -> Tree:
    """Without rows in which nothing is said."""
    found = copy.deepcopy(tree)
    for name in ("g", "v"):
        found[name] = [one for one in found[name] if one["on"] or one["other"]]
    for group in _groups(found):
        rows.without_blanks(group)
    return found


def _groups(tree: Tree) -> list[Tree]:
    return [tree["w"], *(one["w"] for one in tree["s"])]


_SHAPE = Shape(
    most={"g": MOST_GROUPS, "v": 1},
    first={"g": "on", "v": "on"},
    new=lambda _tree, _kind: {"on": "", "other": ""},
    groups=_groups,
)


def changed(tree: Tree, do: str) -> tuple[Tree, str]:
    """The form after a press of one of its buttons, and the name of what is to have the focus."""
    if re.fullmatch(r"(up|down|drop):s\.\d+", do):
        return tree, ""
    return rows.changed(tree, do, _SHAPE)


def input_of(at: str, _tree: Tree) -> str:
    """The field of the form at a place of the question: return.where.all[1].values → s.1.w.p.1.values."""
    begins, rest = "w", at
    if found := re.match(r"(first|return|activity)(?:\.(\w+))?", at):
        if found[2] != "where":
            return f"{_PARTS[found[1]]}.{found[2] or 'event'}"
        begins, rest = f"{_PARTS[found[1]]}.w", at.removeprefix(f"{found[1]}.")
    if found := re.match(r"where(?=[.\[]|$)", rest):
        return begins + rows.input_of_condition(rest[found.end() :])
    if found := re.match(r"groups\[(\d+)\]", at):
        return f"g.{found[1]}.on"
    if at.startswith("value."):
        return "v.0.on"
    return "brackets" if at.startswith("brackets") else at


def about(tree: Tree) -> list[Tree]:
    """Every row of the form that is about something."""
    found = [*tree["g"], *tree["v"]]
    for group in _groups(tree):
        found += rows.every_condition(group)
    return found
