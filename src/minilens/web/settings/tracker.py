"""Settings, Tracker: write keys, the address that takes events, a first event to try."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import Refused
from minilens.period import now
from minilens.web.asking import Asking
from minilens.web.console import Console
from minilens.web.pages import first_event
from minilens.web.settings.frame import TRACKER, Wrong, by, framed, whole, wrong
from minilens.web.sign_in import Form, Req

#: How long an old key may go on: a version of a mini program lives on in phones for months.
MOST_DAYS = 400


@get("/a/{app:str}/settings/tracker", include_in_schema=False, needs="keys:write")
async def tracker_page(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    app: FromPath[str],
) -> Response[str]:
    """The keys, newest first."""
    return await shown(request, console, asking, app)


@post(
    "/a/{app:str}/settings/tracker/rotate",
    include_in_schema=False,
    status_code=200,
    needs="keys:write",
)
async def rotate_key(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    app: FromPath[str],
    data: Form,
) -> Response[str] | Redirect:
    """A new key, and some days more for the others. `newest` is the key that the sender saw on top."""
    held = await asyncio.to_thread(console.app, app)
    try:
        days = whole(data.get("days", ""), "days", least=0, most=MOST_DAYS)
        newest = whole(data.get("newest", ""), "newest", least=1, most=10**9)
        await asyncio.to_thread(
            console.records.create_key,
            held.id, now=now(), retire_others_after=timedelta(days=days), newest=newest,
            by=by(request).id,
        )  # fmt: skip
    except Refused as error:
        problem = wrong("rotate", error, asking.language)
        return await shown(request, console, asking, app, error=problem, days=data.get("days", ""))
    return Redirect(f"/a/{app}/settings/tracker?done=rotated", status_code=303)


@post(
    "/a/{app:str}/settings/tracker/{key:int}/retire",
    include_in_schema=False,
    status_code=303,
    needs="keys:write",
)
async def retire_key(
    request: Req, console: NamedDependency[Console], app: FromPath[str], key: FromPath[int]
) -> Redirect:
    """Refuse a key from now on."""
    held = await asyncio.to_thread(console.app, app)
    await asyncio.to_thread(console.records.retire_key, held.id, key, now=now(), by=by(request).id)
    return Redirect(f"/a/{app}/settings/tracker?done=retired", status_code=303)


async def shown(
    request: Req,
    console: Console,
    asking: Asking,
    name: str,
    *,
    error: Wrong | None = None,
    days: str = "30",
) -> Response[str]:
    """The page, with what was typed."""
    held = await asyncio.to_thread(console.app, name)
    keys = await asyncio.to_thread(console.records.keys, held.id)
    facts = await asyncio.to_thread(console.collecting, held)
    return await framed(
        request, console, asking, held, TRACKER,
        error=error,
        keys=keys,
        used=await asyncio.to_thread(console.keys_used, held),
        present=asking.moment,
        days=days[:20],
        address=facts.get("collect_url", ""),
        snippet=first_event(facts),
    )  # fmt: skip
