"""Everybody on this server: their roles, when they last signed in; who keeps the server bars them, and undoes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from minilens.period import now
from minilens.records import rights
from minilens.records.store import Account, Records
from minilens.text import Language
from minilens.web.account.sign_in import Req
from minilens.web.admin.forms import Answer, Wrong, attempt, clock, role_titles
from minilens.web.auth.guard import signed_in
from minilens.web.console import Console
from minilens.web.reader import ReaderContext
from minilens.web.templating import html


@dataclass(frozen=True)
class Line:
    """Someone, and (app, role) of each of their roles; the app is empty for all. `entered`: last signed in."""

    account: Account
    roles: tuple[tuple[str, str], ...]
    entered: datetime | None


@get("/people", include_in_schema=False, needs="roles")
async def people_page(
    request: Req, console: NamedDependency[Console], reader: NamedDependency[ReaderContext]
) -> Response[str]:
    """The list."""
    return await shown(request, console, reader)


@post("/people/{account:int}/disable", include_in_schema=False, status_code=200, needs="roles")
async def disable_person(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    account: FromPath[int],
) -> Answer:
    """No more signing in; what they are signed in on ends."""
    bar = console.records.accounts.disable
    return await changed(request, console, reader, account, bar, "disabled")


@post("/people/{account:int}/enable", include_in_schema=False, status_code=200, needs="roles")
async def enable_person(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    account: FromPath[int],
) -> Answer:
    """They may sign in again, with the roles they had."""
    let_in = console.records.accounts.enable
    return await changed(request, console, reader, account, let_in, "enabled")


async def changed(
    request: Req,
    console: Console,
    reader: ReaderContext,
    account: int,
    deed: Callable[..., None],
    done: str,
) -> Answer:
    """Do it and go back to the list, or say beside the person why not."""

    def do() -> str:
        deed(account, now=now(), by=signed_in(request).account.id)
        return f"/people?done={done}"

    again = partial(shown, request, console, reader)
    return await attempt(f"account-{account}", reader, do, again)


async def shown(
    request: Req, console: Console, reader: ReaderContext, error: Wrong | None = None
) -> Response[str]:
    """The page."""
    return html(
        "people.html",
        reader,
        error.status if error else 200,
        lines=await asyncio.to_thread(everybody, console.records, reader.language),
        me=signed_in(request).account,
        time=lambda moment: clock(moment, console.timezone),
        zone=console.timezone,
        error=error,
        done="" if error else request.query_params.get("done", ""),
    )


def everybody(records: Records, language: Language) -> list[Line]:
    """Those with the highest role first."""
    titles, apps = role_titles(language), records.apps.all(archived=True)
    entered = records.audit.last_sign_ins()
    names: dict[int | None, str] = {a.id: a.zh if language == "zh" else a.en for a in apps}
    lines = [
        Line(
            account,
            tuple((names.get(app, ""), titles[role]) for app, role in in_order(account)),
            entered.get(account.id),
        )
        for account in records.accounts.all()
    ]
    lines.sort(key=lambda line: line.account.name.lower())
    return sorted(lines, key=lambda line: highest(line.account), reverse=True)


def in_order(account: Account) -> list[tuple[int | None, rights.Role]]:
    """Their roles: that for all apps, then by app."""
    return sorted(account.grants.items(), key=lambda one: one[0] or 0)


def highest(account: Account) -> tuple[int, int]:
    """A role for all apps weighs more than one for some."""
    ranks = [rights.rank(role) for role in account.grants.values()]
    return rights.rank(account.grants.get(None)), max(ranks, default=0)


ROUTES = (people_page, disable_person, enable_person)
