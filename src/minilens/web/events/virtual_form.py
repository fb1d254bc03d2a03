"""The form of a virtual event: what was typed, as its meaning, and a meaning as the form shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from minilens.errors import Refused
from minilens.records.json_text import wrong
from minilens.records.virtual_content import KEYS, MOST_CONDITIONS, NONE, Matching, Meaning
from minilens.reports.virtual import read

#: Rows of filters that a condition shows.
ROWS = 3
Typed = dict[str, str]


def typed_of(meaning: Meaning) -> Typed:
    """What the form shows of it."""
    found: Typed = {"count": str(len(meaning.conditions))}
    for n, one in enumerate(meaning.conditions):
        found |= {f"c{n}.{name}": value for name, value in _condition(one).items()}
    return found


def _condition(one: Matching) -> Typed:
    keys = dict(one.element)
    found = {"event": one.event, "pages": one.pages, "page": one.page}
    found |= {name: keys.pop(name, "") for name in KEYS}
    found["keys"] = ", ".join(f"{name}={value}" for name, value in keys.items())
    for n, each in enumerate(one.filters):
        found |= {
            f"f{n}.field": each.field,
            f"f{n}.operator": each.operator,
            f"f{n}.values": ", ".join(each.values),
        }
    return found  # fmt: skip


def count_of(typed: Mapping[str, str]) -> int:
    """How many conditions the form shows."""
    text = typed.get("count", "1")
    return min(max(int(text), 1), MOST_CONDITIONS) if text.isdecimal() and len(text) < 4 else 1


def without(typed: Mapping[str, str], gone: int) -> Typed:
    """The form without one of its conditions, unless it is the only one."""
    count = count_of(typed)
    if count < 2:
        return dict(typed)
    found = {name: value for name, value in typed.items() if not re.match(r"c\d+\.", name)}
    found["count"] = str(count - 1)
    kept = [n for n in range(count) if n != gone]
    for to, n in enumerate(kept):
        begins = f"c{n}."
        found |= {
            f"c{to}.{name.removeprefix(begins)}": value
            for name, value in typed.items()
            if name.startswith(begins)
        }
    return found


def meaning_of(typed: Mapping[str, str]) -> Meaning:
    """What was typed; Refused with the place."""
    return read({"conditions": [_given(typed, n) for n in range(count_of(typed))]})


def _given(typed: Mapping[str, str], n: int) -> dict[str, Any]:
    def said(name: str) -> str:
        return typed.get(f"c{n}.{name}", "").strip()

    at = f"conditions[{n}]"
    if not said("event"):
        raise Refused("missing", f"{at}.event")
    element = {name: said(name) for name in KEYS if said(name)} | _keys(said("keys"), at)
    filters = []
    for row in range(ROWS):
        if not (field := said(f"f{row}.field")):
            continue
        operator = said(f"f{row}.operator")
        values = [one.strip() for one in re.split(r"[,，]", said(f"f{row}.values")) if one.strip()]
        told = {} if operator in NONE else {"values": values}
        filters.append({"field": field, "operator": operator, **told})
    return {
        "event": said("event"), "pages": said("pages") or "any", "page": said("page"), "element": element,
        "filters": filters,
    }  # fmt: skip


def _keys(text: str, at: str) -> dict[str, str]:
    found = {}
    for one in re.split(r"[,，]", text):
        if not one.strip():
            continue
        name, equals, value = one.partition("=")
        if not equals:
            raise wrong(
                f"{at}.keys", "请写成 data.sku=7, mark.zone=top", "write data.sku=7, mark.zone=top"
            )
        found[name.strip()] = value.strip()
    return found
