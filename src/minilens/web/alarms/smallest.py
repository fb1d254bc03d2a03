"""Under a rule, when somebody opens it: the smallest faults that it shows."""

from __future__ import annotations

import asyncio

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from minilens.errors import Busy, Refused
from minilens.measure.alarms.learned import Learned
from minilens.records.rights import SEES
from minilens.render.as_smallest import SmallestWords, as_smallest
from minilens.reports.alarm_smallest import smallest_of
from minilens.reports.alarm_targets import decoded
from minilens.reports.alarms import Situation
from minilens.reports.event_names import events
from minilens.web.console import App, Console
from minilens.web.kpis.dashboard import asker, context_of_text
from minilens.web.reader import ReaderContext
from minilens.web.templating import html


@get("/a/{app:str}/alarms/smallest/{rule:int}", include_in_schema=False, needs=SEES)
async def smallest_part(
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    rule: FromPath[int],
) -> Response[str]:
    """A table for each of its numbers."""
    found = await asyncio.to_thread(_found, console, reader, held, rule)
    return html("_alarm_smallest.html", reader, app=held, found=found)


def _found(console: Console, reader: ReaderContext, app: App, rule: int) -> list[SmallestWords]:
    saved = console.records.alarm_rules.get(app.id, rule)
    context = context_of_text(console, app, reader, saved.body)
    at = Situation(
        context, app.id, asker(console, app), context.now, None, dict, Learned(), console.records.kpis.of(app.id),
        named=events(console.records, app.id),
    )  # fmt: skip
    try:
        found = smallest_of(decoded(saved.body), at)
    except Busy:
        raise
    except Refused:  # what it watches is no more; the rule says so
        return []
    return [as_smallest(one, reader.language) for one in found]


ROUTES = (smallest_part,)
