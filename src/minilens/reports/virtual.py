"""Filters of virtual events that are about a launch or a person: read as questions read such conditions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from minilens.errors import Refused
from minilens.measure.events.query import Condition
from minilens.records import virtual_content
from minilens.records.virtual_content import NUMBERS, Filter, Meaning
from minilens.reports.parts_reader import condition
from minilens.reports.questions import parts
from minilens.reports.request import AppContext

#: They know no time.
_CONTEXT = AppContext("UTC", datetime(2000, 1, 1, tzinfo=UTC))


def read(given: Any, at: str = "") -> Meaning:
    """What a virtual event means, from what was handed in; Refused with the first place that is wrong."""
    meaning = virtual_content.read(given, at)
    for n, one in enumerate(meaning.conditions):
        for m, each in enumerate(one.filters):
            if not each.of_event:
                place = f"conditions[{n}].filters[{m}]"
                asks(each, f"{at}.{place}" if at else place)
    return meaning


def asks(one: Filter, at: str = "") -> Condition:
    """What it asks; Refused, naming the path, where its field has no such operator or value."""
    kind, _, name = one.field.rpartition(".")
    if one.field.startswith("profile."):
        kind, name = "profile", one.field.removeprefix("profile.")
    values: list[parts.Value] = [
        float(value) if one.operator in NUMBERS else value for value in one.values
    ]
    given = parts.Filter(
        operator=one.operator, values=values, field="" if kind else name,
        session=name if kind == "session" else "", profile=name if kind == "profile" else "",
    )  # fmt: skip
    try:
        return condition(given, _CONTEXT, at)
    except Refused as error:
        if error.field != f"{at}.{kind}":
            raise
        raise error.at(f"{at}.field") from None
