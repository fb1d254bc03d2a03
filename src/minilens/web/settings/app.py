"""Settings, App: titles, AppID, timezone, undeclared events, archive."""

from __future__ import annotations

import asyncio

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import Refused
from minilens.period import now
from minilens.web.asking import Asking
from minilens.web.console import Console
from minilens.web.guard import MEMBER
from minilens.web.settings.frame import APP, Wrong, by, framed, wrong
from minilens.web.sign_in import Form, Req


@get("/a/{app:str}/settings", include_in_schema=False, needs=MEMBER)
async def app_page(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    app: FromPath[str],
) -> Response[str]:
    """What the app is; forms for those who may change it."""
    return await shown(request, console, asking, app)


@post("/a/{app:str}/settings", include_in_schema=False, status_code=200, needs="apps:write")
async def save_app(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    app: FromPath[str],
    data: Form,
) -> Response[str] | Redirect:
    """Titles and AppID."""
    held = await asyncio.to_thread(console.app, app)
    try:
        await asyncio.to_thread(
            console.records.change_app,
            held.id, zh=data.get("zh", ""), en=data.get("en", ""), appid=data.get("appid", ""),
            now=now(), by=by(request).id,
        )  # fmt: skip
    except Refused as error:
        problem = wrong("app", error, asking.language)
        return await shown(request, console, asking, app, error=problem, typed=data)
    return Redirect(f"/a/{app}/settings?done=saved", status_code=303)


@post(
    "/a/{app:str}/settings/events",
    include_in_schema=False,
    status_code=200,
    needs="definitions:write",
)
async def save_events(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    app: FromPath[str],
    data: Form,
) -> Response[str] | Redirect:
    """What becomes of undeclared events."""
    held = await asyncio.to_thread(console.app, app)
    try:
        await asyncio.to_thread(
            console.records.set_undeclared,
            held.id, data.get("undeclared", ""), now=now(), by=by(request).id,
        )  # fmt: skip
    except Refused as error:
        problem = wrong("events", error, asking.language)
        return await shown(request, console, asking, app, error=problem)
    return Redirect(f"/a/{app}/settings?done=saved", status_code=303)


@post("/a/{app:str}/settings/archive", include_in_schema=False, status_code=303, needs="apps:write")
async def archive_app(
    request: Req, console: NamedDependency[Console], app: FromPath[str]
) -> Redirect:
    """Put it aside; the way back is on the page of all apps."""
    held = await asyncio.to_thread(console.app, app)
    await asyncio.to_thread(console.records.archive_app, held.id, now=now(), by=by(request).id)
    return Redirect("/apps?done=archived", status_code=303)


async def shown(
    request: Req,
    console: Console,
    asking: Asking,
    name: str,
    *,
    error: Wrong | None = None,
    typed: dict[str, str] | None = None,
) -> Response[str]:
    """The page, with what was typed."""
    held = await asyncio.to_thread(console.app, name)
    recorded = await asyncio.to_thread(console.records.app, name)
    kept = {"zh": recorded.zh, "en": recorded.en, "appid": recorded.appid}
    return await framed(
        request, console, asking, held, APP,
        error=error, recorded=recorded, typed=kept | (typed or {}),
    )  # fmt: skip
