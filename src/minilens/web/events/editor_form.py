"""The editor's form: what was typed, as it stands, and the definition that it says. The form is the state."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from minilens.records.event_content import Content, Field
from minilens.records.plan_rules import MOST_ACTIONS, MOST_FIELDS
from minilens.web.events.texts import BEGINS

#: Triggers of no page.
OF_APP = ("launch", "background", "foreground")


@dataclass(frozen=True)
class Row:
    """A field and where its value comes from."""

    field: str = ""
    value: str = ""


@dataclass(frozen=True)
class Action:
    """One action as it was typed; what its trigger has no use for stays until the trigger is another."""

    trigger: str = "click"
    action: str = "once"
    page: str = ""
    element: str = ""
    shared_by: str = "menu"
    rows: tuple[Row, ...] = ()

    @property
    def said(self) -> dict[str, Any]:
        """As a plan has it."""
        found: dict[str, Any] = {"trigger": self.trigger, "action": self.action}
        if self.page and self.trigger not in OF_APP:
            found["page"] = self.page
        if self.element and self.trigger == "click":
            found["element"] = self.element
        if self.trigger == "share" and self.shared_by:
            found["from"] = self.shared_by
        if self.rows:
            found["data"] = [{"field": row.field, "value": row.value} for row in self.rows]
        return found


@dataclass(frozen=True)
class Typed:
    """The whole form. `names`: fields that a program sends by API. `described`: what was said of fields, by name.

    `checked` is the mark of what the fields were last checked for.
    """

    name: str = ""
    zh: str = ""
    way: str = "form"
    template: str = "blank"
    note: str = ""
    actions: tuple[Action, ...] = (Action(),)
    names: tuple[str, ...] = ("",)
    described: Mapping[str, Field] = field(default_factory=dict)
    checked: str = ""

    @property
    def mark(self) -> str:
        """What the fields are to be checked for: it changes with them."""
        said = [self.way, [one.said for one in self.actions], [one for one in self.names if one]]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]

    @property
    def given(self) -> dict[str, Any]:
        """The definition as a program would hand it in."""
        common = {"way": self.way, "template": self.template, "note": self.note}
        if self.way == "api":
            fields = [self._said(name) for name in self.names if name]
            return {**common, "fields": fields}
        used = dict.fromkeys(row.field for one in self.actions for row in one.rows)
        known = [self._said(name) for name in used if name in self.described]
        return {**common, "actions": [one.said for one in self.actions], "fields": known}

    def _said(self, name: str) -> dict[str, str]:
        one = self.described.get(name, Field(name))
        return {"name": name, "zh": one.zh, "type": one.type, "note": one.note}


def of_content(name: str, zh: str, content: Content) -> Typed:
    """The form that shows a definition."""
    actions = tuple(
        Action(
            one["trigger"], one["action"], one.get("page", ""), one.get("element", ""), one.get("from", "menu"),
            tuple(Row(row["field"], row["value"]) for row in one.get("data", [])),
        )
        for one in content.actions
    )  # fmt: skip
    found = Typed(
        name, zh, content.way, content.template, content.note, actions or (Action(),),
        content.names() if content.way == "api" else ("",), {one.name: one for one in content.fields},
    )  # fmt: skip
    return replace(found, checked=found.mark)


def typed(form: Mapping[str, str]) -> Typed:
    """What was sent. Rows without a word are none; nothing that was typed is left out."""
    actions: list[Action] = []
    while f"a{len(actions)}.trigger" in form and len(actions) < MOST_ACTIONS:
        at = f"a{len(actions)}"
        said = {
            part: form.get(f"{at}.{part}", "").strip()
            for part in ("trigger", "action", "page", "element", "from")
        }
        own = Action(said["trigger"], said["action"], said["page"], said["element"], said["from"])
        actions.append(replace(own, rows=tuple(_rows(form, at))))
    names = [form[name].strip() for name in _counted(form, r"n(\d+)")]
    fields = [form[name] for name in _counted(form, r"f(\d+)\.name")]
    described = {
        name: Field(
            name, *(form.get(f"f{n}.{part}", "").strip() for part in ("zh", "type", "note"))
        )
        for n, name in enumerate(fields)
    }
    return Typed(
        form.get("name", "").strip(), form.get("zh", "").strip(), form.get("way", ""),
        form.get("template", "blank"), form.get("note", "").strip(), tuple(actions),
        tuple(one for one in names if one), described, form.get("checked", ""),
    )  # fmt: skip


def _counted(form: Mapping[str, str], pattern: str) -> list[str]:
    """Names of the form in the order of their number."""
    found = {int(match[1]): name for name in form if (match := re.fullmatch(pattern, name))}
    return [found[number] for number in sorted(found)]


def _rows(form: Mapping[str, str], at: str) -> list[Row]:
    every = _counted(form, rf"{at}\.d(\d+)\.field")
    rows = [
        Row(form[one].strip(), form.get(f"{one.removesuffix('field')}value", "").strip())
        for one in every
    ]
    return [row for row in rows if row.field or row.value][:MOST_FIELDS]


def changed(now: Typed, do: str) -> tuple[Typed, str]:
    """The form after a press of one of its buttons, and the name of what is to have the focus."""
    deed, _, where = do.partition(":")
    at, _, row = where.partition(".")
    number = int(at) if at.isdecimal() else -1
    if deed == "template":
        return replace(now, actions=(Action(BEGINS.get(now.template, "click")),)), "a0.trigger"
    if deed == "add-name":
        return replace(now, names=(*now.names, "")), f"n{len(now.names)}"
    if deed == "drop-name" and 0 <= number < len(now.names):
        return replace(now, names=now.names[:number] + now.names[number + 1 :]), "add-name"
    if deed == "add" and len(now.actions) < MOST_ACTIONS:
        return replace(now, actions=(*now.actions, Action())), f"a{len(now.actions)}.trigger"
    if not 0 <= number < len(now.actions):
        return now, ""
    return _of_action(now, deed, number, int(row) if row.isdecimal() else -1)


def _of_action(now: Typed, deed: str, number: int, row: int) -> tuple[Typed, str]:
    actions = list(now.actions)
    one = actions[number]
    focus = f"a{number}.trigger"
    if deed in ("up", "down"):
        to = min(max(number + (1 if deed == "down" else -1), 0), len(actions) - 1)
        actions.insert(to, actions.pop(number))
        focus = f"{deed}:{to}"
    elif deed == "drop" and len(actions) > 1:
        del actions[number]
        focus = f"a{min(number, len(actions) - 1)}.trigger"
    elif deed == "add-row" and len(one.rows) < MOST_FIELDS:
        actions[number] = replace(one, rows=(*one.rows, Row()))
        focus = f"a{number}.d{len(one.rows)}.field"
    elif deed == "drop-row" and 0 <= row < len(one.rows):
        actions[number] = replace(one, rows=one.rows[:row] + one.rows[row + 1 :])
        focus = f"add-row:{number}"
    return replace(now, actions=tuple(actions)), focus


def input_of(at: str) -> str:
    """The field of the form at a place of the definition: actions[2].data[1].value → a2.d1.value."""
    at = re.sub(r"^fields\[(\d+)\]\.name$", r"n\1", at)
    at = re.sub(r"^actions\[(\d+)\]", r"a\1", at)
    return re.sub(r"^fields\[(\d+)\]", r"f\1", re.sub(r"\.data\[(\d+)\]", r".d\1", at))
