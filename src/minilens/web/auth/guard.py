"""Who asks, and whether they may: every route says what it needs, and is let through here alone.

    needs=NOTHING              anybody
    needs=ACCOUNT              someone who is signed in
    needs=MEMBER               someone who may see the app of the address, in person and not by a phone
    needs="report:read"        someone with that right in the app of the address; without one there: in all apps
    needs=scope("report:read") an API token of the app of the address with that scope; its address has no argument
                               that the route does not know

A phone that was let in by a code passes where reports are read and where a route says `phone=True`.
An app that one may not see is answered exactly as one that does not exist. A route that says nothing
keeps the site from starting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import ImproperlyConfiguredException
from litestar.handlers import BaseRouteHandler

from minilens.errors import NotAllowed, NotFound, did_you_mean
from minilens.period import now
from minilens.records.rights import OF_PERSONS, RIGHTS, SCOPES, SEES, missing
from minilens.records.sessions import NOT_OFTENER, SESSION_LASTS, Session
from minilens.records.store import Account
from minilens.records.tokens import TokenGrant
from minilens.web import arguments
from minilens.web.cohorts.doors import SEES_PERSONS

if TYPE_CHECKING:
    from litestar import Litestar

    from minilens.web.console import App, Console

COOKIE = "minilens_session"
#: No row has a higher number; the stores do not even take one.
MOST_ROWS = (1 << 31) - 1
NOTHING, ACCOUNT, MEMBER = "nothing", "account", "member"
_SCOPE = "scope "

#: A request, seen from any handler.
Asker = ASGIConnection[Any, Any, Any, State]


def scope(name: str) -> str:
    """The rule of a route for programs."""
    return _SCOPE + name


def rule(handler: BaseRouteHandler) -> str:
    """What a route needs; what the framework answers by itself (OPTIONS) tells nothing."""
    found = handler.opt.get("needs")
    if found is None and getattr(handler, "http_methods", None) == {"OPTIONS"}:
        return NOTHING
    return str(found or "")


def every_route_has_a_rule(app: Litestar) -> None:
    """At the start of the site."""
    known = {NOTHING, ACCOUNT, MEMBER, *RIGHTS["owner"], *map(scope, SCOPES)}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", [getattr(route, "route_handler", None)]):
            if handler is None or rule(handler) not in known:
                raise ImproperlyConfiguredException(f"{route.path} does not say who may ask")


async def guard(asker: Asker, handler: BaseRouteHandler) -> None:
    """Let through, or refuse."""
    needs = rule(handler)
    if any(isinstance(one, int) and one > MOST_ROWS for one in asker.path_params.values()):
        raise NotFound("not_found")
    if needs == NOTHING:
        return
    console: Console = asker.app.state["console"]
    if needs.startswith(_SCOPE):
        await asyncio.to_thread(_token, asker, console, needs.removeprefix(_SCOPE))
        SEES_PERSONS.set("admin" in token_of(asker).scopes)
        await arguments.known(asker, handler)
        return
    session = await current_session(asker)
    if session is None:
        raise NotAllowed("not_signed_in")
    if session.app is not None and needs != SEES and not handler.opt.get("phone"):
        raise NotAllowed("phone_only")
    if needs != ACCOUNT:
        right = SEES if needs == MEMBER else needs
        app = await asyncio.to_thread(_right, asker, console, session.account, right)
        sees = session.app is None and session.account.may(OF_PERSONS, app)
        SEES_PERSONS.set(sees)


def keep(answer: Response[Any], secret: str, *, https: bool) -> None:
    """Have the browser keep the session's secret as long as the session lasts from now."""
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=round(SESSION_LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=https,
    )


def renewed(asker: Asker, moment: datetime) -> str:
    """The secret of a session that was just made to last longer; mostly nothing."""
    session: Session | None = asker.state.get("session")
    if session is None or session.app is not None or session.seen >= moment - NOT_OFTENER:
        return ""
    return asker.cookies.get(COOKIE, "")


async def current_session(asker: Asker) -> Session | None:
    """The session of the cookie, looked up once a request."""
    if "session" not in asker.state:
        secret = asker.cookies.get(COOKIE, "")
        console: Console = asker.app.state["console"]
        find = console.records.sessions.find
        known = await asyncio.to_thread(find, secret, now=now()) if secret else None
        asker.state["session"] = known
    found: Session | None = asker.state["session"]
    return found


def still_seeing(asker: Asker, app: App) -> Callable[[], Awaitable[bool]]:
    """Asks again, while an answer goes on, whether who began it is signed in and may see the app."""
    console: Console = asker.app.state["console"]
    secret = asker.cookies.get(COOKIE, "")

    def look() -> bool:
        session = console.records.sessions.find(secret, now=now(), used=False)
        return session is not None and any(
            one.id == app.id for one in seen_by(session.account, console)
        )

    return lambda: asyncio.to_thread(look)


def signed_in(asker: Asker) -> Session:
    """The session of a request that a guard let through."""
    found: Session | None = asker.state.get("session")
    if found is None:
        raise NotAllowed("not_signed_in")
    return found


def token_of(asker: Asker) -> TokenGrant:
    """The token of a request that a guard let through."""
    found: TokenGrant = asker.state["token"]
    return found


def visible_apps(asker: Asker) -> list[App]:
    """The apps that whoever asks may see."""
    console: Console = asker.app.state["console"]
    return seen_by(signed_in(asker).account, console)


def seen_by(account: Account, console: Console) -> list[App]:
    """The apps that a person may see."""
    return [app for app in console.apps() if account.may(SEES, app.id)]


def _right(asker: Asker, console: Console, account: Account, right: str) -> int | None:
    """The right within the app of the address, or in the whole house; the number of that app."""
    name = asker.path_params.get("app")
    app = _among(seen_by(account, console), name).id if name is not None else None
    if not account.may(right, app):
        raise missing(right)
    return app


def _token(asker: Asker, console: Console, wanted: str) -> None:
    kind, _, token = asker.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise NotAllowed("not_signed_in")
    found = console.records.tokens.find(token.strip(), now=now())
    if found is None:
        raise NotAllowed("wrong_token")
    name = asker.path_params.get("app")
    if name is not None:
        _among([app for app in console.apps() if app.id == found.app], name)
    if wanted not in found.scopes:
        raise NotAllowed("missing_scope", scope=wanted)
    asker.state["token"] = found


def _among(apps: list[App], name: str) -> App:
    """The app of that name; NotFound, with a hint that names only these."""
    for app in apps:
        if app.name == name:
            return app
    hint = did_you_mean(name, [app.name for app in apps])
    raise NotFound("unknown_app", "app", got=name, hint=hint)
