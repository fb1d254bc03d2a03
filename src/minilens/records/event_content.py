"""What an event's definition says: how it is reported, its actions, its fields. Drafts and published versions alike.

`read` takes it as people and programs hand it in; whatever a plan's file would be refused for is refused here, by the
same checks, with the place in the definition.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from minilens.errors import Refused
from minilens.records import plan_rules
from minilens.records.database import plain
from minilens.records.json_text import wrong
from minilens.records.shapes import Fields, a_list, a_text, an_object, one_of, under
from minilens.reference.field_types import TYPES

WAYS = ("form", "api")
TEMPLATES = ("blank", "enter", "leave", "share")
LONGEST_NOTE, LONGEST_ZH = 200, 32
#: Fields of one event, over all its actions.
MOST_FIELDS = 200

Body = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A field of events: its name for good, its Chinese name and type, "" where nobody has said them yet."""

    name: str
    zh: str = ""
    type: str = ""
    note: str = ""


@dataclass(frozen=True)
class Content:
    """`way`: form or api. `template`: what the form began from. Rows of `actions` have no types: `fields` have them.

    By API there are no actions, and every field is listed; by form `fields` describes those that actions collect.
    """

    way: str = "form"
    template: str = "blank"
    note: str = ""
    actions: tuple[Body, ...] = ()
    fields: tuple[Field, ...] = field(default=())

    def names(self) -> tuple[str, ...]:
        """Names of the fields that it sends, in the order of their first mention."""
        if self.way == "api":
            return tuple(dict.fromkeys(one.name for one in self.fields))
        return tuple(dict.fromkeys(row["field"] for _, row in rows(self.actions)))

    def detail(self, name: str) -> Field:
        """What is said of a field; only its name where nothing is."""
        return next((one for one in self.fields if one.name == name), Field(name))

    def packed(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    def pages(self) -> tuple[str, ...]:
        """The pages that its actions name, in order."""
        named = (str(one.get("page", "")).lstrip("/") for one in self.actions)
        return tuple(dict.fromkeys(page for page in named if page not in ("", "ANY_PAGE")))


def unpacked(text: str) -> Content:
    """From what was kept."""
    given = json.loads(text)
    fields = tuple(Field(**one) for one in given.pop("fields"))
    return Content(**given | {"actions": tuple(given["actions"]), "fields": fields})


def rows(actions: tuple[Body, ...]) -> Iterator[tuple[str, Body]]:
    """Every row of data, with its place."""
    for number, action in enumerate(actions):
        for at, row in enumerate(action.get("data", [])):
            yield f"actions[{number}].data[{at}]", row


def _field(value: Any, at: str) -> None:
    an_object(value, at, _FIELD, ("name",))


_FIELD: Fields = {
    "name": plan_rules.check_name,
    "zh": a_text(LONGEST_ZH, 0),
    "type": one_of(("", *TYPES)),
    "note": a_text(LONGEST_NOTE, 0),
}
_SHAPE: Fields = {
    "way": one_of(WAYS),
    "template": one_of(TEMPLATES),
    "note": a_text(LONGEST_NOTE, 0),
    "actions": a_list(plan_rules.MOST_ACTIONS, lambda _value, _at: None),
    "fields": a_list(MOST_FIELDS, _field),
}


def read(given: Any, at: str = "") -> Content:
    """The definition as it was handed in, whole; Refused with the first place that is wrong."""
    an_object(given, at, _SHAPE, ())
    way, actions = given.get("way", "form"), given.get("actions", [])
    described = [_said(one) for one in given.get("fields", [])]
    _once(described, under(at, "fields"))
    if way == "api":
        if actions:
            zh, en = "由 API 上报的事件没有动作", "an event reported by API has no actions"
            raise wrong(under(at, "actions"), zh, en)
    else:
        if not actions:
            raise Refused("missing", under(at, "actions"))
        plan_rules.check_actions(actions, under(at, "actions"))
        described = _with_types(actions, described, at)
    found = Content(
        way, given.get("template", "blank"), plain(given.get("note", ""), under(at, "note"), LONGEST_NOTE),
        tuple(_untyped(one) for one in actions), tuple(described),
    )  # fmt: skip
    if len(found.names()) > MOST_FIELDS:
        raise Refused("too_many", under(at, "fields"), limit=MOST_FIELDS)
    used = set(found.names())
    return replace(found, fields=tuple(one for one in found.fields if one.name in used))


def sent(name: str, zh: str, number: int, version: int, content: Content) -> Body:
    """The event as a plan holds it: its rows with their types."""
    actions = []
    for action in content.actions:
        typed = [_typed(row, content.detail(row["field"]).type) for row in action.get("data", [])]
        actions.append(action | ({"data": typed} if "data" in action else {}))
    return {"name": name, "zh": zh, "id": number, "rev": version, "actions": actions}


def of_plan(event: Body) -> Content:
    """The definition behind an event of a plan."""
    return read({"actions": event["actions"]})


def _said(one: Body) -> Field:
    texts = {name: plain(one.get(name, ""), name, 255) for name in ("zh", "note")}
    return Field(one["name"], texts["zh"], one.get("type", ""), texts["note"])


def _once(fields: list[Field], at: str) -> None:
    seen: set[str] = set()
    for number, one in enumerate(fields):
        if one.name in seen:
            zh, en = f"{one.name} 出现了两次", f"{one.name} appears twice"
            raise wrong(f"{at}[{number}].name", zh, en)
        seen.add(one.name)


def _with_types(actions: list[Body], described: list[Field], at: str) -> list[Field]:
    """The fields with the types that rows of a plan's file say; Refused where two differ."""
    found = {one.name: one for one in described}
    for place, row in rows(tuple(actions)):
        name, kind = row["field"], row.get("type", "")
        held = found.setdefault(name, Field(name))
        if kind and held.type and held.type != kind:
            raise other_type(under(at, f"{place}.type"), name, held.type)
        if kind:
            found[name] = replace(held, type=kind)
    return list(found.values())


def other_type(at: str, name: str, kind: str) -> Refused:
    """The same field is of another type elsewhere."""
    return wrong(at, f"{name} 在别处是 {kind}", f"{name} is {kind} elsewhere")


def _untyped(action: Body) -> Body:
    data = [{"field": one["field"], "value": one["value"]} for one in action.get("data", [])]
    return {**action, "data": data} if data else {k: v for k, v in action.items() if k != "data"}


def _typed(row: Body, kind: str) -> Body:
    return {"field": row["field"], **({"type": kind} if kind else {}), "value": row["value"]}
