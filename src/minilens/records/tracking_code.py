"""The events that code reports as a module for the mini program: a function for each, with the types of its fields.

ES5 that calls the tracker, and a declaration of its types for editors and `tsc`. Both are made of definitions and are
not to be changed by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from minilens.records.event_content import Field
from minilens.records.event_definitions import Kept

#: Type of a field → the same in TypeScript. The tracker sends a Date as text.
_TYPES = {"number": "number", "text": "string", "boolean": "boolean", "time": "Date | string"}
#: No function may be called so.
_RESERVED = frozenset(
    ("break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "enum",
     "export", "extends", "false", "finally", "for", "function", "if", "import", "in", "instanceof", "new", "null",
     "return", "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void", "while", "with", "yield",
     "let", "static", "await", "implements", "interface", "package", "private", "protected", "public", "arguments",
     "eval", "send", "tracker")
)  # fmt: skip
_CALLBACK = (
    "export type Callback = (error: null | { code: string; message: string; field?: string }, "
    "info: { id?: string }) => void;\n"
)
_HEAD = "// Made by `minilens plan code`. Not to be changed by hand. 由 minilens plan code 生成，请勿手改。\n"


@dataclass(frozen=True)
class Reported:
    """An event that code reports."""

    name: str
    zh: str
    fields: Sequence[Field]


def reported(every: Iterable[Kept]) -> list[Reported]:
    """Those of an app that are published and not retired, in the order of their names."""
    found = [
        Reported(one.one.name, one.one.zh, one.published.fields)
        for one in every
        if one.published is not None and one.published.way == "api" and not one.one.retired
    ]
    return sorted(found, key=lambda one: one.name)


def module(events: Sequence[Reported], tracker: str) -> str:
    """The JavaScript; `tracker` is where the tracker's file is, as `require` takes it."""
    parts = [
        _HEAD,
        "'use strict';\n",
        f"var tracker = require({json.dumps(tracker)});\n\n",
        "function send(name, fields, callback) {\n  tracker.track(name, fields || {}, callback);\n}\n",
    ]
    for called, one in _called(events):
        parts.append(
            f"\n/** {_told(one.zh)} */\nexports.{called} = function (fields, callback) {{\n"
            f"  send({json.dumps(one.name)}, fields, callback);\n}};\n"
        )
    return "".join(parts)


def types(events: Sequence[Reported]) -> str:
    """The declaration of its types."""
    parts = [
        _HEAD,
        _CALLBACK,
    ]
    for called, one in _called(events):
        shape = called[0].upper() + called[1:]
        fields = "".join(
            f"  /** {_told(field.zh)}{f' · {_told(field.note)}' if field.note else ''} */\n"
            f"  {field.name}?: {_TYPES.get(field.type, 'string | number | boolean')};\n"
            for field in one.fields
        )
        parts.append(
            f"\n/** {_told(one.zh)} `{one.name}` */\nexport interface {shape} {{\n{fields}}}\n"
        )
        parts.append(
            f"/** {_told(one.zh)} */\nexport function {called}(fields?: {shape}, callback?: Callback): void;\n"
        )
    return "".join(parts)


def _called(events: Sequence[Reported]) -> list[tuple[str, Reported]]:
    """What the function of each is called: tea_order → teaOrder, with _ behind what is taken."""
    found: dict[str, Reported] = {}
    for one in events:
        head, *rest = one.name.split("_")
        called = head + "".join(part[:1].upper() + part[1:] for part in rest)
        while called in found or called in _RESERVED:
            called += "_"
        found[called] = one
    return list(found.items())


def _told(text: str) -> str:
    """Within a comment, on one line."""
    return " ".join(text.replace("*/", "* /").split())
