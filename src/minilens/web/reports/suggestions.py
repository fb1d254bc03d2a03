"""What a field can be: its most frequent values in the period, for the editor of filters."""

from __future__ import annotations

import asyncio
import functools
from dataclasses import replace

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from minilens import reports
from minilens.errors import Refused
from minilens.measure.catalog import BUILT_IN
from minilens.measure.dimensions import COHORT, Dimension
from minilens.measure.filters import condition
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.render import format
from minilens.reports.parameters import LONGEST_SEARCH
from minilens.text import Language
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext

Req = Request[None, None, State]

MOST = 20
#: Codes are few; their names are searched here, not in the store.
MOST_CODES = 500


class Value(msgspec.Struct, frozen=True):
    """A value, how people read it, and how often it was visited."""

    value: str
    title: str
    visits: str


@get("/a/{app:str}/values/{field:str}", include_in_schema=False, needs="report:read")
async def values(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    field: FromPath[str],
) -> list[Value]:
    """The values of a field whose name holds `search`, the most visited first; cohorts by name."""
    if field == COHORT.name:
        given = request.query_params.get("search", "").strip().lower()
        return await asyncio.to_thread(cohorts, console, held, given, reader.language)
    found, visits = BUILT_IN.dimension(field, "field"), BUILT_IN.measure("visits")
    given = dict(request.query_params.multi_items())
    search = given.pop("search", "").strip()[:LONGEST_SEARCH]
    over = [pair for pair in given.items() if pair[0] in ("period", "from", "to", "traffic")]
    trend = reports.find("overview.trend")
    read = functools.partial(reports.read, report=trend, timezone=held.timezone, now=reader.moment)
    try:
        state = read(over)
    except Refused:  # the Live tab's hours are no days
        state = read([pair for pair in over if pair[0] == "traffic"])
    query = Query(
        app=held.id,
        measures=(visits,),
        range=state.range,
        traffic=state.traffic,
        dimensions=(found,),
        sort=visits,
        top=MOST if found.kind == "text" else MOST_CODES,
    )
    if search and found.kind == "text":
        query = replace(query, filters=((condition(found, "contains", (search,)),),))
    table = await asyncio.to_thread(console.answer, state.report, query, held)
    every = suggested(table, found, search, reader.language)
    if field == "page":
        every += await asyncio.to_thread(unvisited, console, held, search, {v.value for v in every})
    return every[:MOST]


def cohorts(console: Console, app: App, search: str, language: Language) -> list[Value]:
    """Those of the app whose name in either language holds a text, each with how many persons are in it."""
    fitting = (
        one
        for one in console.cohorts.of(app.id)
        if any(search in name.lower() for name in (one.saved.name.zh, one.saved.name.en))
    )
    named = sorted((one.saved.name.of(language), one.saved.id, one.size) for one in fitting)
    return [
        Value(str(number), name, format.short(size, "count", language))
        for name, number, size in named[:MOST]
    ]


def unvisited(console: Console, app: App, search: str, seen: set[str]) -> list[Value]:
    """Pages of the app that nobody has visited, as its app.json lists them."""
    kept = console.records.app_pages.find(app.id)
    paths = [page.path for page in (kept.pages if kept else ())]
    return [
        Value(path, path, "0")
        for path in paths
        if search.lower() in path.lower() and path not in seen
    ]


def suggested(table: Table, field: Dimension, search: str, language: Language) -> list[Value]:
    """The rows as values; "unknown" is no value but a condition of its own."""
    found = [
        Value(
            str(row[0]), field.shown(str(row[0]), language), format.short(row[1], "count", language)
        )
        for row in table.rows
        if row[0] is not None and row[0] not in field.unknown
    ]
    wanted, named = search.lower(), field.named_like(search)
    return [
        one
        for one in found
        if wanted in one.title.lower() or wanted in one.value.lower() or one.value in named
    ][:MOST]
