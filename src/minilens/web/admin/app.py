"""Settings, App: titles, AppID, timezone, undeclared events, archive."""

from __future__ import annotations

import asyncio
from functools import partial

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from minilens.period import now
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import APP, Answer, Wrong, attempt
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER


@get("/a/{app:str}/settings", include_in_schema=False, needs=MEMBER)
async def app_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """What the app is; forms for those who may change it."""
    return await shown(settings)


@post("/a/{app:str}/settings", include_in_schema=False, status_code=200, needs="apps:write")
async def save_app(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Titles and AppID."""

    def save() -> str:
        zh, en, appid = (data.get(field, "") for field in ("zh", "en", "appid"))
        settings.records.apps.change(
            settings.app.id, zh=zh, en=en, appid=appid, now=now(), by=settings.me.id
        )
        return APP.at(settings.app, "saved")

    return await attempt("app", settings.reader, save, partial(shown, settings, typed=data))


@post(
    "/a/{app:str}/settings/events",
    include_in_schema=False, status_code=200, needs="definitions:write",
)  # fmt: skip
async def save_events(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """What becomes of undeclared events."""

    def save() -> str:
        chosen = data.get("undeclared", "")
        settings.records.apps.set_undeclared(settings.app.id, chosen, now=now(), by=settings.me.id)
        return APP.at(settings.app, "saved")

    return await attempt("events", settings.reader, save, partial(shown, settings))


@post("/a/{app:str}/settings/archive", include_in_schema=False, status_code=303, needs="apps:write")
async def archive_app(settings: NamedDependency[AppSettings]) -> Redirect:
    """Put it aside; the way back is on the page of all apps."""
    await asyncio.to_thread(
        settings.records.apps.archive, settings.app.id, now=now(), by=settings.me.id
    )
    return Redirect("/apps?done=archived", status_code=303)


async def shown(
    settings: AppSettings, error: Wrong | None = None, *, typed: dict[str, str] | None = None
) -> Response[str]:
    """The page, with what was typed."""
    recorded = await asyncio.to_thread(settings.records.apps.named, settings.app.name)
    kept = {"zh": recorded.zh, "en": recorded.en, "appid": recorded.appid}
    return await settings.page(APP, error=error, recorded=recorded, typed=kept | (typed or {}))
