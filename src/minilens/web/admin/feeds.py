"""Settings, addresses for tools: made of a report or of the annotations, shown once, revoked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import unquote_plus

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.period import now
from minilens.records.feeds import ANNOTATIONS, NEEDS
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import FEEDS, Answer, Wrong, tried
from minilens.web.admin.settings_page import AppSettings
from minilens.web.feeds.api import address_of
from minilens.web.feeds.question import checked, title_of
from minilens.web.reader import outside

Req = Request[None, None, State]
ALL_OF_OTHERS = "keys:write"


@get("/a/{app:str}/settings/feeds", include_in_schema=False, needs=NEEDS)
async def feeds_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """The list; with `report` and `query` in the address also the form for that report."""
    return await shown(settings, typed=dict(request.query_params))


@post("/a/{app:str}/settings/feeds", include_in_schema=False, status_code=200, needs=NEEDS)
async def create_feed(
    request: Request[object, object, State], settings: NamedDependency[AppSettings], data: Form
) -> Answer:
    """A new one; the page after shows its address, once."""
    report, server = data.get("report", ""), outside(request)

    def create() -> str:
        console, moment = settings.console, now()
        query = checked(
            settings.records, settings.app, report, data.get("query", ""), moment=moment,
            first=console.first_day(settings.app), account=settings.me.id,
        )  # fmt: skip
        feed, token = settings.records.feeds.create(
            settings.app.id, report, query, name=data.get("name", ""), now=moment, by=settings.me.id
        )
        return address_of(server, feed, token)

    made = await tried("feed", settings.reader, create)
    if isinstance(made, Wrong):
        return await shown(settings, made, typed=data)
    return settings.onward(FEEDS, made)


@post(
    "/a/{app:str}/settings/feeds/{feed:int}/revoke",
    include_in_schema=False, status_code=303, needs=NEEDS,
)  # fmt: skip
async def revoke_feed(settings: NamedDependency[AppSettings], feed: FromPath[int]) -> Redirect:
    """One's own; an admin any."""
    own = not settings.may(ALL_OF_OTHERS)
    await asyncio.to_thread(
        lambda: settings.records.feeds.revoke(
            settings.app.id, feed, now=now(), by=settings.me.id, own=own
        )
    )
    return Redirect(FEEDS.at(settings.app, "revoked"), status_code=303)


async def shown(
    settings: AppSettings, error: Wrong | None = None, *, typed: Mapping[str, str]
) -> Response[str]:
    """The page: one's own, of an admin all; with what was typed, or the address to copy."""
    records, app, language = settings.records, settings.app, settings.reader.language
    people = await asyncio.to_thread(records.accounts.all)
    every = await asyncio.to_thread(records.feeds.of, app.id)
    mine = [one for one in every if settings.may(ALL_OF_OTHERS) or one.created_by == settings.me.id]
    report = typed.get("report", "") or ANNOTATIONS

    def titles() -> dict[str, str]:
        names = {one.report for one in mine} | {report}
        return {name: title_of(records, app, name).of(language) for name in names}

    return await settings.page(
        FEEDS,
        error=error,
        feeds=mine,
        titles=await asyncio.to_thread(titles),
        whose={account.id: account.name for account in people},
        report=report,
        typed={"name": typed.get("name", ""), "query": typed.get("query", "").removeprefix("?")},
        annotations=ANNOTATIONS,
        read=unquote_plus,
    )


ROUTES = (feeds_page, create_feed, revoke_feed)
