"""Conditions as people read them: 省份 是 广东 且（sku 是 x 或 amount 大于 50）."""

from __future__ import annotations

from datetime import UTC, datetime

from minilens.measure.dimensions import Dimension
from minilens.measure.events.operand import PageType
from minilens.measure.events.operators import OPERATORS
from minilens.measure.events.query import Condition, Conditions, EventsQuery
from minilens.measure.filters import Condition as OfFilters
from minilens.measure.filters import sentence as of_filters
from minilens.text import Language


def sentence(of: Conditions, language: Language) -> str:
    """All of them in one line; nothing where nothing is asked."""
    zh = language == "zh"
    both = (" 且 " if zh else " and ") if of.every else (" 或 " if zh else " or ")
    return both.join(_part(one, language) for one in of.parts)


def subject(query: EventsQuery, language: Language) -> list[str]:
    """What the figures of a question are of, besides app and days: each event with conditions, and those of all."""
    colon = "：" if language == "zh" else ": "
    own = [
        f"{' + '.join(one.shown)}{colon}{sentence(one.where, language)}"
        for one in query.events
        if one.where.parts
    ]
    return [*own, *([sentence(query.where, language)] if query.where.parts else [])]


def _part(one: Condition | Conditions, language: Language) -> str:
    if isinstance(one, Condition):
        return _said(one, language)
    inner = sentence(one, language)
    if len(one.parts) < 2:
        return inner
    return f"（{inner}）" if language == "zh" else f"({inner})"


def _said(one: Condition, language: Language) -> str:
    if isinstance(one.operand, Dimension):
        told = OfFilters(one.operand, one.operator, tuple(map(str, one.values)))
        return of_filters((told,), language)
    operator = OPERATORS[one.operator]
    between = {"two": ("–", "–")}.get(operator.values, (" 或 ", " or "))[language != "zh"]
    shown = one.operand.shown if isinstance(one.operand, PageType) else None
    values = [
        shown(str(value), language) if shown else _value(value, operator.form)
        for value in one.values
    ]
    parts = [one.operand.title.of(language), operator.title.of(language)]
    return " ".join([*parts, *([between.join(values)] if values else [])])


def _value(value: str | float, form: str) -> str:
    if form == "moment":
        return f"{datetime.fromtimestamp(float(value) / 1000, UTC):%Y-%m-%d %H:%M} UTC"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
