"""What the bar of a page offers: comparisons, the filters that hold, and the editor of one more."""

from __future__ import annotations

import json
from dataclasses import dataclass

from minilens.errors import Language, Refused
from minilens.measure import filters
from minilens.measure.fields import FIELDS
from minilens.measure.filters import BY_KIND, OPERATORS
from minilens.period import COMPARES, compared_with
from minilens.render import words
from minilens.web.asked import Asked, Given

#: Arguments of the editor's form.
FORM = ("filter_field", "filter_operator", "filter_value")


@dataclass(frozen=True)
class Choice:
    """An entry of a menu: what it says, smaller what it means, where it leads."""

    title: str
    note: str
    href: str
    chosen: bool


@dataclass(frozen=True)
class Operator:
    """How a field may be asked about; `values` where that needs some."""

    name: str
    title: str
    values: bool


@dataclass(frozen=True)
class Editor:
    """The form of one more filter: its fields and operators, and what was written where it is wrong.

    `allowed`: kind of field → its operators, for the script that shows only these.
    """

    fields: tuple[tuple[str, str, str], ...]
    operators: tuple[Operator, ...]
    allowed: str
    field: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()
    error: str = ""


def comparisons(state: Asked, language: Language) -> list[Choice]:
    """No comparison and the four kinds, each with the days it means."""
    found = []
    for kind in ("none", *(kind for kind in COMPARES if kind != "none")):
        days = ""
        if kind != "none":
            other = compared_with(state.range, kind)
            days = words.span(other.start, other.end, language, state.range.end.year)
        title = words.comparison(kind, language)
        found.append(Choice(title, days, state.beside(kind), state.compare == kind))
    return found


def compared(state: Asked, language: Language) -> str:
    """What the button of the comparisons says: the kind, or the days of another range."""
    if state.compare or not state.other:
        return words.comparison(state.compare, language)
    return words.span(state.other.start, state.other.end, language, state.range.end.year)


def conditions(state: Asked, language: Language) -> list[tuple[str, str]]:
    """Each filter as a sentence, and the address without it."""
    return [(filters.sentence(clause, language), state.without(clause)) for clause in state.filters]


def editor(given: Given, language: Language, wrong: Refused | None = None) -> Editor:
    """The editor; where its form was wrong, as it was filled in."""
    zh = language == "zh"
    every = list(given) if wrong else []
    one = dict(every)
    return Editor(
        fields=tuple((f.name, f.zh if zh else f.en, f.kind) for f in FIELDS.values()),
        operators=tuple(
            Operator(name, o.zh if zh else o.en, o.values) for name, o in OPERATORS.items()
        ),
        allowed=json.dumps(BY_KIND),
        field=one.get("filter_field", ""),
        operator=one.get("filter_operator", ""),
        values=tuple(value for name, value in every if name == "filter_value" and value.strip()),
        error=wrong.message(language) if wrong else "",
    )
