"""Settings, API tokens: made, shown once, revoked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from minilens.errors import NotAllowed, Refused
from minilens.period import now
from minilens.records.people import Person
from minilens.records.rights import SCOPES
from minilens.web.asking import Asking
from minilens.web.console import App, Console
from minilens.web.settings.frame import TOKENS, Wrong, by, framed, whole, wrong
from minilens.web.sign_in import Req

MOST_DAYS = 3650
#: Scope → the right of whoever gives it, where that is more than the page asks for.
ALSO_NEEDS = {"admin": "apps:write"}

Several = URLEncodedBody[dict[str, str | list[str]]]


@get("/a/{app:str}/settings/tokens", include_in_schema=False, needs="keys:write")
async def tokens_page(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    app: FromPath[str],
) -> Response[str]:
    """The tokens, newest first."""
    return await shown(request, console, asking, app)


@post("/a/{app:str}/settings/tokens", include_in_schema=False, status_code=200, needs="keys:write")
async def create_token(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    app: FromPath[str],
    data: Several,
) -> Response[str]:
    """A new token, shown once."""
    held, me = await asyncio.to_thread(console.app, app), by(request)
    name, days, scopes = one(data, "name"), one(data, "days"), many(data, "scope")
    try:
        lasts = timedelta(days=whole(days, "days", least=1, most=MOST_DAYS)) if days else None
        if not name.strip():
            raise Refused("missing", "name")
        for scope in scopes:
            if scope in ALSO_NEEDS and not me.may(ALSO_NEEDS[scope], held.id):
                raise NotAllowed("above_own_role", "scope")
        token = await asyncio.to_thread(
            console.records.create_token,
            held.id, tuple(scopes), now=now(), lasts=lasts, name=name, by=me.id,
        )  # fmt: skip
    except Refused as error:
        problem = wrong("token", error, asking.language)
        typed = {"name": name, "days": days[:20], "scopes": scopes}
        return await shown(request, console, asking, app, error=problem, typed=typed)
    return await shown(request, console, asking, app, token=token)


@post(
    "/a/{app:str}/settings/tokens/{token:int}/revoke",
    include_in_schema=False,
    status_code=303,
    needs="keys:write",
)
async def revoke_token(
    request: Req, console: NamedDependency[Console], app: FromPath[str], token: FromPath[int]
) -> Redirect:
    """It opens nothing any more."""
    held = await asyncio.to_thread(console.app, app)
    await asyncio.to_thread(
        console.records.revoke_token, held.id, token, now=now(), by=by(request).id
    )
    return Redirect(f"/a/{app}/settings/tokens?done=revoked", status_code=303)


def one(data: dict[str, str | list[str]], field: str) -> str:
    """What stands in a field, the last of it."""
    return many(data, field)[-1] if data.get(field) else ""


def many(data: dict[str, str | list[str]], field: str) -> list[str]:
    """What was chosen of several."""
    found = data.get(field) or []
    return [found] if isinstance(found, str) else found


def scopes_for(me: Person, app: App) -> list[str]:
    """The scopes that this person may give."""
    return [s for s in SCOPES if s not in ALSO_NEEDS or me.may(ALSO_NEEDS[s], app.id)]


async def shown(
    request: Req,
    console: Console,
    asking: Asking,
    name: str,
    *,
    error: Wrong | None = None,
    typed: Mapping[str, object] | None = None,
    token: str = "",
) -> Response[str]:
    """The page, with what was typed or the token to copy."""
    held = await asyncio.to_thread(console.app, name)
    people = await asyncio.to_thread(console.records.people)
    given: dict[str, object] = {"name": "", "days": "365", "scopes": ["report:read"]}
    return await framed(
        request, console, asking, held, TOKENS,
        error=error,
        secret=bool(token),
        tokens=await asyncio.to_thread(console.records.tokens, held.id),
        scopes=scopes_for(by(request), held),
        whose={person.id: person.name for person in people},
        present=asking.moment,
        typed={**given, **(typed or {})},
        token=token,
    )  # fmt: skip
