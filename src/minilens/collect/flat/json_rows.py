"""Rows that are objects: lines of NDJSON, rows of Parquet. Here null is nothing, `-` itself."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from minilens.collect.flat.event import Flat, Rejected, Taken, rejected
from minilens.collect.flat.lines import Lines, shown
from minilens.collect.flat.mapping import BY_NAME, FLAT, Unfit
from minilens.collect.flat.properties import as_json, nested
from minilens.errors import Refused

# a number keeps the digits it was written with
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


class Objects:
    """Turns objects into rows, by the names of their keys or by the mapping."""

    def __init__(self, flat: Flat) -> None:
        mapping = flat.mapping
        self._flat = flat
        self._nothing = mapping.nothing
        self._constants = mapping.constants
        named = {name: name for name in (*FLAT, *BY_NAME) if name not in mapping.constants}
        self._keys = {**named, **mapping.columns}
        self._claimed = {*self._keys.values(), "props"}

    def taken(self, found: dict[str, Any]) -> Taken:
        """The event of an object; its `props` and all keys that are no fields become properties."""
        row = dict(self._constants)
        for name, key in self._keys.items():
            value = found.get(key)
            if value is not None and value != self._nothing:
                row[name] = value if type(value) is str else _text(name, value)
        props = found.get("props")
        props = props if (inner := nested(props)) is None else inner
        if props is not None and not isinstance(props, dict):
            raise Refused("wrong_type", "props", reason=("应为对象", "object"))
        extras = {
            key: value
            for key, value in found.items()
            if key not in self._claimed and value is not None and value != self._nothing
        }
        both = {**extras, **(props or {})}
        nine = [row.pop(name, "") for name in FLAT]
        rest = {name: text for name, text in row.items() if text}
        return self._flat.taken(nine, rest, as_json(both) if both else "{}")


def json_lines(lines: Lines, flat: Flat) -> Iterator[Taken | Rejected]:
    """One object a line."""
    objects = Objects(flat)
    for number, text, wrong in lines:
        try:
            if wrong is not None:
                raise wrong
            if not text.strip():
                continue
            yield objects.taken(_object(text))
        except Refused as error:
            yield rejected(number, error, shown(text))


def _object(text: str) -> dict[str, Any]:
    try:
        found = _decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError, ArithmeticError) as error:
        raise Unfit(
            "line", f"不是合法的 JSON：{error}", f"is not valid JSON: {error}", "bad_json"
        ) from error
    if not isinstance(found, dict):
        raise Unfit("line", "应为一个 JSON 对象", "must be a JSON object")
    return found


def _text(name: str, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Decimal):
        # an exponent of a thousand million would be written out with as many digits
        if not value.is_finite() or not -20 <= value.adjusted() <= 20:
            if value == 0:
                return "0"
            raise Refused("bad_value", name, got=str(value)[:64])
        return f"{value:f}"
    raise Unfit(
        name,
        f"应为文本或数字，而非 {type(value).__name__}",
        f"must be text or a number, not {type(value).__name__}",
        "wrong_type",
    )
