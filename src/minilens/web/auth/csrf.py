"""Forms that only our own pages can send.

Each form carries a mark made from the secret of the server and a cookie of the browser: that of the
session, or before signing in one of its own. Another site can read neither. Programs with a token send
no cookie that counts, so that theirs need no mark.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import SplitResult, urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State

from minilens.errors import NotAllowed, TooLarge
from minilens.web.auth.guard import COOKIE, rule

FORM_COOKIE = "minilens_form"
FIELD, HEADER = "csrf", "x-csrf-token"
#: Bytes of a form, unless its route says more (`most_bytes`). None of ours sends a file.
MOST = 64 << 10
#: Their fields (`most_fields`). Of many thousands of empty ones the reading alone takes long.
MOST_FIELDS = 500
#: As people call it, in zh and en.
FORM = ("表单", "The form")
BODY = ("请求体", "The request body")
#: Where browsers keep cookies for https although they came by http.
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_SAFE = ("GET", "HEAD", "OPTIONS")

Asker = ASGIConnection[Any, Any, Any, State]


def marked(asker: Asker) -> tuple[str, str]:
    """The mark for the forms of an answer; and the cookie that the answer has to set, or nothing."""
    held, fresh = _cookie(asker), ""
    if not held:
        held = fresh = asker.state.setdefault("form_cookie", secrets.token_urlsafe(16))
    return _mark(asker, held), fresh


def is_form(request: Request[Any, Any, State]) -> bool:
    """Whether it comes from a page: it doesn't read only, and comes neither from a program with a token nor to an
    address that is signed itself (`by_address`)."""
    handler = request.route_handler
    by_program = rule(handler).startswith("scope ") or handler.opt.get("by_address")
    return request.method not in _SAFE and not by_program


async def check(request: Request[Any, Any, State]) -> None:
    """Before every handler: NotAllowed for a form that is not ours."""
    if not is_form(request):
        return
    if (
        request.content_type[0] == "multipart/form-data"
    ):  # none of ours, and parsed by what its parts say
        raise NotAllowed("stale_form")
    said = request.route_handler.opt
    most, fields = said.get("most_bytes", MOST), said.get("most_fields", MOST_FIELDS)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise TooLarge("too_large", what=FORM, limit=f"{most >> 10} KiB")
    if (await request.body()).count(b"&") > fields:
        raise TooLarge("too_large", what=FORM, limit=(f"{fields} 个字段", f"{fields} fields"))
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowed("stale_form")
    _check_https(request)
    given = request.headers.get(HEADER) or (await request.form()).get(FIELD)
    held = _cookie(request)
    good = held and isinstance(given, str) and given.isascii()
    if not good or not hmac.compare_digest(str(given), _mark(request, held)):
        raise NotAllowed("stale_form")


def _check_https(request: Request[Any, Any, State]) -> None:
    """NotAllowed for a form of a page that came by http, where all cookies are for https: none will be kept.

    The browser says how it came; where it does not, a cookie that has come back shows that it is kept.
    """
    public: str = request.app.state["console"].public_url
    if not public.startswith("https:") or request.cookies.get(COOKIE):
        return
    said = address_said(request, "origin")
    proto = said.scheme or request.headers.get("x-forwarded-proto", request.url.scheme)
    kept = _cookie(request) and (not said.scheme or said.hostname in THIS_MACHINE)
    if proto == "http" and not kept:
        raise NotAllowed("https_only", url=public)


def address_said(asker: Asker, header: str) -> SplitResult:
    """The parts of an address in a header; empty ones where it is none."""
    try:
        return urlsplit(asker.headers.get(header, ""))
    except ValueError:
        return urlsplit("")


def _cookie(asker: Asker) -> str:
    return asker.cookies.get(COOKIE) or asker.cookies.get(FORM_COOKIE) or ""


def _mark(asker: Asker, cookie: str) -> str:
    key: bytes = asker.app.state["console"].secret
    return hmac.new(key, b"form\0" + cookie.encode(), hashlib.sha256).hexdigest()
