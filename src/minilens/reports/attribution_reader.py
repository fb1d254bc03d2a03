"""Reads the JSON of a question about attribution into the question of the measuring room, and refuses by path."""

from __future__ import annotations

from minilens.errors import Refused, did_you_mean
from minilens.measure.attribution.query import MODELS, MOST_BY, AttributionQuery
from minilens.measure.attribution.touch import FIELDS, NAMES, Touched, of_launches
from minilens.measure.events.operand import Operand, Property
from minilens.measure.events.query import Counted, EventsQuery, Figure
from minilens.reports.parts_reader import PartsReader, days_of, key_of, length, names
from minilens.reports.questions.activity import AskedValue
from minilens.reports.questions.attribution import (
    AskedBefore,
    AskedConversion,
    AskedRefund,
    AttributionQuestion,
)
from minilens.reports.request import AppContext
from minilens.text import NOTHING


def read(question: AttributionQuestion, context: AppContext, app: int) -> AttributionQuery:
    """The question for the measuring room; Refused, naming the path in its JSON."""
    reader = PartsReader(context)
    _fit_together(question)
    over = days_of(question, context, "30d")
    if question.grain != "whole":
        over.check(question.grain)
    asked = {
        "conversion": question.conversion,
        "refund": question.refund,
        "before": question.before,
    }
    events = tuple(_counted(reader, one, where) for where, one in asked.items() if one is not None)
    told_by = () if question.key is None else (key_of(reader, question.key, "key"),)
    rows = EventsQuery(
        app, events, _values(reader, question), over, question.grain, told_by, reader.where(question.where, "where"),
        traffic=question.traffic, top=question.top, include_other=question.rest, timezone=context.timezone,
    )  # fmt: skip
    return AttributionQuery(
        rows, _by(reader, question), tuple(question.models) or MODELS, question.counts, question.touches,
        _length(question.window, "window"), _length(question.half_life, "half_life"),
        refunds=question.refund is not None,
        within=_length(question.before.window, "before.window") if question.before else 0, show=question.show,
    )  # fmt: skip


def _fit_together(question: AttributionQuestion) -> None:
    """Refused where one part has no meaning beside another."""
    valued = question.counts == "value"
    if valued and question.value is None:
        raise Refused("missing", "value")
    refund = question.refund
    without = {
        "value": not valued and question.value is not None,
        "refund.value": not valued and refund is not None and refund.value is not None,
        "refund": question.counts == "persons" and refund is not None,
    }
    for name, given in without.items():
        if given:
            raise Refused("not_taken_by", name, of=f"counts = {question.counts}")
    of = f"show = {question.show}"
    without = {"grain": question.grain != "whole", "models": bool(question.models)}
    for name, given in without.items():
        if given and question.show != "models":
            raise Refused("not_taken_by", name, of=of)
    for n, one in enumerate(question.models):
        if one in question.models[:n]:
            raise Refused("twice", f"models[{n}]", got=one)
    most = MOST_BY if question.show == "models" else 1
    if len(question.by) > most:
        raise Refused("too_many", "by", limit=most)


def _length(text: str, at: str) -> int:
    found = length(text, at)
    if not found:
        raise Refused("bad_window", at, got=text, most=366)
    return found


def _counted(
    reader: PartsReader, one: AskedConversion | AskedRefund | AskedBefore, at: str
) -> Counted:
    return Counted(at, names(one.event, f"{at}.event"), reader.where(one.where, f"{at}.where"))


def _values(reader: PartsReader, question: AttributionQuestion) -> tuple[Figure, ...]:
    """The number of a conversion, and that of a refund."""
    if question.counts != "value" or question.value is None:
        return ()
    figures = [Figure("value", NOTHING, 0, "sum", _number(reader, question.value, "value"))]
    if question.refund is not None:
        own = question.refund.value
        of = _number(reader, own, "refund.value") if own else figures[0].operand
        figures.append(Figure("back", NOTHING, 1, "sum", of))
    return tuple(figures)


def _number(reader: PartsReader, asked: AskedValue, at: str) -> Operand:
    operand = reader.operand(asked, ("property", "field"), at)
    if not isinstance(operand, Property) and getattr(operand, "kind", "") != "number":
        raise Refused("not_a_number", f"{at}.field", got=asked.field)
    return operand


def _by(reader: PartsReader, question: AttributionQuestion) -> tuple[Touched, ...]:
    """What touches are told apart by."""
    found: list[Touched] = []
    for n, name in enumerate(question.by or ["campaign"]):
        at = f"by[{n}]"
        if name in question.by[:n]:
            raise Refused("twice", at, got=name)
        if name in FIELDS:
            found.append(FIELDS[name])
            continue
        one = reader.catalog.dimensions.get(name)
        if one is None or not of_launches(one):
            raise Refused("unknown_field", at, got=name, hint=did_you_mean(name, NAMES))
        found.append(one)
    return tuple(found)
