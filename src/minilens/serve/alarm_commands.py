"""What a running server answers to `minilens alarms`, and a command by itself where none runs."""

from __future__ import annotations

from typing import Any

import msgspec

from minilens.load.pipeline import Pipeline
from minilens.measure.days.first_day import first_day
from minilens.period import now
from minilens.records.apps import App
from minilens.reports.alarm_targets import check, decoded, encoded
from minilens.reports.request import AppContext
from minilens.text import Text
from minilens.web.alarms.listed import listed, listed_rule, listed_settings
from minilens.web.alarms.rules import add_usual
from minilens.web.alarms.typed import settings
from minilens.web.catalogs import catalog_of


def answered(pipeline: Pipeline, asked: dict[str, str]) -> dict[str, Any]:
    """`do` what is asked of the alarms of `app`: list, acknowledge one (`alarm`, `note`); of its rules: rules, add,
    set, on, off, remove (`rule`, by number or name; `body` is the definition), usual; or send (`channels`, `quiet`)."""
    app, do = pipeline.records.apps.named(asked["app"]), asked["do"]
    if do == "list":
        return _list(pipeline, app)
    if do == "acknowledge":
        number = int(asked["alarm"]) if asked["alarm"].isdecimal() else 0
        alarms = pipeline.records.alarms
        found = alarms.acknowledge(app.id, number, asked.get("note", ""), now=now(), by=None)
        return _built(listed(found, app.timezone))
    if do == "send":
        return _send(pipeline, app, asked)
    if do == "usual":
        add_usual(pipeline.records, app.id, None)
    elif do != "rules":
        return _rule(pipeline, app, asked)
    return _rules(pipeline, app)


def _built(told: object) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(told)
    return found


def _list(pipeline: Pipeline, app: App) -> dict[str, Any]:
    alarms = pipeline.records.alarms
    some = [*alarms.open(app.id), *alarms.history(app.id)]
    return {"alarms": [_built(listed(one, app.timezone)) for one in some]}


def _rules(pipeline: Pipeline, app: App) -> dict[str, Any]:
    rules = pipeline.records.alarm_rules
    return {
        "rules": [_built(listed_rule(one)) for one in rules.of(app.id)],
        "settings": _built(listed_settings(rules.settings(app.id))),
    }


def _rule(pipeline: Pipeline, app: App, asked: dict[str, str]) -> dict[str, Any]:
    rules, do = pipeline.records.alarm_rules, asked["do"]
    name = Text(asked.get("zh", ""), asked.get("en", ""))
    if do == "add":
        body = _body(pipeline, app, asked)
        (made,) = rules.create(app.id, [(name, body)], now=now(), by=None)
        return _built(listed_rule(made))
    found = rules.named(app.id, asked["rule"])
    if do == "remove":
        rules.remove(app.id, found.id, now=now(), by=None)
        return {"removed": found.id}
    if do in ("on", "off"):
        told = rules.enable(app.id, found.id, on=do == "on", now=now(), by=None)
    else:
        body = _body(pipeline, app, asked)
        told = rules.change(app.id, found.id, name, body, now=now(), by=None)
    return _built(listed_rule(told))


def _body(pipeline: Pipeline, app: App, asked: dict[str, str]) -> str:
    """The definition, as it is kept; Refused, naming the path, where it cannot be watched."""
    made = decoded(asked["body"])
    catalog = catalog_of(pipeline.records, app.id, [("filter", encoded(made))])
    context = AppContext(app.timezone, now(), first_day(pipeline.engine, app.id), catalog)
    check(made, context, app.id)
    return encoded(made)


def _send(pipeline: Pipeline, app: App, asked: dict[str, str]) -> dict[str, Any]:
    records = pipeline.records
    names = [one for one in asked.get("channels", "").split(",") if one]
    numbers = [str(records.channels.named(app.id, one).id) for one in names]
    start, _, end = asked.get("quiet", "").partition("-")
    told = settings({"quiet_from": start, "quiet_to": end}, numbers)
    records.alarm_rules.set_settings(app.id, told, now=now(), by=None)
    return _built(listed_settings(records.alarm_rules.settings(app.id)))
