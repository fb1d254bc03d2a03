"""Costs of advertising by pages: a file is chosen, what it would change is looked at, then it counts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.response import Redirect

from minilens.errors import Refused
from minilens.period import FIRST_DAY, LAST_DAY, now, today
from minilens.records import column_file, cost_file
from minilens.records.cost_content import LANDINGS, LONGEST
from minilens.records.cost_file import COLUMNS, CostSheet
from minilens.records.cost_mappings import UNITS, CostMapping
from minilens.records.costs import REPLACES, units
from minilens.records.database import plain
from minilens.records.day_rows import DayChange, Figures
from minilens.records.sheet import FIRST
from minilens.render.costs_csv import costs_csv
from minilens.reports.request_values import choice
from minilens.web import day_files
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import COSTS as PART
from minilens.web.admin.forms import Answer, Wrong
from minilens.web.admin.settings_page import AppSettings
from minilens.web.day_files import BYTES, Look

Req = Request[Any, Any, State]
SEES, WRITES = "report:read", "definitions:write"
_HERE = "/a/{app:str}/costs"
#: Days of which the page says what was spent.
LATELY = 30
#: What a form says beside its columns.
EMPTY = {"rows": "", "source": "", "unit": "", "currency": "CNY", "landing": "", "replaces": "days"}
Money = list[tuple[str, str]]


@get(_HERE, include_in_schema=False, needs=SEES)
async def costs_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """What is kept, and a form for more."""
    kept = await asyncio.to_thread(settings.records.cost_mappings.of, settings.app.id)
    source = request.query_params.get("source", kept[0].source if kept else "")
    last = next((one for one in kept if one.source == source), CostMapping(source=source[:LONGEST]))
    counts = day_files.counts_said(request.query_params)
    return await shown(settings, _said(last), put=counts)


@post(
    _HERE, include_in_schema=False, status_code=200, needs=WRITES, request_max_body_size=BYTES, most_bytes=BYTES,
)  # fmt: skip
async def submit(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Look at a file, or put it."""
    body = data.get("rows", "").encode("utf-8", "replace")
    language, day = settings.reader.language, _today(settings)
    look = None
    try:
        if not body.strip():
            raise Refused("missing", "rows")
        mapping = _mapping(settings, data)
        look = Look(column_file.titles(body), mapping.columns)
        mapping = cost_file.fitting(mapping, look.titles)
        found = await asyncio.to_thread(cost_file.read, body, mapping, day)
        look = await asyncio.to_thread(_looked, settings, found, mapping, look.titles)
        if data.get("do") == "put" and look.fits:
            return await asyncio.to_thread(_put, settings, found, mapping, look.titles)
    except Refused as error:
        said = Wrong(
            "costs", _field(error), day_files.told(error, COLUMNS, {}, language), error.status
        )
        return await shown(settings, data, look, said)
    return await shown(settings, data, look)


@get("/a/{app:str}/costs.csv", include_in_schema=False, needs=SEES)
async def as_csv(settings: NamedDependency[AppSettings]) -> Response[str]:
    """All, with the mark by which Excel knows the encoding."""
    app = settings.app
    found = await asyncio.to_thread(settings.records.costs.of, app.id, FIRST_DAY, LAST_DAY)
    headers = {"Content-Disposition": f'attachment; filename="{app.name}_costs.csv"'}
    return Response("\ufeff" + costs_csv(found), media_type="text/csv", headers=headers)


def _mapping(settings: AppSettings, data: Form) -> CostMapping:
    """What the form says, with the columns that were last used for its source where it says none."""
    source = plain(data.get("source", ""), "source", LONGEST)
    kept = settings.records.cost_mappings.find(settings.app.id, source)
    found = CostMapping(
        columns=day_files.chosen(data, COLUMNS) or (dict(kept.columns) if kept else {}), source=source,
        currency=data.get("currency", "").strip() or "CNY",
    )  # fmt: skip
    return msgspec.convert(
        msgspec.to_builtins(found)
        | {
            "unit": choice(data, "unit", UNITS, ""),
            "landing": choice(data, "landing", LANDINGS, ""),
            "replaces": choice(data, "replaces", REPLACES, "days"),
        },
        CostMapping,
    )


def _looked(
    settings: AppSettings, found: CostSheet, mapping: CostMapping, titles: list[str]
) -> Look:
    """What it holds and what it would change."""
    language = settings.reader.language
    changes: list[DayChange] = []
    if found.rows and not found.problems:
        costs = settings.records.costs
        changes = costs.preview(
            settings.app.id,
            found.rows,
            today=_today(settings),
            replaces=mapping.replaces,
            first=FIRST,
        )
    told = day_files.mistakes(found, COLUMNS, language)
    return day_files.looked(found, titles, changes, told, _written)


def _put(
    settings: AppSettings, found: CostSheet, mapping: CostMapping, titles: list[str]
) -> Redirect:
    """It counts from now on, and how it was read is remembered."""
    records, app, by = settings.records, settings.app.id, settings.me.id
    done = records.costs.put(
        app,
        found.rows,
        today=_today(settings),
        now=now(),
        replaces=mapping.replaces,
        first=FIRST,
        by=by,
    )
    kept = msgspec.structs.replace(mapping, columns=day_files.remembered(found, titles, COLUMNS))
    records.cost_mappings.keep(app, kept, now=now(), by=by)
    query = day_files.counted(done)
    return Redirect(
        f"{PART.at(settings.app)}?{urlencode({'done': 'put', **query, 'source': mapping.source})}",
        status_code=303,
    )


async def shown(
    settings: AppSettings, typed: Mapping[str, str], look: Look | None = None, error: Wrong | None = None,
    put: Mapping[str, str] | None = None,
) -> Response[str]:  # fmt: skip
    """The page, with what was typed and what is to be said of it."""
    day, language = _today(settings), settings.reader.language
    kept, days, spent = await asyncio.to_thread(_kept, settings, day)
    return await settings.page(
        PART, "costs.html", error=error, typed={**EMPTY, **typed}, look=look, put=put or {}, kept=kept, days=days,
        spent=spent, lately=LATELY, here=PART.at(settings.app), saves=settings.may(WRITES),
        choices=day_files.choices(look), fields=day_files.fields(COLUMNS, language),
    )  # fmt: skip


def _kept(
    settings: AppSettings, day: date
) -> tuple[list[CostMapping], tuple[date, date] | None, Money]:
    records, app = settings.records, settings.app.id
    sums = records.costs.summed(app, day - timedelta(days=LATELY - 1), day, ("currency",))
    spent = _money(tuple((row["currency"], row["cost"]) for row in sums))
    return records.cost_mappings.of(app), records.costs.days(app), spent


def _money(some: Figures) -> Money:
    """(figure, currency), with thousands."""
    found = []
    for currency, cost in some:
        whole, _, rest = units(cost).partition(".")
        found.append((f"{int(whole):,}.{rest.ljust(2, '0')}", currency))
    return found


def _written(some: Figures) -> str:
    return " + ".join(f"{figure} {currency}" for figure, currency in _money(some)) or "–"


def _said(one: CostMapping) -> dict[str, str]:
    """As fields of the form."""
    return {
        name: getattr(one, name) for name in ("source", "unit", "currency", "landing", "replaces")
    }


def _field(error: Refused) -> str:
    return error.field if error.field in ("source", "currency", "unit") else "rows"


def _today(settings: AppSettings) -> date:
    return today(settings.app.timezone, settings.reader.moment)


ROUTES = (costs_page, submit, as_csv)
