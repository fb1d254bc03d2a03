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
from minilens.web.admin.settings_page import Desk
from minilens.web.auth.guard import MEMBER


@get("/a/{app:str}/settings", include_in_schema=False, needs=MEMBER)
async def app_page(desk: NamedDependency[Desk]) -> Response[str]:
    """What the app is; forms for those who may change it."""
    return await shown(desk)


@post("/a/{app:str}/settings", include_in_schema=False, status_code=200, needs="apps:write")
async def save_app(desk: NamedDependency[Desk], data: Form) -> Answer:
    """Titles and AppID."""

    def save() -> str:
        zh, en, appid = (data.get(field, "") for field in ("zh", "en", "appid"))
        desk.records.apps.change(desk.app.id, zh=zh, en=en, appid=appid, now=now(), by=desk.me.id)
        return APP.at(desk.app, "saved")

    return await attempt("app", desk.reader, save, partial(shown, desk, typed=data))


@post(
    "/a/{app:str}/settings/events",
    include_in_schema=False, status_code=200, needs="definitions:write",
)  # fmt: skip
async def save_events(desk: NamedDependency[Desk], data: Form) -> Answer:
    """What becomes of undeclared events."""

    def save() -> str:
        chosen = data.get("undeclared", "")
        desk.records.apps.set_undeclared(desk.app.id, chosen, now=now(), by=desk.me.id)
        return APP.at(desk.app, "saved")

    return await attempt("events", desk.reader, save, partial(shown, desk))


@post("/a/{app:str}/settings/archive", include_in_schema=False, status_code=303, needs="apps:write")
async def archive_app(desk: NamedDependency[Desk]) -> Redirect:
    """Put it aside; the way back is on the page of all apps."""
    await asyncio.to_thread(desk.records.apps.archive, desk.app.id, now=now(), by=desk.me.id)
    return Redirect("/apps?done=archived", status_code=303)


async def shown(
    desk: Desk, error: Wrong | None = None, *, typed: dict[str, str] | None = None
) -> Response[str]:
    """The page, with what was typed."""
    recorded = await asyncio.to_thread(desk.records.apps.named, desk.app.name)
    kept = {"zh": recorded.zh, "en": recorded.en, "appid": recorded.appid}
    return await desk.page(APP, error=error, recorded=recorded, typed=kept | (typed or {}))
