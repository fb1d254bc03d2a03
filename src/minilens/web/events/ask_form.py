"""The builder's form of a question: what was typed, as a tree of rows, and the question that it says.

e.0.event, e.0.m.1.aggregate, e.0.w.p.0.on     the first event, its second figure, its first condition
w.join, w.p.1.p.0.values                       conditions of all events; the first of the group that stands second
x.0.formula, g.0.on, period, grain, top …      formulas, groups, and what there is once

`on` is what a row is about: property.sku, field.province, profile.level, session.depth; `property.` and `profile.` are
those whose name stands in `other`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any, get_args

from minilens.measure.events.query import (
    MOST_CONDITIONS,
    MOST_DEPTH,
    MOST_EVENTS,
    MOST_GROUPS,
    MOST_MEASURES,
    Aggregate,
)

Tree = dict[str, Any]
#: What there is once → what it is at first.
ONCE = {
    "period": "7d", "from": "", "to": "", "grain": "day", "traffic": "release", "sort": "", "order": "desc",
    "top": "10", "rest": "",
}  # fmt: skip
AGGREGATES: tuple[str, ...] = get_args(Aggregate)
#: Parts of a name at most: an event, its conditions as deep as they go, a field.
_LONGEST = 2 * MOST_DEPTH + 6
#: List of rows → how many there can be, and the field that has the focus in a new one.
_MOST = {
    "e": MOST_EVENTS,
    "m": MOST_MEASURES,
    "p": MOST_CONDITIONS,
    "x": MOST_MEASURES,
    "g": MOST_GROUPS,
}
_FIRST = {"e": "event", "m": "aggregate", "p": "on", "x": "formula", "g": "on"}


def condition() -> Tree:
    """An empty one."""
    return {"on": "", "other": "", "operator": "is", "values": ""}


def figure(name: str) -> Tree:
    """How often; `name` is what formulas call it."""
    return {"aggregate": "total", "on": "", "other": "", "title": "", "name": name}


def first() -> Tree:
    """The form that nobody has filled in."""
    return {
        "e": [_event("m1")],
        "x": [],
        "g": [],
        "w": {"join": "all", "p": []},
        **ONCE,
        "rest": "1",
    }


def _event(name: str) -> Tree:
    return {"event": "", "m": [figure(name)], "w": {"join": "all", "p": []}}


def typed(form: Mapping[str, str]) -> Tree:
    """What was sent. A row that lacks a field has it empty; what is no field of the form is passed over."""
    nested = _nested(form)
    return {
        "e": [
            {
                "event": _text(one, "event"),
                "m": [_row(each, figure("")) for each in _listed(one.get("m"))],
                "w": _conditions(one.get("w")),
            }
            for one in _listed(nested.get("e"))
        ],
        "x": [_row(one, formula("")) for one in _listed(nested.get("x"))],
        "g": [_row(one, {"on": "", "other": ""}) for one in _listed(nested.get("g"))],
        "w": _conditions(nested.get("w")),
        **{name: form.get(name, "").strip() for name in ONCE},
    }


def formula(name: str) -> Tree:
    """An empty one."""
    return {"formula": "", "title": "", "unit": "number", "name": name}


def _nested(form: Mapping[str, str]) -> Tree:
    found: Tree = {}
    for name, value in form.items():
        parts = name.split(".")
        if parts[0] not in ("e", "x", "g", "w") or not 1 < len(parts) <= _LONGEST:
            continue
        at: Any = found
        for part in parts[:-1]:
            at = at.setdefault(part, {}) if isinstance(at, dict) else None
        if isinstance(at, dict) and not isinstance(at.get(parts[-1]), dict):
            at[parts[-1]] = value.strip()
    return found


def _listed(of: Any) -> list[Tree]:
    """Rows in the order of their numbers."""
    rows = of if isinstance(of, dict) else {}
    numbers = sorted(int(n) for n in rows if n.isascii() and n.isdecimal() and len(n) < 4)
    return [rows[str(n)] for n in numbers if isinstance(rows.get(str(n)), dict)]


def _text(of: Tree, name: str) -> str:
    value = of.get(name, "")
    return value if isinstance(value, str) else ""


def _row(of: Tree, empty: Tree) -> Tree:
    return {name: _text(of, name) for name in empty}


def _conditions(of: Any) -> Tree:
    group = of if isinstance(of, dict) else {}
    parts = [
        _conditions(one) if "join" in one else _row(one, condition())
        for one in _listed(group.get("p"))
    ]
    kept = [one for one in parts if "join" not in one or one["p"]]
    return {"join": "any" if group.get("join") == "any" else "all", "p": kept}


def pruned(tree: Tree) -> Tree:
    """Without rows in which nothing is said: but for events, which have to say one."""
    found = copy.deepcopy(tree)
    found["g"] = [one for one in found["g"] if one["on"] or one["other"]]
    found["x"] = [one for one in found["x"] if one["formula"] or one["title"]]
    for group in (found["w"], *(one["w"] for one in found["e"])):
        _without_blanks(group)
    return found


def _without_blanks(group: Tree) -> None:
    for one in group["p"]:
        if "join" in one:
            _without_blanks(one)
    said = ("on", "other", "values")
    group["p"] = [one for one in group["p"] if one.get("p") or any(one.get(name) for name in said)]


def changed(tree: Tree, do: str) -> tuple[Tree, str]:
    """The form after a press of one of its buttons, and the name of what is to have the focus.

    add:e.0.m puts a row at the end of a list, nest:w.p a group of conditions; up:e.1, down:e.1, drop:e.1.
    """
    found = copy.deepcopy(tree)
    deed, _, where = do.partition(":")
    try:
        if deed in ("add", "nest"):
            return found, _added(found, where, nested=deed == "nest")
        if deed in ("up", "down", "drop"):
            return found, _of_row(found, deed, where)
    except (KeyError, IndexError, ValueError, TypeError):  # no such row
        pass
    return tree, ""


def _rows(tree: Tree, path: str) -> list[Tree]:
    at: Any = tree
    for part in path.split("."):
        at = at[int(part)] if isinstance(at, list) else at[part]
    if not isinstance(at, list):
        raise KeyError(path)
    return at


def _added(tree: Tree, path: str, *, nested: bool) -> str:
    rows, kind = _rows(tree, path), path.rpartition(".")[2]
    if len(rows) >= _MOST[kind]:
        return ""
    at = f"{path}.{len(rows)}"
    if nested and kind == "p":
        rows.append({"join": "any", "p": [condition()]})
        return f"{at}.p.0.on"
    name = unused(tree)
    new = {
        "e": _event(name), "m": figure(name), "p": condition(), "x": formula(name), "g": {"on": "", "other": ""},
    }  # fmt: skip
    rows.append(new[kind])
    return f"{at}.{_FIRST[kind]}"


def _of_row(tree: Tree, deed: str, where: str) -> str:
    path, _, number = where.rpartition(".")
    rows, at = _rows(tree, path), int(number)
    if not 0 <= at < len(rows):
        return ""
    if deed == "drop":
        del rows[at]
        _without_empty(tree)
        return f"add:{path}"
    to = min(max(at + (1 if deed == "down" else -1), 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    return f"{deed}:{path}.{to}"


def _without_empty(tree: Tree) -> None:
    """Groups of conditions that lost their last one are none."""
    for group in (tree["w"], *(one["w"] for one in tree["e"])):
        _of_empty(group)


def _of_empty(group: Tree) -> None:
    for one in group["p"]:
        if "join" in one:
            _of_empty(one)
    group["p"] = [one for one in group["p"] if "join" not in one or one["p"]]


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
        rows = measures(tree)
        row = rows[int(found[1])][0] if int(found[1]) < len(rows) else ""
        return f"{row}.{_leaf(found[2] or ('aggregate' if row.startswith('e') else 'formula'))}"
    if found := re.match(r"groups\[(\d+)\]", at):
        return f"g.{found[1]}.on"
    if found := re.match(r"(?:events\[(\d+)\]\.)?where((?:\.(?:all|any)\[\d+\])*)(?:\.(\w+))?", at):
        begins = f"e.{found[1]}.w" if found[1] else "w"
        way = re.sub(r"\.(?:all|any)\[(\d+)\]", r".p.\1", found[2])
        return f"{begins}{way}.{_leaf(found[3] or 'on')}"
    if found := re.match(r"events\[(\d+)\]", at):
        return f"e.{found[1]}.event"
    return at


def _leaf(name: str) -> str:
    return "on" if name in ("property", "field", "profile", "session") else name


def has(tree: Tree, at: str) -> bool:
    """Whether the form shows a field of that name."""
    path, _, leaf = at.rpartition(".")
    found: Any = tree
    try:
        for part in path.split(".") if path else []:
            found = found[int(part)] if isinstance(found, list) else found[part]
    except (KeyError, IndexError, ValueError, TypeError):
        return False
    shown = isinstance(found, dict) and isinstance(found.get(leaf), str)
    return shown and leaf not in ("name", "other", "join", "rest", "traffic", "order", "sort")
