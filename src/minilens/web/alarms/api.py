"""Alarms by API: what is open and what was, acknowledged with a note; rules made, changed, turned off, removed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from minilens.errors import Refused
from minilens.period import now
from minilens.records.alarm_rules import LONGEST_BODY
from minilens.records.store import SavedRule
from minilens.reports.alarm_targets import check, encoded
from minilens.reports.question import as_json
from minilens.text import Text
from minilens.web import openapi
from minilens.web.alarms.given import (
    GivenAlarmSettings,
    GivenNote,
    GivenRule,
    OfNote,
    OfRule,
    OfSettings,
)
from minilens.web.alarms.listed import (
    AlarmList,
    ListedAlarm,
    ListedPause,
    ListedRule,
    ListedSettings,
    RemovedRule,
    RuleList,
    listed,
    listed_rule,
    listed_settings,
)
from minilens.web.alarms.rules import add_usual
from minilens.web.alarms.typed import settings
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.kpis.dashboard import context_of_text
from minilens.web.reader import ReaderContext

Req = Request[Any, Any, State]
T = TypeVar("T")
ALARMS = "/api/v1/apps/{app:str}/alarms"
RULES = "/api/v1/apps/{app:str}/alarm-rules"


def given_rule(body: bytes, console: Console, app: App, reader: ReaderContext) -> GivenRule:
    """What a body holds; Refused, naming the path, where it is something else or cannot be watched."""
    found = as_json(body, GivenRule)
    try:
        context = context_of_text(console, app, reader, encoded(found.definition))
        check(found.definition, context, app.id)
    except Refused as error:
        raise error.at(f"definition.{error.field}") from None
    return found


async def _done(do: Callable[[], T]) -> T:
    return await asyncio.to_thread(do)


@get(
    ALARMS,
    operation_id="alarms",
    summary="Alarms, open and over (告警)",
    description="What the rules of the app found, with words in both languages and all figures.",
    tags=["alarms"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def every(
    console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[AlarmList]:
    """Open ones first."""
    alarms = console.records.alarms
    open_, over = await _done(lambda: (alarms.open(held.id), alarms.history(held.id)))
    pauses = [ListedPause(one.reason, one.started, one.ended) for one in await _done(alarms.pauses)]
    found = AlarmList(
        [listed(one, held.timezone) for one in open_], [listed(one, held.timezone) for one in over], pauses
    )  # fmt: skip
    return Response(found, media_type="application/json")


@post(
    f"{ALARMS}/{{alarm:int}}/acknowledge",
    operation_id="acknowledge_alarm",
    status_code=200,
    summary="Acknowledge an alarm (确认告警)",
    description="Says that somebody looks after it. It stays open until the figures are usual again.",
    tags=["alarms"],
    security=openapi.SECURITY,
    responses=openapi.changes() | openapi.BODY,
    operation_class=OfNote,
    needs=scope("admin"),
)
async def acknowledge(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    alarm: FromPath[int],
) -> Response[ListedAlarm]:
    """As it stands."""
    made, by = as_json(await request.body() or b"{}", GivenNote), token_of(request).account
    found = await _done(
        lambda: console.records.alarms.acknowledge(held.id, alarm, made.note, now=now(), by=by)
    )
    return Response(listed(found, held.timezone), media_type="application/json")


@get(
    RULES,
    operation_id="alarm_rules",
    summary="Alarm rules (告警规则)",
    description="What is watched, and where alarms go.",
    tags=["alarms"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def rules(
    console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[RuleList]:
    """The oldest first."""
    room = console.records.alarm_rules
    some, told = await _done(lambda: (room.of(held.id), room.settings(held.id)))
    found = RuleList([listed_rule(one) for one in some], listed_settings(told))
    return Response(found, media_type="application/json")


@post(
    RULES,
    operation_id="create_alarm_rule",
    status_code=201,
    summary="Make an alarm rule (新建告警规则)",
    description="Watched from now on, unless `enabled` is false.",
    tags=["alarms"],
    security=openapi.SECURITY,
    responses=openapi.changes() | openapi.BODY,
    operation_class=OfRule,
    request_max_body_size=2 * LONGEST_BODY,
    most_bytes=2 * LONGEST_BODY,
    needs=scope("admin"),
)
async def create(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[ListedRule]:
    """As it is kept."""
    made = await asyncio.to_thread(given_rule, await request.body(), console, held, reader)
    room, by = console.records.alarm_rules, token_of(request).account

    def do() -> SavedRule:
        told = [(Text(made.zh, made.en), encoded(made.definition))]
        (found,) = room.create(held.id, told, now=now(), by=by)
        return found if made.enabled else room.enable(held.id, found.id, on=False, now=now(), by=by)

    return Response(listed_rule(await _done(do)), media_type="application/json", status_code=201)


@post(
    f"{RULES}/usual",
    operation_id="create_usual_alarm_rules",
    status_code=201,
    summary="Make the usual alarm rules (启用常用告警)",
    description="Missing data, KPIs out of their band, and the release guard, as far as the app has them not.",
    tags=["alarms"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def usual(
    request: Req, console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[RuleList]:
    """All rules."""
    by, room = token_of(request).account, console.records.alarm_rules
    await _done(lambda: add_usual(console.records, held.id, by))
    some, told = await _done(lambda: (room.of(held.id), room.settings(held.id)))
    found = RuleList([listed_rule(one) for one in some], listed_settings(told))
    return Response(found, media_type="application/json", status_code=201)


@post(
    f"{RULES}/settings",
    operation_id="set_alarm_settings",
    status_code=200,
    summary="Say where alarms go (设置告警推送)",
    description="Channels by number, and the hours in which nothing is sent.",
    tags=["alarms"],
    security=openapi.SECURITY,
    responses=openapi.changes() | openapi.BODY,
    operation_class=OfSettings,
    needs=scope("admin"),
)
async def set_settings(
    request: Req, console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[ListedSettings]:
    """As they are kept."""
    made, by = as_json(await request.body(), GivenAlarmSettings), token_of(request).account
    told = {"quiet_from": made.quiet_from, "quiet_to": made.quiet_to}
    found, room = settings(told, list(map(str, made.channels))), console.records.alarm_rules
    await _done(lambda: room.set_settings(held.id, found, now=now(), by=by))
    kept = await _done(lambda: room.settings(held.id))
    return Response(listed_settings(kept), media_type="application/json")


@post(
    f"{RULES}/{{rule:int}}",
    operation_id="change_alarm_rule",
    status_code=200,
    summary="Change an alarm rule (修改告警规则)",
    description="Names, definition and whether it is watched, all of them, become those of the body.",
    tags=["alarms"],
    security=openapi.SECURITY,
    responses=openapi.changes() | openapi.BODY,
    operation_class=OfRule,
    request_max_body_size=2 * LONGEST_BODY,
    most_bytes=2 * LONGEST_BODY,
    needs=scope("admin"),
)
async def change(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    rule: FromPath[int],
) -> Response[ListedRule]:
    """As it is kept."""
    made = await asyncio.to_thread(given_rule, await request.body(), console, held, reader)
    room, by = console.records.alarm_rules, token_of(request).account

    def do() -> SavedRule:
        body = encoded(made.definition)
        room.change(held.id, rule, Text(made.zh, made.en), body, now=now(), by=by)
        return room.enable(held.id, rule, on=made.enabled, now=now(), by=by)

    return Response(listed_rule(await _done(do)), media_type="application/json")


@post(
    f"{RULES}/{{rule:int}}/remove",
    operation_id="remove_alarm_rule",
    status_code=200,
    summary="Remove an alarm rule (删除告警规则)",
    description="What it found stays in the history.",
    tags=["alarms"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def remove(
    request: Req, console: NamedDependency[Console], held: NamedDependency[App], rule: FromPath[int]
) -> Response[RemovedRule]:
    """Its number."""
    by = token_of(request).account
    await _done(lambda: console.records.alarm_rules.remove(held.id, rule, now=now(), by=by))
    return Response(RemovedRule(rule), media_type="application/json")


ROUTES = (every, acknowledge, rules, create, usual, set_settings, change, remove)
