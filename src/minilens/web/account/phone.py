"""Checking on a phone: a code to scan, which opens the same view there, once, for reading."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from urllib.parse import urlencode, urlsplit

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from minilens.errors import NotAllowed
from minilens.period import now
from minilens.records.phone_links import LINK_LASTS, PHONE_LASTS
from minilens.render import qr
from minilens.web.account.sign_in import Form, Req, address, device_name, local, rate_limit
from minilens.web.auth.guard import COOKIE, MEMBER, NOTHING, current_session, signed_in
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext, by_https, outside
from minilens.web.templating import html


@post("/a/{app:str}/phone", include_in_schema=False, status_code=200, needs=MEMBER)
async def phone_code(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    data: Form,
) -> Response[str] | Redirect:
    """The code of a view of this app; as a part of the page for the script, else by a page of its own."""
    base, view = outside(request), local(data.get("at"))
    if not view.startswith(f"/a/{held.name}/"):
        view = f"/a/{held.name}/overview"
    link = ""
    if not only_here(base):
        code = await asyncio.to_thread(
            console.records.phone_links.create,
            signed_in(request).account.id, held.id, view, now=now(),
        )  # fmt: skip
        link = f"{base}/phone?{urlencode({'code': code})}"
    if request.headers.get("x-minilens-card"):
        return drawn("_phone.html", reader, base, link, view)
    number = request.app.state["once"].keep(signed_in(request).id, link or base, view)
    here = f"/a/{held.name}/phone"
    return Redirect(here, status_code=303, query_params={"shows": number})


@get("/a/{app:str}/phone", include_in_schema=False, needs=MEMBER)
async def code_page(
    request: Req, reader: NamedDependency[ReaderContext], held: NamedDependency[App]
) -> Response[str] | Redirect:
    """The page of a code that was just made; loaded again it leads back to the figures."""
    number = request.query_params.get("shows", "")
    found = request.app.state["once"].take(signed_in(request).id, number)
    if not found or not found.value:
        return Redirect(f"/a/{held.name}/overview", status_code=303)
    link = "" if only_here(found.value) else found.value
    return drawn("phone.html", reader, found.value, link, found.about)


def drawn(template: str, reader: ReaderContext, base: str, link: str, view: str) -> Response[str]:
    """The code as an image, or why there is none."""
    answer = html(
        template,
        reader,
        link=link,
        drawn=qr.inline(link) if link else "",
        minutes=round(LINK_LASTS.total_seconds() / 60),
        hours=round(PHONE_LASTS.total_seconds() / 3600),
        back=view,
        base=base,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@get("/phone", include_in_schema=False, needs=NOTHING, sync_to_thread=False)
def before_opening(request: Req, reader: NamedDependency[ReaderContext]) -> Response[str]:
    """A form that sends itself: chats and scanners fetch an address first, and would use the code up."""
    answer = html("phone_open.html", reader, link=request.query_params.get("code", "")[:200])
    answer.headers["Cache-Control"] = "no-store"
    return answer


@post("/phone", include_in_schema=False, status_code=303, needs=NOTHING)
async def open_on_phone(request: Req, console: NamedDependency[Console], data: Form) -> Redirect:
    """The code, swapped for a cookie; the address that is left does not hold it.

    Whoever is signed in here in person stays so: their own session opens the view as well.
    """
    rate_limit(request).by_address.spend(address(request), time.monotonic())
    agent = device_name(request.headers.get("user-agent", ""))
    opened = await asyncio.to_thread(
        console.records.phone_links.use, data.get("code", ""), now=now(), agent=agent
    )
    if opened is None:
        raise NotAllowed("used_link")
    answer = Redirect(opened.address, status_code=303)
    answer.headers["Cache-Control"] = "no-store"
    before = await current_session(request)
    if before is None or before.app is not None:
        answer.set_cookie(
            COOKIE, opened.secret, max_age=round(PHONE_LASTS.total_seconds()), httponly=True,
            samesite="lax", secure=by_https(request),
        )  # fmt: skip
    return answer


def only_here(base: str) -> bool:
    """Whether an address is this machine's own, which no phone reaches."""
    host = urlsplit(base).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    return found.is_loopback or found.is_unspecified
