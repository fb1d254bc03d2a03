"""The stream of the newest events, for the Live tab."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import cast

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.response import Stream

from minilens.errors import Refused
from minilens.measure import filters
from minilens.measure.dimensions import COHORT
from minilens.measure.query import TRAFFIC, Traffic
from minilens.period import now
from minilens.render.as_event import as_event
from minilens.reports.request_values import choice
from minilens.text import Language
from minilens.web.auth.guard import still_seeing
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext
from minilens.web.reports.pollers import News, Streams

Req = Request[None, None, State]


@get("/a/{app:str}/stream", include_in_schema=False, needs="report:read")
async def stream(
    request: Req,
    reader: NamedDependency[ReaderContext],
    streams: NamedDependency[Streams],
    console: NamedDependency[Console],
    held: NamedDependency[App],
) -> Stream:
    """Newest events as they arrive (server-sent events), of those that the filters keep.

    `after`, or Last-Event-ID: what is known already.
    """
    pairs = list(request.query_params.multi_items())
    given = dict(pairs)
    kept = filters.read([text for name, text in pairs if name == "filter"])
    traffic = cast("Traffic", choice(given, "traffic", TRAFFIC, "release"))
    after = last_seen(request.headers.get("last-event-id") or given.get("after"))
    streams.check()
    if filters.is_about(kept, COHORT.name):  # whoever listens already may know more of them
        through = console.through()
        await asyncio.to_thread(console.newest, held, traffic, kept, through, through)
    news = streams.news(held, traffic, after, still_seeing(request, held), kept)
    return Stream(
        written_out(news, held.timezone, reader.language),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def last_seen(text: str | None) -> int | None:
    """The number of a load; Refused where it is none."""
    if not text:
        return None
    if not re.fullmatch(r"\d{1,18}", text):
        raise Refused("bad_value", "after", got=text)
    return int(text)


async def written_out(
    news: AsyncIterator[News], timezone: str, language: Language
) -> AsyncIterator[bytes]:
    """News as server-sent events: the number of the load, and the lines, the newest first."""
    yield b"retry: 3000\n\n"
    async for some in news:
        if some is None:
            yield b": still here\n\n"
            continue
        moment = now()
        lines = [as_event(one, timezone, language, moment) for one in some[1]]
        yield b"id: %d\nevent: newest\ndata: %s\n\n" % (some[0], msgspec.json.encode(lines))
