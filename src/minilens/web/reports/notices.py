"""What to know about the figures of an app, above them: what fails, waits, was refused or does not count."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.di import NamedDependency

from minilens.measure.ledger.names import REASONS
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext
from minilens.web.templating import html


@get("/a/{app:str}/notices", include_in_schema=False, needs="report:read")
async def notices(
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[str]:
    """The lines above the figures, asked for again and again; empty where there is nothing to say."""
    found = await asyncio.to_thread(console.notices, held)
    return html(
        "_notices.html",
        reader,
        app=held,
        notices=found,
        most_names=console.most_names,
        clock=lambda moment: clock(moment, held.timezone),
        figure=lambda count: f"{count:,}",
        reason=lambda code: REASONS.shown(code, reader.language),
    )


def clock(milliseconds: int, timezone: str) -> str:
    """11-28 14:05, in the app's zone."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(ZoneInfo(timezone))
    return f"{moment:%m-%d %H:%M}"
