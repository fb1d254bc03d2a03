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

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State

from minilens.errors import NotAllowed, TooLarge
from minilens.web.guard import COOKIE, rule

FORM_COOKIE = "minilens_form"
FIELD, HEADER = "csrf", "x-csrf-token"
#: Bytes of a form. None of ours sends a file.
MOST = 64 << 10
#: Their fields. Of many thousands of empty ones the reading alone takes long.
MOST_FIELDS = 500
#: As people call it, in zh and en.
FORM = ("表单", "form")
_SAFE = ("GET", "HEAD", "OPTIONS")

Asker = ASGIConnection[Any, Any, Any, State]


def marked(asker: Asker) -> tuple[str, str]:
    """The mark for the forms of an answer; and the cookie that the answer has to set, or nothing."""
    held, fresh = _cookie(asker), ""
    if not held:
        held = fresh = asker.state.setdefault("form_cookie", secrets.token_urlsafe(16))
    return _mark(asker, held), fresh


def is_form(request: Request[Any, Any, State]) -> bool:
    """Whether it comes from a page, and neither reads only nor comes from a program with a token."""
    return request.method not in _SAFE and not rule(request.route_handler).startswith("scope ")


async def check(request: Request[Any, Any, State]) -> None:
    """Before every handler: NotAllowed for a form that is not ours."""
    if not is_form(request):
        return
    if int(request.headers.get("content-length") or 0) > MOST:
        raise TooLarge("too_large", what=FORM, limit="64 KiB")
    if (await request.body()).count(b"&") > MOST_FIELDS:
        raise TooLarge(
            "too_large", what=FORM, limit=(f"{MOST_FIELDS} 个字段", f"{MOST_FIELDS} fields")
        )
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowed("stale_form")
    given = request.headers.get(HEADER) or (await request.form()).get(FIELD)
    held = _cookie(request)
    good = held and isinstance(given, str) and given.isascii()
    if not good or not hmac.compare_digest(str(given), _mark(request, held)):
        raise NotAllowed("stale_form")


def _cookie(asker: Asker) -> str:
    return asker.cookies.get(COOKIE) or asker.cookies.get(FORM_COOKIE) or ""


def _mark(asker: Asker, cookie: str) -> str:
    key: bytes = asker.app.state["console"].secret
    return hmac.new(key, b"form\0" + cookie.encode(), hashlib.sha256).hexdigest()
