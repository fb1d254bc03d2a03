"""KPIs by pages: listed, made, changed, removed."""

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
from minilens.records.kpis import MOST, SavedKpi
from minilens.records.rights import SEES
from minilens.render import format
from minilens.reports.event_names import events
from minilens.reports.kpis import decoded, encoded, read, titled
from minilens.text import Text
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import KPIS as PART
from minilens.web.admin.forms import Answer, Wrong, attempt
from minilens.web.admin.settings_page import AppSettings
from minilens.web.kpis.dashboard import context_of
from minilens.web.kpis.typed import EMPTY, KEPT, TIME, definition, offered, same, shown_target

Req = Request[Any, Any, State]
WRITES = "definitions:write"
_HERE = "/a/{app:str}/dashboard/kpis"


@get(_HERE, include_in_schema=False, needs=SEES)
async def kpis_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """What is kept, and a form for more."""
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


@post(f"{_HERE}/{{kpi:int}}", include_in_schema=False, status_code=303, needs=WRITES)
async def change(settings: NamedDependency[AppSettings], data: Form, kpi: FromPath[int]) -> Answer:
    """Another definition, name or owner."""
    saved = await asyncio.to_thread(settings.records.kpis.get, settings.app.id, kpi)

    def do() -> str:
        _put(settings, data, saved)
        return PART.at(settings.app, "changed")

    async def again(error: Wrong) -> Response[str]:
        return await shown(settings, error, data, changed=kpi)

    return await attempt("change", settings.reader, do, again)


@post(f"{_HERE}/{{kpi:int}}/remove", include_in_schema=False, status_code=303, needs=WRITES)
async def remove(settings: NamedDependency[AppSettings], kpi: FromPath[int]) -> Answer:
    """Take one away."""

    def do() -> str:
        settings.records.kpis.remove(settings.app.id, kpi, now=now(), by=settings.me.id)
        return PART.at(settings.app, "removed")

    return await attempt("remove", settings.reader, do, lambda error: shown(settings, error))


def _put(settings: AppSettings, data: Mapping[str, str], saved: SavedKpi | None) -> None:
    """Refused, naming the field, where it cannot be asked."""
    app, kpis = settings.app.id, settings.records.kpis
    kept = decoded(saved.body).source if saved else None
    made = definition(data, settings.records, app, settings.me.id, kept)
    try:
        read(made, context_of(settings.console, settings.app, settings.reader, made), app)
    except Refused as error:
        raise error.at(_FIELDS.get(error.field, "what")) from None
    name, owner = Text(data.get("zh", ""), data.get("en", "")), _owner(data.get("owner", ""))
    told = {"now": now(), "by": settings.me.id}
    if saved:
        kpis.change(app, saved.id, name, encoded(made), owner, **told)  # type: ignore[arg-type]
    else:
        kpis.create(app, name, encoded(made), owner, **told)  # type: ignore[arg-type]


#: Path in the definition → the field of the form.
_FIELDS = {
    "target": "target", "source.from": "start", "source.to": "end", "source.window": "window",
    "source.under.measure": "by",
}  # fmt: skip


def _owner(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > 9:
        raise Refused("no_such_owner", "owner", got=text[:20])
    return int(text)


async def shown(
    settings: AppSettings,
    error: Wrong | None = None,
    typed: Mapping[str, str] | None = None,
    *,
    changed: int = 0,
) -> Response[str]:
    """The list, with what was typed; `changed`: the one whose form was wrong."""
    context = await asyncio.to_thread(_told, settings)
    rows = [
        (saved, what, target, dict(typed) if typed and changed == saved.id else _fields(saved))
        for saved, what, target in context.pop("kpis")
    ]
    return await settings.page(
        PART, "kpis.html", error=error, rows=rows, most=MOST, writes=settings.may(WRITES), changed=changed,
        typed=EMPTY | (dict(typed) if typed and not changed else {}), kept=KEPT, time_between=TIME, **context,
    )  # fmt: skip


def _told(settings: AppSettings) -> dict[str, Any]:
    app, language = settings.app, settings.reader.language
    context = context_of(settings.console, app, settings.reader)
    members = [
        (str(one.id), one.name)
        for one in settings.records.accounts.all()
        if one.may(SEES, app.id) and one.disabled is None
    ]
    return {
        "kpis": [(one, *said(one, settings)) for one in settings.records.kpis.of(app.id)],
        "offered": offered(settings.records, app.id, settings.me.id, context, language),
        "events": [
            (name, title.of(language)) for name, title in events(settings.records, app.id).items()
        ],
        "members": members,
    }


def _fields(saved: SavedKpi) -> dict[str, str]:
    """A KPI as it stands in its form."""
    made = decoded(saved.body)
    return EMPTY | {
        "zh": saved.name.zh, "en": saved.name.en, "target": shown_target(made), "better": made.better,
        "period": made.period, "owner": str(saved.owner or ""), **same(made.source),
    }  # fmt: skip


def said(saved: SavedKpi, settings: AppSettings) -> tuple[str, str]:
    """What a KPI is, and its target, in words; of what can be asked no longer the target is a bare number."""
    made, language = decoded(saved.body), settings.reader.language
    context = context_of(settings.console, settings.app, settings.reader, made)
    try:
        source, unit = read(made, context, settings.app.id)
    except Refused:
        return "", f"{made.target:g}"
    title = titled(made.source, source, events(settings.records, settings.app.id))
    return title.of(language), format.short(made.target, unit, language)


ROUTES = (kpis_page, create, change, remove)
