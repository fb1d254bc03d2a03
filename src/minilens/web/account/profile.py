"""One's own account: name, language, theme, password, and the devices one is signed in on."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from babel.dates import format_timedelta
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import Busy, Refused
from minilens.period import now
from minilens.records import rights
from minilens.render.i18n import translate
from minilens.text import LANGUAGES, Language
from minilens.web.account.invitations import twice, wrong
from minilens.web.account.sign_in import Form, Req, forgive, hashing, spend
from minilens.web.auth.guard import ACCOUNT, COOKIE, signed_in, visible_apps
from minilens.web.console import Console
from minilens.web.reader import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, ReaderContext
from minilens.web.templating import YEAR, html


@get("/account", include_in_schema=False, needs=ACCOUNT)
async def account_page(
    request: Req, console: NamedDependency[Console], reader: NamedDependency[ReaderContext]
) -> Response[str]:
    """The page. `done` says what was just saved."""
    return await shown(request, console, reader)


@post("/account", include_in_schema=False, status_code=200, needs=ACCOUNT)
async def save_account(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    data: Form,
) -> Response[str] | Redirect:
    """Name, language and theme. The language of the person goes before that of the browser's cookie."""
    me, language, theme = signed_in(request).account, data.get("language"), data.get("theme", "")
    known = language if language in LANGUAGES else None
    try:
        await asyncio.to_thread(
            console.records.accounts.change,
            me.id, name=data.get("name", ""), language=known, now=now(), by=me.id,
        )  # fmt: skip
    except Refused as error:
        return await shown(request, console, reader, error=error)
    answer = Redirect("/account?done=saved", status_code=303)
    answer.delete_cookie(LANGUAGE_COOKIE)
    if theme in THEMES:
        answer.set_cookie(THEME_COOKIE, theme, max_age=YEAR, samesite="lax")
    return answer


@post("/account/password", include_in_schema=False, status_code=200, needs=ACCOUNT)
async def change_password(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    data: Form,
) -> Response[str] | Redirect:
    """Another password: asks for the present one, and ends all other sessions."""
    session = signed_in(request)
    me = session.account
    try:
        if me.has_password:
            spend(request, me.email)
            old = data.get("old", "")
            if not await hashing(request, console.records.accounts.check_password, me.email, old):
                raise Refused("wrong_old_password", "old")
            forgive(request, me.email)
        await hashing(
            request, console.records.accounts.set_password,
            me.id, twice(data), now=now(), by=me.id, keep=session.id,
        )  # fmt: skip
    except (Refused, Busy) as error:
        return await shown(request, console, reader, error=error, of="password")
    return Redirect("/account?done=password", status_code=303)


@post(
    "/account/sessions/{session:int}/end", include_in_schema=False, status_code=303, needs=ACCOUNT
)
async def end_session(
    request: Req, console: NamedDependency[Console], session: FromPath[int]
) -> Redirect:
    """Sign out on one device."""
    me = signed_in(request).account
    await asyncio.to_thread(console.records.sessions.end, me.id, session, now=now())
    return Redirect("/account?done=ended", status_code=303)


@post("/account/sign-out-everywhere", include_in_schema=False, status_code=303, needs=ACCOUNT)
async def sign_out_everywhere(request: Req, console: NamedDependency[Console]) -> Redirect:
    """End all sessions, this one as well."""
    me = signed_in(request).account
    await asyncio.to_thread(console.records.sessions.end_all, me.id, now=now(), by=me.id)
    answer = Redirect("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


async def shown(
    request: Req,
    console: Console,
    reader: ReaderContext,
    *,
    error: Refused | None = None,
    of: str = "me",
) -> Response[str]:
    """The page, with what was wrong in one of its forms."""
    session = signed_in(request)
    held = await asyncio.to_thread(console.records.sessions.of, session.account.id, now=now())
    apps = await asyncio.to_thread(visible_apps, request)
    answer = html(
        "account.html",
        reader,
        error.status if error else 200,
        me=session.account,
        apps=apps,
        sessions=[(one, ago(reader.moment - one.seen, reader.language)) for one in held],
        this=session.id,
        app_titles={app.id: app.title(reader.language) for app in apps},
        roles={role: pair[reader.language != "zh"] for role, pair in rights.TITLES.items()},
        done=request.query_params.get("done", "") if error is None else "",
        error=wrong(error, reader) if error else None,
        of=of,
    )
    if isinstance(error, Busy):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def ago(since: timedelta, language: Language) -> str:
    """When that was; `seen` is known to some minutes only."""
    if since < timedelta(minutes=10):
        _ = translate(language)
        return _("just now")
    return format_timedelta(-since, granularity="minute", add_direction=True, locale=language)
