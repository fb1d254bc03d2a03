"""From the builder's form to a question about the value of persons, and back: what is asked is what the form shows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from minilens.errors import Refused
from minilens.measure.events.query import MOST_TOP
from minilens.measure.ltv.query import MOST_DAYS
from minilens.reports.ltv_reader import REFUNDS, REVENUE
from minilens.reports.question import decoded
from minilens.reports.questions.activity import AskedActivity
from minilens.reports.questions.ltv import AskedMargin, AskedMoney, LtvQuestion
from minilens.web.admin.forms import whole
from minilens.web.events.ask_question import (
    OTHER_DAYS,
    as_typed,
    conditions_of,
    days_of,
    event_of,
    group_of,
    on_of,
    operand_of,
    parted,
)
from minilens.web.events.rows import Tree
from minilens.web.ltv import form

Titles = Mapping[str, str]
#: Typed in the place of a currency: amounts without one.
NO_CURRENCY = "-"
#: What tells orders apart, and refunds; which field may.
KEYS, _TARGET = ("key", "refund_key"), "target_id"


def ltv_of(tree: Tree, titles: Titles | None = None) -> LtvQuestion:
    """The question that a form says; Refused, naming the place in it, where it has no such shape."""
    entry, revenue, refunds, back = tree["s"]
    asked: dict[str, Any] = {
        "kind": "ltv", **_activity("first", entry, titles), **_activity("return", back, titles),
        **_money("revenue", revenue, REVENUE, titles), **_money("refunds", refunds, REFUNDS, titles),
        "groups": [operand_of(one) for one in tree["g"]], **days_of(tree),
        **{name: tree[name] for name in ("show", "grain", "traffic") if tree[name]},
        "days": [whole(one, "days", least=0, most=MOST_DAYS) for one in parted(tree["days"])],
        "top": whole(tree["top"] or "10", "top", least=1, most=MOST_TOP), "rest": bool(tree["rest"]),
    }  # fmt: skip
    for name in KEYS:
        if tree[name]:
            asked[name] = {"field" if tree[name] == _TARGET else "property": tree[name]}
    if tree["currency"]:
        asked["currency"] = "" if tree["currency"] == NO_CURRENCY else tree["currency"].upper()
    return decoded(msgspec.json.encode(asked | _margin(tree)), LtvQuestion)


def _margin(tree: Tree) -> dict[str, Any]:
    """35%, 0.35; a property; A=0.3, B=45%: nothing where none is filled in."""
    said: dict[str, Any] = {"property": tree["product"]} if tree["product"] else {}
    if tree["rate"]:
        said["rate"] = _part(tree["rate"], "margin.rate")
    rates = {}
    for one in parted(tree["rates"]):
        name, _, rate = one.rpartition("=")
        rates[name.strip()] = _part(rate, "margin.rates")
    if rates:
        said["rates"] = rates
    return {"margin": said} if said else {}


def _part(text: str, field: str) -> float:
    """A part of one, also as so many of a hundred; Refused where it is none."""
    typed = text.strip().replace("％", "%")
    try:
        found = float(typed.rstrip("%"))
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise Refused("bad_rate", field, got=text.strip()[:40])
    return round(found / 100, 12) if typed.endswith("%") else found


def _activity(name: str, one: Tree, titles: Titles | None) -> dict[str, Any]:
    if one["which"] in ("visit", ""):
        return {}
    where = conditions_of(one["w"])
    if one["which"] == "any":
        return {name: where}
    return {name: {"event": event_of(one["event"], titles or {}) or [], **where}}


def _money(name: str, one: Tree, unless: str, titles: Titles | None) -> dict[str, Any]:
    said = {
        **({"event": event_of(one["event"], titles or {})} if one["event"] else {}),
        **(operand_of(one) if one["on"] else {}),
        **conditions_of(one["w"]),
    }
    return {name: said} if said and said != {"event": unless} else {}


def tree_of(question: LtvQuestion) -> Tree:
    """The form that says a question."""
    given = question.start or question.end
    once = {name: str(getattr(question, name)) for name in ("show", "grain", "traffic", "top")}
    coin = question.currency
    return form.first() | once | {
        "s": [
            _row(question.first), _paid(question.revenue), _paid(question.refunds), _row(question.back),
        ],
        "g": [on_of(one) for one in question.groups],
        "days": ", ".join(map(str, question.days)),
        "currency": "" if coin is None else coin or NO_CURRENCY,
        **_margin_of(question.margin),
        **{name: one.property or one.field for name in KEYS if (one := getattr(question, name))},
        "rest": "1" if question.rest else "",
        "period": OTHER_DAYS if given else question.period or "90d",
        "from": given,
        "to": question.end,
    }  # fmt: skip


def _margin_of(one: AskedMargin | None) -> Tree:
    if one is None:
        return {}
    rates = ", ".join(f"{name}={rate:g}" for name, rate in one.rates.items())
    rate = "" if one.rate is None else f"{one.rate:g}"
    return {"rate": rate, "product": one.property, "rates": rates}


def _row(one: AskedActivity | None) -> Tree:
    if one is None:
        return form.event("visit")
    which = "event" if one.event else "any"
    return form.event(which, as_typed(one.event) if one.event else "") | {"w": group_of(one.where)}


def _paid(one: AskedMoney | None) -> Tree:
    if one is None:
        return form.event()
    name = as_typed(one.event) if one.event else ""
    return form.event("event", name) | on_of(one) | {"w": group_of(one.where)}
