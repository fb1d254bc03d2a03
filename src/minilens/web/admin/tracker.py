"""Settings, Tracker: the file for the mini program, write keys, the address that takes events, a first event to try."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.period import now
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import TRACKER, Answer, Wrong, attempt, whole
from minilens.web.admin.settings_page import AppSettings
from minilens.web.admin.tracker_check import checked, told
from minilens.web.admin.tracker_file import FILES, live_keys, request_domain, server_of, version
from minilens.web.reports.first_steps import first_steps

#: How long an old key may go on: a version of a mini program lives on in phones for months.
MOST_DAYS = 400


@get("/a/{app:str}/settings/tracker", include_in_schema=False, needs="keys:write")
async def tracker_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """The keys, newest first."""
    return await shown(settings)


@post(
    "/a/{app:str}/settings/tracker/rotate",
    include_in_schema=False, status_code=200, needs="keys:write",
)  # fmt: skip
async def rotate_key(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """A new key, and some days more for the others. `newest` is the key that the sender saw on top."""
    typed = data.get("days", "")

    def rotate() -> str:
        days = whole(typed, "days", least=0, most=MOST_DAYS)
        newest = whole(data.get("newest", ""), "newest", least=1, most=10**9)
        settings.records.keys.create(
            settings.app.id, now=now(), retire_others_after=timedelta(days=days), newest=newest,
            by=settings.me.id,
        )  # fmt: skip
        return TRACKER.at(settings.app, "rotated")

    return await attempt("rotate", settings.reader, rotate, partial(shown, settings, days=typed))


@post(
    "/a/{app:str}/settings/tracker/{key:int}/retire",
    include_in_schema=False, status_code=303, needs="keys:write",
)  # fmt: skip
async def retire_key(settings: NamedDependency[AppSettings], key: FromPath[int]) -> Redirect:
    """Refuse a key from now on."""
    await asyncio.to_thread(
        settings.records.keys.retire, settings.app.id, key, now=now(), by=settings.me.id
    )
    return Redirect(TRACKER.at(settings.app, "retired"), status_code=303)


async def shown(
    settings: AppSettings, error: Wrong | None = None, *, days: str = "30"
) -> Response[str]:
    """The page, with what was typed."""
    server = await asyncio.to_thread(server_of, settings.console, settings.app)
    check = await asyncio.to_thread(checked, settings)
    return await settings.page(
        TRACKER,
        **told(check, settings),
        error=error,
        keys=await asyncio.to_thread(settings.records.keys.of, settings.app.id),
        used=await asyncio.to_thread(settings.console.keys_used, settings.app),
        present=settings.reader.moment,
        days=days[:20],
        listed=await asyncio.to_thread(settings.records.app_pages.find, settings.app.id),
        live=await asyncio.to_thread(live_keys, settings),
        files=FILES,
        tracker_version=version(),
        domain=request_domain(server),
        address=f"{server}/v1/collect",
        first=await asyncio.to_thread(
            first_steps, settings.console, settings.app, settings.reader.language
        ),
    )
