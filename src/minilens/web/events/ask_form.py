"""The builder's form of a question: what was typed, as a tree of rows, and the question that it says.

e.0.event, e.0.m.1.aggregate, e.0.w.p.0.on     the first event, its second figure, its first condition
e.0.m.1.then, e.0.m.1.window, e.0.m.1.day      of a figure of two events the place of the other, how soon it comes
x.0.formula, g.0.on, period, grain, top …      formulas, groups, and what there is once

Rows and conditions: `rows.py`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import get_args

from minilens.measure.events.query import MOST_EVENTS, MOST_GROUPS, MOST_MEASURES, Aggregate
from minilens.web.events import rows
from minilens.web.events.rows import Shape, Tree, no_conditions

__all__ = ["Tree"]
#: What there is once → what it is at first.
ONCE = {
    "period": "7d", "from": "", "to": "", "grain": "day", "traffic": "release", "sort": "", "order": "desc",
    "top": "10", "rest": "",
}  # fmt: skip
AGGREGATES: tuple[str, ...] = get_args(Aggregate)
#: Fields that no refusal stands at.
CHOSEN = ("name", "unit", "rest", "traffic", "order", "sort")


def figure(name: str) -> Tree:
    """How often; `name` is what formulas call it. `then`: the number of the other event, of a figure of two."""
    return {
        "aggregate": "total", "on": "", "other": "", "title": "", "name": name,
        "then": "", "window": "7", "unit": "d", "hold": "", "day": "7",
    }  # fmt: skip


def first() -> Tree:
    """The form that nobody has filled in."""
    return {"e": [_event("m1")], "x": [], "g": [], "w": no_conditions(), **ONCE, "rest": "1"}


def _event(name: str) -> Tree:
    return {"event": "", "m": [figure(name)], "w": no_conditions()}


def formula(name: str) -> Tree:
    """An empty one."""
    return {"formula": "", "title": "", "unit": "number", "name": name}


def ratio(tree: Tree) -> Tree:
    """A formula of the last two figures, in per cent; of one alone, or of none, an empty one."""
    names = [one["name"] for _, one in measures(tree)][-2:]
    return formula(unused(tree)) | {
        "formula": " / ".join(reversed(names)) if len(names) > 1 else "",
        "unit": "ratio",
    }


def typed(form: Mapping[str, str]) -> Tree:
    """What was sent. A row that lacks a field has it empty; what is no field of the form is passed over."""
    sent = rows.nested(form, ("e", "x", "g", "w"))
    return {
        "e": [
            {
                "event": rows.text(one, "event"),
                "m": [rows.row(each, figure("")) for each in rows.listed(one.get("m"))],
                "w": rows.conditions(one.get("w")),
            }
            for one in rows.listed(sent.get("e"))
        ],
        "x": [rows.row(one, formula("")) for one in rows.listed(sent.get("x"))],
        "g": [rows.row(one, {"on": "", "other": ""}) for one in rows.listed(sent.get("g"))],
        "w": rows.conditions(sent.get("w")),
        **{name: form.get(name, "").strip() for name in ONCE},
    }


def pruned(tree: Tree) -> Tree:
    """Without rows in which nothing is said: but for events, which have to say one."""
    found = copy.deepcopy(tree)
    found["g"] = [one for one in found["g"] if one["on"] or one["other"]]
    found["x"] = [one for one in found["x"] if one["formula"] or one["title"]]
    for group in _groups(found):
        rows.without_blanks(group)
    return found


def _groups(tree: Tree) -> list[Tree]:
    return [tree["w"], *(one["w"] for one in tree["e"])]


def _new(tree: Tree, kind: str) -> Tree:
    name = unused(tree)
    new = {
        "e": _event(name),
        "m": figure(name),
        "x": formula(name),
        "g": {"on": "", "other": ""},
    }
    return new[kind]


_SHAPE = Shape(
    most={"e": MOST_EVENTS, "m": MOST_MEASURES, "x": MOST_MEASURES, "g": MOST_GROUPS},
    first={"e": "event", "m": "aggregate", "x": "formula", "g": "on"},
    new=_new,
    groups=_groups,
)


def changed(tree: Tree, do: str) -> tuple[Tree, str]:
    """The form after a press of one of its buttons, and the name of what is to have the focus.

    Figures of two events keep the other one, wherever that moves to; where it is taken away they have none.
    """
    found, focus = rows.changed(tree, do.replace("add:r", "add:x"), _SHAPE)
    if focus and do == "add:r":
        found["x"][-1] = ratio(tree)
    if focus and (at := re.fullmatch(r"(up|down|drop):e\.(\d+)", do)):
        was = int(at[2]) + 1
        to = 0 if at[1] == "drop" else int(focus.rpartition(".")[2]) + 1
        for one in (each for event in found["e"] for each in event["m"]):
            one["then"] = _renumbered(one["then"], was, to)
    return found, focus


def _renumbered(number: str, was: int, to: int) -> str:
    """The number of an event after that at `was` went to the place beside it, or away (`to` is 0)."""
    if not number.isdecimal():
        return number
    n = int(number)
    if n == was:
        return str(to) if to else ""
    if to:
        return str(was) if n == to else number
    return str(n - 1) if n > was else number


def measures(tree: Tree) -> list[tuple[str, Tree]]:
    """Figures and formulas in the order of their columns, each by the place of its row in the form."""
    figures = [
        (f"e.{n}.m.{m}", each) for n, one in enumerate(tree["e"]) for m, each in enumerate(one["m"])
    ]
    return [*figures, *((f"x.{n}", one) for n, one in enumerate(tree["x"]))]


def unused(tree: Tree) -> str:
    """The first of m1, m2 … that no figure has."""
    taken = {one["name"] for _, one in measures(tree)}
    return next(name for n in range(1, len(taken) + 2) if (name := f"m{n}") not in taken)


def input_of(at: str, tree: Tree) -> str:
    """The field of the form at a place of the question: events[0].where.all[1].values → e.0.w.p.1.values."""
    if found := re.match(r"measures\[(\d+)\](?:\.(\w+))?", at):
        every = measures(tree)
        row = every[int(found[1])][0] if int(found[1]) < len(every) else ""
        leaf = found[2] or ("aggregate" if row.startswith("e") else "formula")
        leaf = "then" if leaf == "to" else leaf
        return f"{row}.{rows.leaf_of(leaf)}"
    if found := re.match(r"groups\[(\d+)\]", at):
        return f"g.{found[1]}.on"
    if found := re.match(r"(?:events\[(\d+)\]\.)?where(?=[.\[]|$)", at):
        begins = f"e.{found[1]}.w" if found[1] else "w"
        return begins + rows.input_of_condition(at[found.end() :])
    if found := re.match(r"events\[(\d+)\]", at):
        return f"e.{found[1]}.event"
    return at


def about(tree: Tree) -> list[Tree]:
    """Every row of the form that is about something."""
    found = [*tree["g"], *(each for one in tree["e"] for each in one["m"])]
    for group in _groups(tree):
        found += rows.every_condition(group)
    return found
