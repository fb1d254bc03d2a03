"""Signing in: e-mail address and password, or a link that signs in once; and out again.

Whoever is unknown, disabled or wrong about the password gets the same answer after the same work.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from minilens.errors import Busy, Refused
from minilens.period import now
from minilens.records.account_rows import Account, normal_email
from minilens.web.account.trusted_browser import browser_name, remember
from minilens.web.auth.guard import ACCOUNT, COOKIE, NOTHING, current_session, keep, signed_in
from minilens.web.auth.rate_limit import HashingQueue, RateLimit
from minilens.web.console import Console
from minilens.web.errors import headers
from minilens.web.reader import ReaderContext, by_https
from minilens.web.templating import html

Req = Request[Any, Any, State]
P = ParamSpec("P")
T = TypeVar("T")
Form = URLEncodedBody[dict[str, str]]

#: Word in the browser's own description → what people call it; the first that fits.
_BROWSERS = {
    "MicroMessenger": "WeChat", "Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome",
    "Safari": "Safari",
}  # fmt: skip
_SYSTEMS = {
    "HarmonyOS": "HarmonyOS", "OpenHarmony": "HarmonyOS", "Android": "Android", "iPhone": "iPhone",
    "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux",
}  # fmt: skip


def local(address: str | None) -> str:
    """An address within this site, or the start: nobody is sent elsewhere after signing in."""
    inside = address and address.startswith("/") and not address.startswith("//")
    clean = inside and not any(c in (address or "") for c in "\\\r\n\t")
    return address if address and clean else "/"


@get("/sign-in", include_in_schema=False, needs=NOTHING)
async def sign_in_page(
    request: Req, console: NamedDependency[Console], reader: NamedDependency[ReaderContext]
) -> Response[str] | Redirect:
    """The form; with `?code=` the button of a link."""
    onward = local(request.query_params.get("next"))
    code = request.query_params.get("code")
    if code:
        return await before_signing_in(request, console, reader, code, onward)
    if await current_session(request):
        return Redirect(onward, status_code=303)
    return sign_in_answer(reader, onward)


@post("/sign-in", include_in_schema=False, status_code=200, needs=NOTHING)
async def sign_in_form(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    data: Form,
) -> Response[str] | Redirect:
    """The form, sent: with a code, or with e-mail address and password."""
    onward = local(data.get("next"))
    if code := data.get("code", "").strip():
        return await with_code(request, console, reader, code, onward)
    email, password = data.get("email", "")[:254], data.get("password", "")
    try:
        spend(request, email)
    except Busy as error:
        return sign_in_answer(reader, onward, error=error, email=email)
    account = await hashing(request, console.records.accounts.check_password, email, password)
    if account is None:
        return sign_in_answer(reader, onward, error=Refused("wrong_password"), email=email)
    forgive(request, email)
    return await entered(request, console, account, onward)


async def before_signing_in(
    request: Req, console: Console, reader: ReaderContext, code: str, onward: str
) -> Response[str]:
    """A page with one button: chats and mail fetch an address first, and would use the link up and be in."""
    try:
        rate_limit(request).by_address.spend(address(request), time.monotonic())
    except Busy as error:
        return sign_in_answer(reader, onward, error=error)
    moment = now()
    if await asyncio.to_thread(console.records.sign_ins.makes_owner, code, now=moment):
        answer = html("owner.html", reader, link=code, email="", name="", error=None)
    elif await asyncio.to_thread(console.records.sign_ins.signs_in, code, now=moment):
        answer = html("sign_in_link.html", reader, link=code, onward=onward)
    else:
        return sign_in_answer(reader, onward, error=Refused("used_link"), status=401)
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def with_code(
    request: Req, console: Console, reader: ReaderContext, code: str, onward: str
) -> Response[str] | Redirect:
    """In with a code that holds; to the making of the first owner with one for that; else the form."""
    try:
        rate_limit(request).by_address.spend(address(request), time.monotonic())
    except Busy as error:
        return sign_in_answer(reader, onward, error=error)
    moment = now()
    account = await asyncio.to_thread(console.records.sign_ins.use, code, now=moment)
    if account is not None:
        return await entered(request, console, account, onward)
    if await asyncio.to_thread(console.records.sign_ins.makes_owner, code, now=moment):
        return html("owner.html", reader, link=code, email="", name="", error=None)
    return sign_in_answer(reader, onward, error=Refused("used_link"), status=401)


async def entered(request: Req, console: Console, account: Account, onward: str) -> Redirect:
    """A new session, in place of the one that this browser had."""
    moment, before = now(), await current_session(request)
    if before is not None:
        await asyncio.to_thread(
            console.records.sessions.end, before.account.id, before.id, now=moment
        )
    agent = device_name(request.headers.get("user-agent", ""))
    secret = await asyncio.to_thread(
        console.records.sessions.create, account.id, now=moment, agent=agent
    )
    answer = Redirect(onward, status_code=303)
    keep(answer, secret, https=by_https(request))
    remember(request, answer, account.email)
    return answer


def sign_in_answer(
    reader: ReaderContext,
    onward: str,
    *,
    error: Refused | None = None,
    email: str = "",
    status: int = 0,
) -> Response[str]:
    """The form; with what went wrong."""
    answer = html(
        "sign_in.html",
        reader,
        status or (error.status if error else 200),
        onward=onward,
        error=error.message(reader.language) if error else "",
        email=email,
        other=f"/sign-in?{urlencode({'next': onward})}&" if onward != "/" else "/sign-in?",
    )
    if isinstance(error, Busy):
        answer.headers.update(headers(error, reader.request_id))
    return answer


def spend(request: Req, email: str) -> None:
    """Count an attempt at someone's password; Busy where there were too many."""
    name, at = normal_email(email), time.monotonic()
    if here := browser_name(request, name):
        rate_limit(request).by_browser.spend(here, at)
    else:
        rate_limit(request).spend(name, address(request), at)


def forgive(request: Req, email: str) -> None:
    """It was the right one."""
    name = normal_email(email)
    rate_limit(request).by_email.forget(name)
    rate_limit(request).by_browser.forget(browser_name(request, name))


async def hashing(request: Req, do: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Do what hashes a password. It is work on purpose: those who wait keep no thread from others."""
    queue: HashingQueue = request.app.state["hashing"]
    async with queue:
        return await asyncio.to_thread(do, *args, **named)


def rate_limit(request: Req) -> RateLimit:
    """That of this process."""
    found: RateLimit = request.app.state["rate_limit"]
    return found


def address(request: Req) -> str:
    """Where the request comes from, as the front door says; forgotten with the attempts."""
    return request.headers.get("x-forwarded-for", request.client.host if request.client else "")


def device_name(agent: str) -> str:
    """`Chrome · Windows` of a browser's long description; nothing where it says nothing known."""
    browser = next((name for word, name in _BROWSERS.items() if word in agent), "")
    system = next((name for word, name in _SYSTEMS.items() if word in agent), "")
    return " · ".join(filter(None, (browser, system)))


@post("/sign-out", include_in_schema=False, status_code=303, needs=ACCOUNT, phone=True)
async def sign_out(request: Req, console: NamedDependency[Console]) -> Redirect:
    """End this session."""
    session = signed_in(request)
    await asyncio.to_thread(console.records.sessions.end, session.account.id, session.id, now=now())
    answer = Redirect("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer
