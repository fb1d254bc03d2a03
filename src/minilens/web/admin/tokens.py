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
from minilens.records.rights import SCOPE_NEEDS, SCOPES
from minilens.web.admin.forms import TOKENS, Answer, Wrong, tried, whole
from minilens.web.admin.settings_page import AppSettings

MOST_DAYS = 3650

Several = URLEncodedBody[dict[str, str | list[str]]]


@get("/a/{app:str}/settings/tokens", include_in_schema=False, needs="keys:write")
async def tokens_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """The tokens, newest first."""
    return await shown(settings)


@post("/a/{app:str}/settings/tokens", include_in_schema=False, status_code=200, needs="keys:write")
async def create_token(settings: NamedDependency[AppSettings], data: Several) -> Answer:
    """A new token, shown once by the page after."""
    name, days, scopes = one(data, "name"), one(data, "days"), many(data, "scope")

    def create() -> str:
        lasts = timedelta(days=whole(days, "days", least=1, most=MOST_DAYS)) if days else None
        if not name.strip():
            raise Refused("missing", "name")
        if not may_give(settings, scopes):
            raise NotAllowed("above_own_role", "scope")
        return settings.records.tokens.create(
            settings.app.id, tuple(scopes), now=now(), lasts=lasts, name=name, by=settings.me.id
        )

    token = await tried("token", settings.reader, create)
    if isinstance(token, Wrong):
        return await shown(
            settings, token, typed={"name": name, "days": days[:20], "scopes": scopes}
        )
    return settings.onward(TOKENS, token)


@post(
    "/a/{app:str}/settings/tokens/{token:int}/revoke",
    include_in_schema=False, status_code=303, needs="keys:write",
)  # fmt: skip
async def revoke_token(settings: NamedDependency[AppSettings], token: FromPath[int]) -> Redirect:
    """It opens nothing any more."""
    await asyncio.to_thread(
        settings.records.tokens.revoke, settings.app.id, token, now=now(), by=settings.me.id
    )
    return Redirect(TOKENS.at(settings.app, "revoked"), status_code=303)


def one(data: dict[str, str | list[str]], field: str) -> str:
    """What stands in a field, the last of it."""
    return many(data, field)[-1] if data.get(field) else ""


def many(data: dict[str, str | list[str]], field: str) -> list[str]:
    """What was chosen of several."""
    found = data.get(field) or []
    return [found] if isinstance(found, str) else found


def may_give(settings: AppSettings, scopes: list[str]) -> bool:
    """Whether whoever asks may give all of these."""
    return all(settings.may(SCOPE_NEEDS[scope]) for scope in scopes if scope in SCOPE_NEEDS)


async def shown(
    settings: AppSettings,
    error: Wrong | None = None,
    *,
    typed: Mapping[str, object] | None = None,
) -> Response[str]:
    """The page, with what was typed or the token to copy."""
    people = await asyncio.to_thread(settings.records.accounts.all)
    given: dict[str, object] = {"name": "", "days": "365", "scopes": ["report:read"]}
    return await settings.page(
        TOKENS,
        error=error,
        tokens=await asyncio.to_thread(settings.records.tokens.of, settings.app.id),
        scopes=[scope for scope in SCOPES if may_give(settings, [scope])],
        whose={account.id: account.name for account in people},
        present=settings.reader.moment,
        typed={**given, **(typed or {})},
    )
