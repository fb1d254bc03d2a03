"""Names of values in a plan's file: one line for each value of each field.

values:
  - {field: size, value: s, zh: 小杯, en: Small}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from minilens.errors import NotFound, Refused, did_you_mean
from minilens.records.field_values import (
    LONGEST_NAME,
    LONGEST_VALUE,
    MOST_VALUES,
    Dictionary,
    ValueName,
    shown,
)
from minilens.records.json_text import wrong
from minilens.records.shapes import Fields, a_list, a_text, an_object
from minilens.records.yaml_text import Row

VALUES = "values"
MOST = 10_000
#: Field → its names.
Named = Mapping[str, tuple[ValueName, ...]]

_LINE: Fields = {
    "field": a_text(32), "value": a_text(LONGEST_VALUE), "zh": a_text(LONGEST_NAME), "en": a_text(LONGEST_NAME, 0),
}  # fmt: skip


def _line(value: Any, at: str) -> None:
    an_object(value, at, _LINE, ("field", "value", "zh"))


def read(given: Any) -> dict[str, tuple[ValueName, ...]]:
    """The lines by their field; Refused at the first that is wrong."""
    a_list(MOST, _line)(given, VALUES)
    found: dict[str, dict[str, ValueName]] = {}
    for number, one in enumerate(given):
        at, field = f"{VALUES}[{number}]", one["field"]
        name = ValueName(one["value"].strip(), one["zh"].strip(), one.get("en", "").strip())
        held = found.setdefault(field, {})
        if name.value in held:
            zh, en = f"{name.value} 出现了两次", f"{name.value} appears twice"
            raise wrong(f"{at}.value", zh, en)
        held[name.value] = name
        if len(held) > MOST_VALUES:
            raise Refused("too_many", at, limit=MOST_VALUES)
    return {field: tuple(names.values()) for field, names in found.items()}


def written(held: Mapping[str, Dictionary]) -> list[Row]:
    """The lines of what is saved."""
    return [
        Row({"field": field, **{part: text for part, text in name._asdict().items() if text}})
        for field, one in held.items()
        for name in one.names
    ]


def check_fields(named: Named, known: Collection[str]) -> None:
    """NotFound where there is no such field."""
    for field in named:
        if field not in known:
            hint = did_you_mean(field, known)
            raise NotFound("no_such_field", VALUES, got=field[:40], hint=hint)


def changes(held: Mapping[str, Dictionary], named: Named) -> list[tuple[str, str, str]]:
    """What the file says otherwise: the place, what stood there, what stands there; "" for nothing."""
    found = []
    for field in sorted({*held, *named}):
        before = held[field].texts() if field in held else {}
        after = {one.value: one.name for one in named.get(field, ())}
        found += [
            (f"{VALUES}.{field}.{value}", shown(before, value), shown(after, value))
            for value in dict.fromkeys([*before, *after])
            if before.get(value) != after.get(value)
        ]
    return found
