"""Properties of an imported event as JSON text: the same text for the same content."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from minilens.collect.addresses import clean_property
from minilens.collect.steps import props
from minilens.errors import Refused

_decode = msgspec.json.Decoder(float_hook=Decimal).decode
# sorted, so that the order of columns or keys makes no other event; numbers as they were written
_encode = msgspec.json.Encoder(order="sorted", decimal_format="number").encode


def nested(text: object) -> dict[str, Any] | None:
    """The properties in a column `props` that holds an object as text; None where it holds something else."""
    if not isinstance(text, str) or not text.startswith("{"):
        return None
    try:
        found = _decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError, ArithmeticError):
        return None
    return found if isinstance(found, dict) else None


def as_json(found: dict[str, Any]) -> str:
    """Refused where there are too many, too deep or too long ones: the receiver's own limits."""
    try:
        props(found, "props")
        return _encode(clean_property("", found)).decode()
    except (OverflowError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise Refused("wrong_type", "props", reason=str(error)) from error
