"""From the builder's form to a question about attribution, and back: what is asked is always what the form shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from minilens.measure.attribution.query import MODELS
from minilens.measure.events.query import MOST_TOP
from minilens.reports.question import decoded
from minilens.reports.questions.attribution import (
    AskedBefore,
    AskedConversion,
    AskedRefund,
    AttributionQuestion,
)
from minilens.web.admin.forms import whole
from minilens.web.attribution import form
from minilens.web.events.ask_question import (
    OTHER_DAYS,
    as_typed,
    conditions_of,
    days_of,
    event_of,
    group_of,
    length_of,
    long,
    on_of,
    operand_of,
)
from minilens.web.events.rows import Tree

Titles = Mapping[str, str]
#: What a field of an event is called where it tells conversions apart and is no property.
_TARGET = "target_id"


def question_of(tree: Tree, titles: Titles | None = None) -> AttributionQuestion:
    """The question that a form says; Refused, naming the place in it, where it has no such shape."""
    conversion, refund, before = tree["c"]
    valued, models = tree["counts"] == "value", tree["show"] == "models"
    asked: dict[str, Any] = {
        "kind": "attribution", "conversion": _event(conversion, titles),
        "by": [one["by"] for one in tree["g"]], "window": long(tree["window"], tree["unit"] or "d", "window"),
        "half_life": long(tree["half_life"] or "7", tree["half_unit"] or "d", "half_life"),
        "top": whole(tree["top"] or "10", "top", least=1, most=MOST_TOP), "rest": bool(tree["rest"]),
        **{name: tree[name] for name in ("counts", "touches", "show", "traffic") if tree[name]},
        **conditions_of(tree["w"]), **days_of(tree),
    }  # fmt: skip
    if valued and tree["v"]:
        asked["value"] = operand_of(tree["v"][0])
    if tree["key"]:
        asked["key"] = {"field" if tree["key"] == _TARGET else "property": tree["key"]}
    if refund["event"] and tree["counts"] != "persons":
        own = {"value": operand_of(tree["r"][0])} if valued and tree["r"] else {}
        asked["refund"] = _event(refund, titles) | own
    if before["event"]:
        window = long(tree["before"], tree["before_unit"] or "d", "before.window")
        asked["before"] = _event(before, titles) | {"window": window}
    if models:
        some = [name for name in MODELS if tree["m"].get(name)]
        asked |= {
            "models": [] if len(some) == len(MODELS) else some,
            "grain": tree["grain"] or "whole",
        }
    return decoded(msgspec.json.encode(asked), AttributionQuestion)


def _event(one: Tree, titles: Titles | None) -> dict[str, Any]:
    return {"event": event_of(one["event"], titles or {}), **conditions_of(one["w"])}


def tree_of(question: AttributionQuestion) -> Tree:
    """The form that says a question."""
    found = form.first()
    refund, before = question.refund, question.before
    found["c"] = [_row(one) for one in (question.conversion, refund, before)]
    found["v"] = [] if question.value is None else [on_of(question.value)]
    found["r"] = [] if refund is None or refund.value is None else [on_of(refund.value)]
    found["g"] = [{"by": one} for one in question.by or ["campaign"]]
    chosen = question.models or MODELS
    found["m"] = {name: "1" if name in chosen else "" for name in MODELS}
    found["key"] = "" if question.key is None else question.key.property or question.key.field
    found["window"], found["unit"] = length_of(question.window)
    found["half_life"], found["half_unit"] = length_of(question.half_life)
    if before is not None:
        found["before"], found["before_unit"] = length_of(before.window)
    for name in ("counts", "touches", "show", "grain", "traffic"):
        found[name] = getattr(question, name)
    given = question.start or question.end
    return found | {
        "w": group_of(question.where), "top": str(question.top), "rest": "1" if question.rest else "",
        "period": OTHER_DAYS if given else question.period or "30d", "from": given, "to": question.end,
    }  # fmt: skip


def _row(one: AskedConversion | AskedRefund | AskedBefore | None) -> Tree:
    if one is None:
        return form.event()
    return {"event": as_typed(one.event), "w": group_of(one.where)}
