"""Rows of a builder's form: lists within lists, told by the names of their fields, and what its buttons do to them.

e.0.event, e.0.w.p.0.on     the first event, its first condition
w.join, w.p.1.p.0.values    conditions of everything; the first of the group that stands second

`on` is what a row is about: property.sku, field.province, profile.level, session.depth; `property.` and `profile.` are
those whose name stands in `other`. A group of conditions is {"join": "all" or "any", "p": conditions and groups}.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from minilens.measure.events.query import MOST_CONDITIONS, MOST_DEPTH

Tree = dict[str, Any]
#: Parts of a name at most: a row, its conditions as deep as they go, a field.
_LONGEST = 2 * MOST_DEPTH + 6


@dataclass(frozen=True)
class Shape:
    """The lists of a form besides those of conditions. `most`: list → how many rows it can have; `first`: list → the
    field that has the focus in a new row; `new` makes one for a list of this form; `groups` finds the form's groups of
    conditions."""

    most: Mapping[str, int]
    first: Mapping[str, str]
    new: Callable[[Tree, str], Tree]
    groups: Callable[[Tree], Sequence[Tree]]


def condition() -> Tree:
    """An empty one."""
    return {"on": "", "other": "", "operator": "is", "values": ""}


def no_conditions() -> Tree:
    """A group without any."""
    return {"join": "all", "p": []}


def nested(form: Mapping[str, str], lists: Sequence[str]) -> Tree:
    """What was sent, as a tree of texts: of these lists alone."""
    found: Tree = {}
    for name, value in form.items():
        parts = name.split(".")
        if parts[0] not in lists or not 1 < len(parts) <= _LONGEST:
            continue
        at: Any = found
        for part in parts[:-1]:
            at = at.setdefault(part, {}) if isinstance(at, dict) else None
        if isinstance(at, dict) and not isinstance(at.get(parts[-1]), dict):
            at[parts[-1]] = value.strip()
    return found


def listed(of: Any) -> list[Tree]:
    """Rows in the order of their numbers."""
    rows = of if isinstance(of, dict) else {}
    numbers = sorted(int(n) for n in rows if n.isascii() and n.isdecimal() and len(n) < 4)
    return [rows[str(n)] for n in numbers if isinstance(rows.get(str(n)), dict)]


def text(of: Tree, name: str) -> str:
    """A field of a row; empty where it lacks it."""
    value = of.get(name, "")
    return value if isinstance(value, str) else ""


def row(of: Tree, empty: Tree) -> Tree:
    """A row with the fields of an empty one."""
    return {name: text(of, name) for name in empty}


def conditions(of: Any) -> Tree:
    """A group of conditions; groups without any are left out."""
    group = of if isinstance(of, dict) else {}
    parts = [
        conditions(one) if "join" in one else row(one, condition())
        for one in listed(group.get("p"))
    ]
    kept = [one for one in parts if "join" not in one or one["p"]]
    return {"join": "any" if group.get("join") == "any" else "all", "p": kept}


def without_blanks(group: Tree) -> None:
    """Take out the conditions that say nothing."""
    for one in group["p"]:
        if "join" in one:
            without_blanks(one)
    said = ("on", "other", "values")
    group["p"] = [one for one in group["p"] if one.get("p") or any(one.get(name) for name in said)]


def changed(tree: Tree, do: str, shape: Shape) -> tuple[Tree, str]:
    """The form after a press of one of its buttons, and the name of what is to have the focus.

    add:e.0.m puts a row at the end of a list, nest:w.p a group of conditions; up:e.1, down:e.1, drop:e.1.
    """
    found = copy.deepcopy(tree)
    deed, _, where = do.partition(":")
    try:
        if deed in ("add", "nest"):
            return found, _added(found, where, shape, nested=deed == "nest")
        if deed in ("up", "down", "drop"):
            return found, _of_row(found, deed, where, shape)
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


def _added(tree: Tree, path: str, shape: Shape, *, nested: bool) -> str:
    rows, kind = _rows(tree, path), path.rpartition(".")[2]
    if len(rows) >= (MOST_CONDITIONS if kind == "p" else shape.most[kind]):
        return ""
    at = f"{path}.{len(rows)}"
    if nested and kind == "p":
        rows.append({"join": "any", "p": [condition()]})
        return f"{at}.p.0.on"
    rows.append(condition() if kind == "p" else shape.new(tree, kind))
    return f"{at}.{'on' if kind == 'p' else shape.first[kind]}"


def _of_row(tree: Tree, deed: str, where: str, shape: Shape) -> str:
    path, _, number = where.rpartition(".")
    rows, at = _rows(tree, path), int(number)
    if not 0 <= at < len(rows):
        return ""
    if deed == "drop":
        del rows[at]
        for group in shape.groups(tree):
            _without_empty(group)
        return f"add:{path}"
    to = min(max(at + (1 if deed == "down" else -1), 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    return f"{deed}:{path}.{to}"


def _without_empty(group: Tree) -> None:
    """Groups of conditions that lost their last one are none."""
    for one in group["p"]:
        if "join" in one:
            _without_empty(one)
    group["p"] = [one for one in group["p"] if "join" not in one or one["p"]]


def input_of_condition(at: str) -> str:
    """The field of a form at a place within conditions: .all[1].values → .p.1.values; of a group itself its `on`."""
    way, leaf = re.fullmatch(r"((?:\.(?:all|any)\[\d+\])*)(?:\.(\w+))?.*", at, re.DOTALL).groups()  # type: ignore[union-attr]
    return re.sub(r"\.(?:all|any)\[(\d+)\]", r".p.\1", way) + f".{leaf_of(leaf or 'on')}"


def leaf_of(name: str) -> str:
    """The field of a row that says what it is about, where the question names the kind."""
    return "on" if name in ("property", "field", "profile", "session", "cohort") else name


def has(tree: Tree, at: str, hidden: Sequence[str] = ()) -> bool:
    """Whether the form shows a field of that name."""
    path, _, leaf = at.rpartition(".")
    found: Any = tree
    try:
        for part in path.split(".") if path else []:
            found = found[int(part)] if isinstance(found, list) else found[part]
    except (KeyError, IndexError, ValueError, TypeError):
        return False
    shown = isinstance(found, dict) and isinstance(found.get(leaf), str)
    return shown and leaf not in ("other", "join", *hidden)


def every_condition(group: Tree) -> list[Tree]:
    """Those of a group and of the groups within it."""
    found: list[Tree] = []
    for one in group["p"]:
        found += every_condition(one) if "join" in one else [one]
    return found
