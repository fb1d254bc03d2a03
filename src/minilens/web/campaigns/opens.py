"""How often web links were opened, day by day, beside the scans of their codes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.filters import Condition, write
from minilens.period import Range, asked_range, today
from minilens.records.store import Link
from minilens.reference.robots import user_agent_robot
from minilens.reports import find, read
from minilens.web import openapi
from minilens.web.auth.guard import scope
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext

Req = Request[Any, Any, State]
#: Days that the page of a link shows, today among them.
SHOWN = 30


class OpensOfDay(msgspec.Struct, frozen=True):
    """A link and how often browsers followed its web link on a day, by the app's clock."""

    code: str
    day: date
    opens: int


class OpensList(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """In the order of days and codes; links and days without any have no row."""

    start: date
    end: date
    opens: list[OpensOfDay]


@dataclass(frozen=True)
class Day:
    """A day of a link: `opens` of its web link, `scans` and `launches` of its code."""

    day: date
    opens: int
    scans: int
    launches: int


def count(console: Console, link: Link, agent: str, reader: ReaderContext) -> None:
    """One more open, unless a program says that it is one. May block."""
    app = next((one for one in console.apps() if one.id == link.app), None)
    if app is not None and not user_agent_robot(agent[:512]):
        console.records.link_opens.add(link.code, today(app.timezone, reader.moment))


def by_day(console: Console, app: App, link: Link, reader: ReaderContext) -> list[Day]:
    """The last days, the newest first, up to the first on which there was any. May block."""
    last = today(app.timezone, reader.moment)
    start = last - timedelta(days=SHOWN - 1)
    opens = {
        one.day: one.opens
        for one in console.records.link_opens.of(app.id, start, last, [link.code])
    }
    only = write((Condition(DIMENSIONS["link"], "is", (link.code,)),))
    asked = [
        ("from", str(start)),
        ("to", str(last)),
        ("grain", "day"),
        ("compare", "none"),
        ("by", "link"),
    ]
    report = find("campaigns.trend")
    state = read([*asked, ("filter", only)], report, app.timezone, reader.moment)
    table = console.answer(report, state.query(app.id), app)
    at = {column.name: n for n, column in enumerate(table.columns)}
    rows = {row[at["day"]]: row for row in table.rows if row[0] == link.code}

    def of(day: date, name: str) -> int:
        return int(str(rows[day][at[name]] or 0)) if day in rows else 0

    days = [start + timedelta(days=n) for n in range(SHOWN)]
    every = [Day(day, opens.get(day, 0), of(day, "scans"), of(day, "launches")) for day in days]
    first = next(
        (n for n, one in enumerate(every) if one.opens or one.scans or one.launches), SHOWN
    )
    return every[first:][::-1]


@get(
    "/api/v1/apps/{app:str}/links/opens",
    operation_id="link_opens",
    summary="Opens of web links (网页链接的打开次数)",
    description="How often browsers followed `/l/CODE`, by link and day; programs that say so are not counted. `from` "
    "and `to` are the first day and the last one: the last 30 days unless given.",
    tags=["links"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Ranged,
    needs=scope("report:read"),
)
async def opens(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[OpensList]:
    """Of all links of the app."""
    given, last = request.query_params, today(held.timezone, reader.moment)
    over = Range(last - timedelta(days=SHOWN - 1), last)
    if given.get("from") or given.get("to"):
        over = asked_range(last, None, given.get("from"), given.get("to"))
    found = await asyncio.to_thread(console.records.link_opens.of, held.id, over.start, over.end)
    told = [OpensOfDay(one.code, one.day, one.opens) for one in found]
    return Response(OpensList(over.start, over.end, told), media_type="application/json")


ROUTES = (opens,)
