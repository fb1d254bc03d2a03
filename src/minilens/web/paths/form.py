"""The form of a question about paths: what was typed, as a tree of rows.

begin, anchor_kind, anchor    where paths begin or lead to
n.0.event, n.0.title, n.0.w.p.0.on    events that are nodes, with their conditions
w.p.0.on, pages, counts, gap …    conditions of all rows, and what there is once
way    the nodes that were opened, as JSON, with what they were opened from
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping

from minilens.measure.paths.query import MOST_NODES
from minilens.web.events import rows
from minilens.web.events.rows import Shape, Tree, no_conditions

#: What there is once → what it is at first.
ONCE = {
    "begin": "start", "anchor_kind": "page", "anchor": "", "way": "", "pages": "page", "patterns": "", "opened": "",
    "repeats": "folded", "counts": "sessions", "gap": "30", "unit": "m", "show": "columns", "steps": "5",
    "end_kind": "page", "end": "", "excluded": "", "least": "1", "most": "", "links": "",
    "period": "7d", "from": "", "to": "", "traffic": "release", "top": "10",
}  # fmt: skip
#: Fields that no refusal stands at.
CHOSEN = (
    "unit",
    "traffic",
    "begin",
    "anchor_kind",
    "end_kind",
    "way",
    "repeats",
    "counts",
    "show",
    "pages",
)


def node() -> Tree:
    """An empty one."""
    return {"event": "", "title": "", "w": no_conditions()}


def first() -> Tree:
    """The form that nobody has filled in."""
    return {"n": [], "w": no_conditions(), **ONCE}


def typed(form: Mapping[str, str]) -> Tree:
    """What was sent. A row that lacks a field has it empty; what is no field of the form is passed over."""
    sent = rows.nested(form, ("n", "w"))
    return {
        "n": [_node(one) for one in rows.listed(sent.get("n"))],
        "w": rows.conditions(sent.get("w")),
        **{name: form.get(name, "").strip() for name in ONCE},
    }


def _node(sent: Tree) -> Tree:
    return {**rows.row(sent, {"event": "", "title": ""}), "w": rows.conditions(sent.get("w"))}


def pruned(tree: Tree) -> Tree:
    """Without rows in which nothing is said."""
    found = copy.deepcopy(tree)
    for group in _groups(found):
        rows.without_blanks(group)
    found["n"] = [one for one in found["n"] if any((one["event"], one["title"], one["w"]["p"]))]
    return found


def _groups(tree: Tree) -> list[Tree]:
    return [tree["w"], *(one["w"] for one in tree["n"])]


_SHAPE = Shape(
    most={"n": MOST_NODES}, first={"n": "event"}, new=lambda _tree, _kind: node(), groups=_groups
)


def changed(tree: Tree, do: str) -> tuple[Tree, str]:
    """The form after a press of one of its buttons, and the name of what is to have the focus."""
    return rows.changed(tree, do, _SHAPE)


def input_of(at: str, _tree: Tree) -> str:
    """The field of the form at a place of the question: events[0].where.all[1].values → n.0.w.p.1.values."""
    if found := re.match(r"(?:events\[(\d+)\]\.)?where(?=[.\[]|$)", at):
        begins = f"n.{found[1]}.w" if found[1] else "w"
        return begins + rows.input_of_condition(at[found.end() :])
    if found := re.match(r"events\[(\d+)\](?:\.(\w+))?", at):
        return f"n.{found[1]}.{found[2] or 'event'}"
    return re.split(r"[.\[]", at)[0]


def about(tree: Tree) -> list[Tree]:
    """Every row of the form that is about something."""
    return [one for group in _groups(tree) for one in rows.every_condition(group)]
