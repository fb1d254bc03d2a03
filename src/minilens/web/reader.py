"""How the reader wants to read: language, theme; the number of the request; the mark of its forms."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from litestar import Request
from litestar.datastructures import State

from minilens.period import now
from minilens.records.store import Account, Session
from minilens.render.i18n import preferred
from minilens.text import LANGUAGES, Language
from minilens.web.auth.csrf import marked
from minilens.web.auth.guard import renewed

LANGUAGE_COOKIE = "minilens_lang"
THEME_COOKIE = "minilens_theme"
THEMES = ("system", "light", "dark")


@dataclass(frozen=True)
class ReaderContext:
    """The reader's side of a request. `address` is where they are, for the way back.

    `phone`: a session of one app, for reading only. `csrf` stands in every form; `form_cookie` is what
    the answer must set for it, mostly nothing.
    """

    language: Language
    chosen: Language | None
    theme: Literal["system", "light", "dark"]
    request_id: str
    moment: datetime
    address: str
    account: Account | None
    phone: bool
    csrf: str
    form_cookie: str
    session_cookie: str  # set again by the answer, where the session lasts longer now
    https: bool


def reader_context(request: Request[Any, Any, State]) -> ReaderContext:
    """`lang` in the address, else the cookie, else the person's, else Accept-Language, else Chinese."""
    given = request.query_params.get("lang")
    chosen = cast("Language", given) if given in LANGUAGES else None
    theme = request.cookies.get(THEME_COOKIE, "system")
    query = request.url.query
    if "request_id" not in request.state:
        request.state.request_id = uuid.uuid4().hex[:12]
    session: Session | None = request.state.get("session")
    account = session.account if session else None
    csrf, form_cookie = marked(request)
    moment = now()
    return ReaderContext(
        language=preferred(
            chosen,
            request.cookies.get(LANGUAGE_COOKIE),
            account.language if account else None,
            request.headers.get("accept-language"),
        ),
        chosen=chosen,
        theme=cast("Literal['system', 'light', 'dark']", theme if theme in THEMES else "system"),
        request_id=request.state.request_id,
        moment=moment,
        address=request.url.path + (f"?{query}" if query else ""),
        account=account,
        phone=bool(session and session.app),
        csrf=csrf,
        form_cookie=form_cookie,
        session_cookie=renewed(request, moment),
        https=by_https(request),
    )


def by_https(request: Request[Any, Any, State]) -> bool:
    """Whether the browser came by https: as was said of the site, else as a trusted proxy says.

    The front door passes on what no other proxy says.
    """
    said: str = request.app.state["console"].public_url
    if said:
        return said.startswith("https:")
    return request.headers.get("x-forwarded-proto", request.url.scheme) == "https"


def outside(request: Request[Any, Any, State]) -> str:
    """How browsers reach the site: as was said, else as this one did. No slash at the end."""
    said: str = request.app.state["console"].public_url
    here = request.base_url.with_replacements(scheme="https" if by_https(request) else "http")
    return said or str(here).rstrip("/")
