"""Who is asking: a signed cookie after a one-time code, or an API token."""

from __future__ import annotations

import asyncio

from itsdangerous import BadSignature, URLSafeTimedSerializer
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from minilens.errors import NotAllowed, NotFound
from minilens.web.asking import Asking
from minilens.web.console import Console
from minilens.web.html import html

COOKIE = "minilens_session"
DAYS = 30

Req = Request[None, None, State]


def serializer(console: Console) -> URLSafeTimedSerializer:
    """Signs and checks the cookie."""
    return URLSafeTimedSerializer(console.secret, salt="minilens session")


def signed_in(request: Req, console: Console) -> bool:
    """Does the request carry a session cookie of ours that has not run out?"""
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return False
    try:
        serializer(console).loads(cookie, max_age=DAYS * 86400)
    except BadSignature:
        return False
    return True


def must_be_signed_in(request: Req, console: Console) -> None:
    """NotAllowed for a stranger, before anything is looked up."""
    if not signed_in(request, console):
        raise NotAllowed("not_signed_in")


def must_hold_token(request: Req, console: Console, app: str, scope: str) -> None:
    """NotAllowed unless the request has an API token with the scope; NotFound for another's app."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise NotAllowed("not_signed_in")
    scopes = console.token_scopes(token.strip(), app)
    if scopes is None:
        raise NotAllowed("wrong_token")
    if not scopes:
        raise NotFound("unknown_app", "app", got=app)
    if scope not in scopes and "admin" not in scopes:
        raise NotAllowed("missing_scope", scope=scope)


def local(address: str | None) -> str:
    """An address within this site, or the start: nobody is sent elsewhere after signing in."""
    inside = address and address.startswith("/") and not address.startswith("//")
    clean = inside and not any(c in (address or "") for c in "\\\r\n\t")
    return address if address and clean else "/"


@get("/sign-in", include_in_schema=False)
async def sign_in_page(
    request: Req, console: NamedDependency[Console], asking: NamedDependency[Asking]
) -> Response[str] | Redirect:
    """The form, or with `?code=` straight in."""
    onward = local(request.query_params.get("next"))
    code = request.query_params.get("code")
    if code:
        return await asyncio.to_thread(enter, request, console, asking, code, onward)
    if signed_in(request, console):
        return Redirect(onward, status_code=303)
    return html("sign_in.html", asking, onward=onward, used_up=False)


@post("/sign-in", include_in_schema=False, status_code=200)
async def sign_in_form(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    data: URLEncodedBody[dict[str, str]],
) -> Response[str] | Redirect:
    """The form, sent."""
    return await asyncio.to_thread(
        enter, request, console, asking, data.get("code", "").strip(), local(data.get("next"))
    )


def enter(
    request: Req, console: Console, asking: Asking, code: str, onward: str
) -> Response[str] | Redirect:
    """In with a code that holds; else the form, saying so."""
    if not code or not console.sign_in(code):
        return html("sign_in.html", asking, 401, onward=onward, used_up=True)
    answer = Redirect(onward, status_code=303)
    answer.set_cookie(
        COOKIE,
        serializer(console).dumps("owner"),
        max_age=DAYS * 86400,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@post("/sign-out", include_in_schema=False, sync_to_thread=False, status_code=303)
def sign_out() -> Redirect:
    """Forget the session."""
    answer = Redirect("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer
