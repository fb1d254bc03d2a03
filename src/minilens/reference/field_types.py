"""Types of the fields of events, and which values are of one: those that questions can read as it.

Where no meaning is lost nothing is wrong: 5 is a text too, and "5" a number. What is null is not there.
"""

from __future__ import annotations

import re
from typing import NamedTuple

#: Why events with a field of another type wait in quarantine.
REASON = "field_type"
TYPES = ("number", "text", "boolean", "time")

#: A text that is a number as a whole; and a time with or without hours. For Python and for the engine alike.
NUMBER = r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?"
TIME = (
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
#: Nothing beyond is a number to a question.
MOST = 10**18
#: A number that is a time is one of seconds or of milliseconds since 1970.
MOMENTS = ((10**9, 10**10 - 1), (10**12, 10**13 - 1))


def came_as(value: object) -> str:
    """What a value is, as JSON has it: number, text, boolean, list, object or nothing."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    return "list" if isinstance(value, list) else "object"


def fits(value: object, kind: str) -> bool:
    """Whether a value is of a type, "" for any."""
    if value is None or not kind:
        return True
    if kind == "boolean":
        return isinstance(value, bool) or value in ("true", "false")
    if isinstance(value, str):
        return kind == "text" or _text_fits(value, kind)
    if isinstance(value, bool):
        return kind == "text"
    if isinstance(value, int | float):
        return kind == "text" or _number_fits(value, kind)
    return False


def _text_fits(value: str, kind: str) -> bool:
    if kind == "time":
        return re.fullmatch(TIME, value) is not None
    return re.fullmatch(NUMBER, value) is not None and abs(float(value)) <= MOST


def _number_fits(value: float, kind: str) -> bool:
    if kind == "time":
        return value == int(value) and any(low <= value <= high for low, high in MOMENTS)
    return abs(value) <= MOST


_SAID = re.compile(r"([a-z][a-z0-9_]{0,31}): (\w+) instead of (\w+)")


class WrongType(NamedTuple):
    """A field whose value came as one thing though it is declared as another: `price`, `text`, `number`."""

    field: str
    came: str
    declared: str


def read(detail: str) -> tuple[WrongType, ...]:
    """What was kept with an event: `price: text instead of number; cups: list instead of number`."""
    return tuple(WrongType(*found) for found in _SAID.findall(detail))
