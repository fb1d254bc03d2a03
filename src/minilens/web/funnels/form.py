"""The builder's form of a funnel: what was typed, as a tree of rows.

s.0.event, s.1.within, s.1.unit, s.0.w.p.0.on    a step, how soon it has to come, its first condition
x.0.event, x.0.after, h.0.property, g.0.on       excluded events, held properties, groups
w.p.0.on, window, unit, order, period …          conditions of all steps, and what there is once
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping

from minilens.measure.events.query import MOST_GROUPS
from minilens.measure.funnels.query import LEAST_STEPS, MOST_EXCLUDED, MOST_HELD, MOST_STEPS
from minilens.web.events import rows
from minilens.web.events.rows import Shape, Tree, no_conditions

#: What there is once → what it is at first.
ONCE = {
    "window": "7", "unit": "d", "order": "ordered", "mode": "entry", "entry": "any", "counts": "persons",
    "ended": "dropped", "attributed": "entry", "show": "steps", "step": "", "from_step": "", "bins": "",
    "compared": "previous", "period": "7d", "from": "", "to": "", "grain": "day",
    "traffic": "release", "top": "10", "rest": "",
}  # fmt: skip
#: Fields that no refusal stands at.
CHOSEN = (
    "unit",
    "rest",
    "traffic",
    "order",
    "mode",
    "entry",
    "counts",
    "show",
    "ended",
    "compared",
)


def step() -> Tree:
    """An empty one."""
    return {
        "event": "",
        "title": "",
        "within": "",
        "unit": "m",
        "optional": "",
        "w": no_conditions(),
    }


def excluded() -> Tree:
    """An empty one, which ends an attempt wherever it waits."""
    return {"event": "", "after": "", "before": "", "w": no_conditions()}


def first() -> Tree:
    """The form that nobody has filled in."""
    steps = [step() for _ in range(LEAST_STEPS)]
    return {"s": steps, "x": [], "h": [], "g": [], "w": no_conditions(), **ONCE, "rest": "1"}


def typed(form: Mapping[str, str]) -> Tree:
    """What was sent. A row that lacks a field has it empty; what is no field of the form is passed over."""
    sent = rows.nested(form, ("s", "x", "h", "g", "w"))
    return {
        "s": [_with_conditions(one, step()) for one in rows.listed(sent.get("s"))],
        "x": [_with_conditions(one, excluded()) for one in rows.listed(sent.get("x"))],
        "h": [rows.row(one, {"property": ""}) for one in rows.listed(sent.get("h"))],
        "g": [rows.row(one, {"on": "", "other": ""}) for one in rows.listed(sent.get("g"))],
        "w": rows.conditions(sent.get("w")),
        **{name: form.get(name, "").strip() for name in ONCE},
    }


def _with_conditions(sent: Tree, empty: Tree) -> Tree:
    said = {name: value for name, value in empty.items() if name != "w"}
    return {**rows.row(sent, said), "w": rows.conditions(sent.get("w"))}


def pruned(tree: Tree) -> Tree:
    """Without rows in which nothing is said, as long as enough steps are left."""
    found = copy.deepcopy(tree)
    for name, fields in (("x", ("event",)), ("h", ("property",)), ("g", ("on", "other"))):
        found[name] = [one for one in found[name] if any(one[field] for field in fields)]
    for group in _groups(found):
        rows.without_blanks(group)
    blank = [one for one in found["s"] if not any((one["event"], one["title"], one["w"]["p"]))]
    for one in blank[::-1][: len(found["s"]) - LEAST_STEPS]:
        at = next(n for n, other in enumerate(found["s"]) if other is one)
        _moved(found, "drop", at, at)
        del found["s"][at]
    return found


def _groups(tree: Tree) -> list[Tree]:
    return [tree["w"], *(one["w"] for one in (*tree["s"], *tree["x"]))]


def _new(_tree: Tree, kind: str) -> Tree:
    new = {"s": step(), "x": excluded(), "h": {"property": ""}, "g": {"on": "", "other": ""}}
    return new[kind]


_SHAPE = Shape(
    most={"s": MOST_STEPS, "x": MOST_EXCLUDED, "h": MOST_HELD, "g": MOST_GROUPS},
    first={"s": "event", "x": "event", "h": "property", "g": "on"},
    new=_new,
    groups=_groups,
)


def changed(tree: Tree, do: str) -> tuple[Tree, str]:
    """The form after a press of one of its buttons, and the name of what is to have the focus.

    What is said of steps by their number goes with them: where excluded events stand, held names, the step of groups.
    """
    found, focus = rows.changed(tree, do, _SHAPE)
    if focus and (at := re.fullmatch(r"(up|down|drop):s\.(\d+)", do)):
        to = 0 if at[1] == "drop" else int(focus.rpartition(".")[2])
        _moved(found, at[1], int(at[2]), to)
    return found, focus


def _moved(tree: Tree, deed: str, at: int, to: int) -> None:
    """Numbers of steps, and names that are told step by step, after one was moved or taken away."""
    for one in tree["h"]:
        names = re.split(r"\s*[,，]\s*", one["property"])
        if len(names) == len(tree["s"]) + (deed == "drop") > 1 and at < len(names):
            name = names.pop(at)
            if deed != "drop":
                names.insert(to, name)
            one["property"] = ", ".join(names)
    if deed == "drop":
        for one in tree["x"]:
            one |= {name: _before(one[name], at) for name in ("after", "before")}
        for name in ("attributed", "step", "from_step"):
            tree[name] = _before(tree[name], at)
    elif tree["attributed"].isdecimal():
        numbers = {str(at + 1): str(to + 1), str(to + 1): str(at + 1)}
        tree["attributed"] = numbers.get(tree["attributed"], tree["attributed"])


def _before(number: str, gone: int) -> str:
    """The number of a step after one was taken away."""
    if not number.isdecimal() or int(number) <= gone:
        return number
    return str(max(1, int(number) - 1))


def input_of(at: str, _tree: Tree) -> str:
    """The field of the form at a place of the question: steps[0].where.all[1].values → s.0.w.p.1.values."""
    lists = {"steps": "s", "excluded": "x"}
    if found := re.match(r"(?:(steps|excluded)\[(\d+)\]\.)?where(?=[.\[]|$)", at):
        begins = f"{lists[found[1]]}.{found[2]}.w" if found[1] else "w"
        return begins + rows.input_of_condition(at[found.end() :])
    if found := re.match(r"(steps|excluded)\[(\d+)\](?:\.(\w+))?", at):
        return f"{lists[found[1]]}.{found[2]}.{found[3] or 'event'}"
    if found := re.match(r"hold\[(\d+)\]", at):
        return f"h.{found[1]}.property"
    if found := re.match(r"groups\[(\d+)\]", at):
        return f"g.{found[1]}.on"
    return at


def about(tree: Tree) -> list[Tree]:
    """Every row of the form that is about something."""
    found = [*tree["g"]]
    for group in _groups(tree):
        found += rows.every_condition(group)
    return found
