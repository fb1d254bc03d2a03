"""The page of alarm rules: what is watched, on or off, and which channels hear of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from minilens.errors import Refused
from minilens.period import now
from minilens.records.alarm_rules import MOST
from minilens.records.channel_content import TITLES
from minilens.records.rights import SEES
from minilens.records.store import Records, SavedRule
from minilens.reports.alarm_definition import BandAlarm, ChangeAlarm, ThresholdAlarm
from minilens.reports.alarm_targets import USUAL, check, decoded, encoded
from minilens.reports.event_names import events
from minilens.text import Text
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import ALARM_RULES as PART
from minilens.web.admin.forms import Answer, Wrong, attempt
from minilens.web.admin.settings_page import AppSettings
from minilens.web.alarms import typed
from minilens.web.alarms.shown import kinds, shown_rule
from minilens.web.kpis.dashboard import context_of_text
from minilens.web.kpis.typed import KEPT, offered

Req = Request[Any, Any, State]
WRITES = "definitions:write"
_HERE = "/a/{app:str}/alarms/rules"


@get(_HERE, include_in_schema=False, needs=SEES)
async def rules_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """All rules, a form for more, and where alarms go."""
    return await shown(settings)


@post(_HERE, include_in_schema=False, status_code=303, needs=WRITES)
async def create(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Make one."""

    def do() -> str:
        _put(settings, data, None)
        return PART.at(settings.app, "made")

    async def again(error: Wrong) -> Response[str]:
        return await shown(settings, error, data)

    return await attempt("new", settings.reader, do, again)


@post(f"{_HERE}/usual", include_in_schema=False, status_code=303, needs=WRITES)
async def usual(settings: NamedDependency[AppSettings]) -> Answer:
    """Make those that every app should have and this one has not."""

    def do() -> str:
        add_usual(settings.records, settings.app.id, settings.me.id)
        return PART.at(settings.app, "made")

    return await attempt("usual", settings.reader, do, lambda error: shown(settings, error))


def add_usual(records: Records, app: int, by: int | None) -> list[SavedRule]:
    """Of the three those that no rule of the app is yet."""
    there = {one.body for one in records.alarm_rules.of(app)}
    missing = [(name, body) for name, body in USUAL if body not in there]
    return records.alarm_rules.create(app, missing, now=now(), by=by)


@post(f"{_HERE}/settings", include_in_schema=False, status_code=303, needs=WRITES)
async def set_settings(request: Req, settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Which channels hear of alarms, and the quiet hours."""
    chosen = [str(one) for one in (await request.form()).getall("channels", [])]

    def do() -> str:
        found = typed.settings(data, chosen)
        settings.records.alarm_rules.set_settings(
            settings.app.id, found, now=now(), by=settings.me.id
        )
        return PART.at(settings.app, "saved")

    async def again(error: Wrong) -> Response[str]:
        return await shown(settings, error, data)

    return await attempt("settings", settings.reader, do, again)


@post(f"{_HERE}/{{rule:int}}", include_in_schema=False, status_code=303, needs=WRITES)
async def change(settings: NamedDependency[AppSettings], data: Form, rule: FromPath[int]) -> Answer:
    """Another definition or name."""
    saved = await asyncio.to_thread(settings.records.alarm_rules.get, settings.app.id, rule)

    def do() -> str:
        _put(settings, data, saved)
        return PART.at(settings.app, "changed")

    async def again(error: Wrong) -> Response[str]:
        return await shown(settings, error, data, changed=rule)

    return await attempt("change", settings.reader, do, again)


@post(f"{_HERE}/{{rule:int}}/{{do:str}}", include_in_schema=False, status_code=303, needs=WRITES)
async def turn(
    settings: NamedDependency[AppSettings], rule: FromPath[int], do: FromPath[str]
) -> Answer:
    """Turn it `on` or `off`, or `remove` it."""
    rules, me = settings.records.alarm_rules, settings.me.id

    def act() -> str:
        if do == "remove":
            rules.remove(settings.app.id, rule, now=now(), by=me)
            return PART.at(settings.app, "removed")
        if do not in ("on", "off"):
            raise Refused("not_found")
        rules.enable(settings.app.id, rule, on=do == "on", now=now(), by=me)
        return PART.at(settings.app, do)

    return await attempt("turn", settings.reader, act, lambda error: shown(settings, error))


def _put(settings: AppSettings, data: Mapping[str, str], saved: SavedRule | None) -> None:
    """Refused, naming the field, where it cannot be watched."""
    app, rules = settings.app.id, settings.records.alarm_rules
    before = decoded(saved.body) if saved else None
    kept = before.source if isinstance(before, ThresholdAlarm | ChangeAlarm | BandAlarm) else None
    made = typed.definition(data, settings.records, app, settings.me.id, kept)
    body = encoded(made)
    try:
        check(made, context_of_text(settings.console, settings.app, settings.reader, body), app)
    except Refused as error:
        raise error.at(_FIELDS.get(error.field, error.field)) from None
    name = Text(data.get("zh", ""), data.get("en", ""))
    if saved:
        rules.change(app, saved.id, name, body, now=now(), by=settings.me.id)
    else:
        rules.create(app, [(name, body)], now=now(), by=settings.me.id)


#: Path in the definition → the field of the form.
_FIELDS = {"source.measure": "what", "source.over.measure": "what", "source.under.measure": "by"}


async def shown(
    settings: AppSettings,
    error: Wrong | None = None,
    given: Mapping[str, str] | None = None,
    *,
    changed: int = 0,
) -> Response[str]:
    """The list, with what was typed; `changed`: the one whose form was wrong."""
    context = await asyncio.to_thread(_told, settings)
    form = error.form if error else ""
    told = dict(given or {})
    rows = [
        (one, told if changed == one.rule.id else fields) for one, fields in context.pop("rows")
    ]
    return await settings.page(
        PART, "alarm_rules.html", error=error, rows=rows, writes=settings.may(WRITES), changed=changed, most=MOST,
        typed=typed.EMPTY | (told if form == "new" else {}), kept=KEPT, kinds=kinds(settings.reader.language),
        quiet=context.pop("quiet") | (told if form == "settings" else {}), **context,
    )  # fmt: skip


def _told(settings: AppSettings) -> dict[str, Any]:
    records, app, language = settings.records, settings.app, settings.reader.language
    rows, named = [], events(records, app.id)
    for one in records.alarm_rules.of(app.id):
        made = decoded(one.body)
        context = context_of_text(settings.console, app, settings.reader, one.body)
        fields = typed.fields(made) | {"zh": one.name.zh, "en": one.name.en}
        rows.append((shown_rule(one, made, context, named, language), fields))
    known = records.alarm_rules.settings(app.id)
    start, end = map(typed.clock, known.quiet) if known.quiet else ("", "")
    bare = context_of_text(settings.console, app, settings.reader, "")
    there = {one.rule.body for one, _ in rows}
    return {
        "rows": rows, "channels": records.channels.of(app.id),
        "kinds_of_channels": {kind: title.of(language) for kind, title in TITLES.items()}, "chosen": known.channels,
        "quiet": {"quiet_from": start, "quiet_to": end},
        "offered": offered(records, app.id, settings.me.id, bare, language),
        "usual_missing": any(body not in there for _, body in USUAL),
    }  # fmt: skip


ROUTES = (rules_page, create, usual, set_settings, change, turn)
