"""The pages of alarms: what is open with its course, what was, notes; and the rules behind them."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from minilens.period import now
from minilens.records.rights import SEES
from minilens.records.store import Alarm
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import ALARMS as PART
from minilens.web.admin.forms import Answer, Wrong, attempt
from minilens.web.admin.settings_page import AppSettings
from minilens.web.alarms.shown import recent, shown_alarm

Req = Request[Any, Any, State]
ANSWERS, WRITES = "saved:write", "definitions:write"
_HERE = "/a/{app:str}/alarms"


@get(_HERE, include_in_schema=False, needs=SEES)
async def alarms_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """Open ones first, then those that are over."""
    return await shown(settings)


@get(f"{_HERE}/{{alarm:int}}", include_in_schema=False, needs=SEES)
async def alarm_page(settings: NamedDependency[AppSettings], alarm: FromPath[int]) -> Response[str]:
    """One of them."""
    return await shown(settings, only=alarm)


@post(f"{_HERE}/{{alarm:int}}/acknowledge", include_in_schema=False, status_code=303, needs=ANSWERS)
async def acknowledge(
    settings: NamedDependency[AppSettings], data: Form, alarm: FromPath[int]
) -> Answer:
    """Say that somebody looks after it, with what they know."""

    def do() -> str:
        settings.records.alarms.acknowledge(
            settings.app.id, alarm, data.get("note", ""), now=now(), by=settings.me.id
        )
        return PART.at(settings.app, "acknowledged")

    async def again(error: Wrong) -> Response[str]:
        return await shown(settings, error, only=alarm)

    return await attempt(f"alarm-{alarm}", settings.reader, do, again)


async def shown(
    settings: AppSettings, error: Wrong | None = None, *, only: int = 0
) -> Response[str]:
    """All, or one alone."""
    context = await asyncio.to_thread(_told, settings, only)
    return await settings.page(
        PART, "alarms.html", error=error, only=only, answers=settings.may(ANSWERS), writes=settings.may(WRITES),
        **context,
    )  # fmt: skip


def _told(settings: AppSettings, only: int) -> dict[str, Any]:
    app, alarms = settings.app, settings.records.alarms
    some: list[Alarm] = [alarms.get(app.id, only)] if only else alarms.open(app.id)
    over = [] if only else alarms.history(app.id)
    language = settings.reader.language
    return {
        "open": [shown_alarm(one, app.timezone, language) for one in some],
        "over": [shown_alarm(one, app.timezone, language) for one in over],
        "pauses": recent(alarms.pauses(), settings.reader.moment),
        "rules": settings.records.alarm_rules.of(app.id),
        "rule_names": {
            one.id: one.name.of(language) for one in settings.records.alarm_rules.of(app.id)
        },
    }


ROUTES = (alarms_page, alarm_page, acknowledge)
