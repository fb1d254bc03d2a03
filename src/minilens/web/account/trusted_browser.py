"""A browser in which someone signed in before: a stranger's attempts at the same account do not keep it out.

It keeps a mark that was made for that e-mail address with the secret of the server. Its own attempts are counted
by the mark, as strictly as those of all others together are by the address.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any

from litestar import Request, Response
from litestar.datastructures import State

from minilens.web.console import Console
from minilens.web.reader import by_https

KNOWN = "minilens_known"
LASTS = timedelta(days=180)

Req = Request[Any, Any, State]


def remember(request: Req, answer: Response[Any], email: str) -> None:
    """Have the browser keep a new mark."""
    name = secrets.token_urlsafe(16)
    answer.set_cookie(
        KNOWN,
        f"{name}.{_mark(request, name, email)}",
        max_age=round(LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=by_https(request),
    )


def browser_name(request: Req, email: str) -> str:
    """The mark's own name, where the browser has one that was made for this address; else nothing."""
    name, _, mark = request.cookies.get(KNOWN, "").partition(".")
    good = name and mark.isascii() and hmac.compare_digest(mark, _mark(request, name, email))
    return name if good else ""


def _mark(request: Req, name: str, email: str) -> str:
    console: Console = request.app.state["console"]
    said = f"known\0{name}\0{email}".encode("utf-8", "surrogatepass")
    return hmac.new(console.secret, said, hashlib.sha256).hexdigest()
