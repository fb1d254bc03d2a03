"""How the reader wants to read: language, theme; and the number of the request."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from litestar import Request
from litestar.datastructures import State

from minilens.errors import Language
from minilens.period import now
from minilens.render.language import LANGUAGES, preferred

LANGUAGE_COOKIE = "minilens_lang"
THEME_COOKIE = "minilens_theme"
THEMES = ("system", "light", "dark")


@dataclass(frozen=True)
class Asking:
    """The reader's side of a request. `address` is where they are, for the way back."""

    language: Language
    chosen: Language | None
    theme: Literal["system", "light", "dark"]
    request_id: str
    moment: datetime
    address: str


def asking(request: Request[None, None, State]) -> Asking:
    """`lang` in the address, else the cookie, else Accept-Language, else Chinese."""
    given = request.query_params.get("lang")
    chosen = cast("Language", given) if given in LANGUAGES else None
    theme = request.cookies.get(THEME_COOKIE, "system")
    query = request.url.query
    if "request_id" not in request.state:
        request.state.request_id = uuid.uuid4().hex[:12]
    return Asking(
        language=preferred(
            chosen, request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language")
        ),
        chosen=chosen,
        theme=cast("Literal['system', 'light', 'dark']", theme if theme in THEMES else "system"),
        request_id=request.state.request_id,
        moment=now(),
        address=request.url.path + (f"?{query}" if query else ""),
    )
