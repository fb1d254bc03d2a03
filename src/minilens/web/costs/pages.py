"""Costs of advertising by pages: a file is chosen, what it would change is looked at, then it counts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
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
from minilens.records import cost_file
from minilens.records.cost_content import LANDINGS, LONGEST
from minilens.records.cost_file import COLUMNS, CostSheet
from minilens.records.cost_mappings import UNITS, CostMapping
from minilens.records.costs import REPLACES, DayChange, units
from minilens.records.database import plain
from minilens.records.sheet import FILE, FIRST
from minilens.render.costs_csv import costs_csv
from minilens.reports.request_values import choice
from minilens.text import Language
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import COSTS as PART
from minilens.web.admin.forms import LONGEST as LONGEST_SENTENCE
from minilens.web.admin.forms import Answer, Wrong, worded
from minilens.web.admin.settings_page import AppSettings

Req = Request[Any, Any, State]
SEES, WRITES = "report:read", "definitions:write"
_HERE = "/a/{app:str}/costs"
#: Bytes of a form: a Chinese character takes nine. Lines with mistakes that are shown, and days that are.
BYTES, MISTAKES, DAYS = 3 * cost_file.MOST_BYTES, 20, 62
#: Days of which the page says what was spent.
LATELY = 30
#: What a form says beside its columns.
EMPTY = {"rows": "", "source": "", "unit": "", "currency": "CNY", "landing": "", "replaces": "days"}
_PLACE = re.compile(r"costs\[(\d+)\]\.?(\w*)").fullmatch
Money = list[tuple[str, str]]


@dataclass(frozen=True)
class Look:
    """A file as it was looked at.

    `titles`: of its columns; `columns`: our field → that of its column. `mistakes` are sentences about its lines,
    the first of `wrong_lines`; `days` is what it would change, the others are `unchanged`.
    """

    titles: list[str]
    columns: Mapping[str, str]
    lines: int = 0
    totals: int = 0
    rows: int = 0
    wrong_lines: int = 0
    mistakes: tuple[str, ...] = ()
    days: tuple[tuple[DayChange, Money, Money], ...] = ()
    more_days: int = 0
    unchanged: int = 0

    @property
    def fits(self) -> bool:
        """Whether it can be put."""
        return bool(self.rows) and not self.wrong_lines


@get(_HERE, include_in_schema=False, needs=SEES)
async def costs_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """What is kept, and a form for more."""
    kept = await asyncio.to_thread(settings.records.cost_mappings.of, settings.app.id)
    source = request.query_params.get("source", kept[0].source if kept else "")
    last = next((one for one in kept if one.source == source), CostMapping(source=source[:LONGEST]))
    counts = {name: request.query_params.get(name, "") for name in ("added", "replaced", "same")}
    counts = {name: text if text.isdecimal() else "0" for name, text in counts.items()}
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
        look = Look(cost_file.titles(body), mapping.columns)
        mapping = cost_file.fitting(mapping, look.titles)
        found = await asyncio.to_thread(cost_file.read, body, mapping, day)
        look = await asyncio.to_thread(_looked, settings, found, mapping, look.titles)
        if data.get("do") == "put" and look.fits:
            return await asyncio.to_thread(_put, settings, found, mapping, look.titles)
    except Refused as error:
        said = Wrong("costs", _field(error), told(error, {}, language), error.status)
        return await shown(settings, data, look, said)
    return await shown(settings, data, look)


@get("/a/{app:str}/costs.csv", include_in_schema=False, needs=SEES)
async def as_csv(settings: NamedDependency[AppSettings]) -> Response[str]:
    """All, with the mark by which Excel knows the encoding."""
    app = settings.app
    found = await asyncio.to_thread(settings.records.costs.of, app.id, FIRST_DAY, LAST_DAY)
    headers = {"Content-Disposition": f'attachment; filename="{app.name}_costs.csv"'}
    return Response("\ufeff" + costs_csv(found), media_type="text/csv", headers=headers)


def told(error: Refused, columns: Mapping[str, str], language: Language) -> str:
    """A refusal of a file: by row and column, as the spreadsheet calls them."""
    zh, place = language == "zh", _PLACE(error.field)
    row, name = (place[1], place[2]) if place else ("", error.field)
    column = columns.get(name) or title_of(name, language)
    sentence = worded(error, column).message(language)
    if error.code == "missing" and name in COLUMNS and not place:
        sentence = (
            f"没有“{column}”列，请在下方选择"
            if zh
            else f"No column for “{column}”: choose it below"
        )
    if not row:
        return sentence[:LONGEST_SENTENCE]
    which = f"，{column}" if zh else f", {column}"
    at = f"第 {row} 行" if zh else f"Row {row}"
    which = which if column and column not in sentence else ""
    return f"{at}{which}{'：' if zh else ': '}{sentence}"[:LONGEST_SENTENCE]


def title_of(name: str, language: Language) -> str:
    """What a field is called."""
    if name == FILE:
        return "表格" if language == "zh" else "The sheet"
    if name not in COLUMNS:
        return {"unit": ("单位", "Unit")}.get(name, ("", ""))[language != "zh"]
    return COLUMNS[name][0] if language == "zh" else name.replace("_", " ").capitalize()


def _mapping(settings: AppSettings, data: Form) -> CostMapping:
    """What the form says, with the columns that were last used for its source where it says none."""
    source = plain(data.get("source", ""), "source", LONGEST)
    said = {name[4:]: title for name, title in data.items() if name.startswith("col_")}
    kept = settings.records.cost_mappings.find(settings.app.id, source)
    columns = {name: title for name, title in said.items() if name in COLUMNS}
    found = CostMapping(
        columns=columns or (dict(kept.columns) if kept else {}), source=source,
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
    some = [one for one in changes if one.state != "unchanged"]
    mistakes = (told(one, found.columns, language) for one in found.problems[:MISTAKES])
    return Look(
        titles, found.columns, found.lines, found.totals, len(found.rows), len(found.problems), tuple(mistakes),
        tuple((one, _money(one.before), _money(one.after)) for one in some[:DAYS]), max(len(some) - DAYS, 0),
        len(changes) - len(some),
    )  # fmt: skip


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
    # one that the file has and nobody wants is remembered as well
    named = {**dict.fromkeys(cost_file.columns_of(titles, {}), ""), **found.columns}
    kept = msgspec.structs.replace(mapping, columns=named)
    records.cost_mappings.keep(app, kept, now=now(), by=by)
    states: list[str] = [one.state for one in done]
    counts = {"added": "added", "replaced": "replaced", "same": "unchanged"}
    query = {name: states.count(state) for name, state in counts.items()}
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
        choices=[(one, one) for one in dict.fromkeys(look.titles if look else ()) if one],
        fields=[(name, title_of(name, language)) for name in COLUMNS],
    )  # fmt: skip


def _kept(
    settings: AppSettings, day: date
) -> tuple[list[CostMapping], tuple[date, date] | None, Money]:
    records, app = settings.records, settings.app.id
    sums = records.costs.summed(app, day - timedelta(days=LATELY - 1), day, ("currency",))
    spent = _money(tuple((row["currency"], row["cost"]) for row in sums))
    return records.cost_mappings.of(app), records.costs.days(app), spent


def _money(some: tuple[tuple[str, int], ...]) -> Money:
    """(figure, currency), with thousands."""
    found = []
    for currency, cost in some:
        whole, _, rest = units(cost).partition(".")
        found.append((f"{int(whole):,}.{rest.ljust(2, '0')}", currency))
    return found


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
