"""Official Account content by pages: a file is chosen, what it would change is looked at, then it counts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.response import Redirect

from minilens.errors import Refused
from minilens.period import FIRST_DAY, LAST_DAY, now, today
from minilens.records import column_file, content_file
from minilens.records.column_file import Columns
from minilens.records.content import REPLACES
from minilens.records.content_file import COLUMNS, ContentSheet
from minilens.records.content_mappings import ContentMapping
from minilens.records.content_rows import KINDS, LONGEST, Kind
from minilens.records.database import plain
from minilens.records.day_rows import DayChange, Figures
from minilens.records.sheet import FIRST
from minilens.render.content_csv import content_csv
from minilens.reports.request_values import choice
from minilens.text import Language, Text
from minilens.web import day_files
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import CONTENT as PART
from minilens.web.admin.forms import Answer, Wrong
from minilens.web.admin.settings_page import AppSettings
from minilens.web.day_files import BYTES, Look

Req = Request[Any, Any, State]
SEES, WRITES = "report:read", "definitions:write"
_HERE = "/a/{app:str}/content-files"
#: What a form says beside its columns.
EMPTY = {"rows": "", "kind": "", "account": "", "replaces": "days"}
TITLES: dict[Kind, Text] = {
    "articles": Text("文章", "Articles"),
    "followers": Text("关注人数", "Followers"),
    "menu": Text("菜单点击", "Menu clicks"),
}
#: Of what a day comes to, as it is told.
_SUMS = {
    "opens": Text("次阅读", "opens"),
    "readers": Text("人阅读", "readers"),
    "gained": Text("新关注", "gained"),
    "lost": Text("取消关注", "lost"),
    "clicks": Text("次点击", "clicks"),
}


@get(_HERE, include_in_schema=False, needs=SEES)
async def content_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """What is kept, and a form for more."""
    counts = day_files.counts_said(request.query_params)
    return await shown(
        settings, {"account": request.query_params.get("account", "")[:LONGEST]}, put=counts
    )


@post(
    _HERE, include_in_schema=False, status_code=200, needs=WRITES, request_max_body_size=BYTES, most_bytes=BYTES,
)  # fmt: skip
async def submit(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Look at a file, or put it."""
    body = data.get("rows", "").encode("utf-8", "replace")
    language, day = settings.reader.language, today(settings.app.timezone, settings.reader.moment)
    look, columns = None, COLUMNS["articles"]
    try:
        if not body.strip():
            raise Refused("missing", "rows")
        titles = column_file.titles(body)
        look = Look(titles, {})
        kind = cast("Kind", choice(data, "kind", ("", *KINDS), "") or content_file.told(titles))
        data, columns = {**data, "kind": kind}, COLUMNS[kind]
        mapping = _mapping(settings, data, kind)
        look = Look(titles, mapping.columns)
        mapping = content_file.fitting(mapping, titles)
        found = await asyncio.to_thread(content_file.read, body, mapping, day)
        look = await asyncio.to_thread(_looked, settings, found, mapping, titles)
        if data.get("do") == "put" and look.fits:
            return await asyncio.to_thread(_put, settings, found, mapping, titles)
    except Refused as error:
        field = error.field if error.field == "account" else "rows"
        said = Wrong("content", field, day_files.told(error, columns, {}, language), error.status)
        return await shown(settings, data, look, said)
    return await shown(settings, data, look)


@get("/a/{app:str}/content-files.csv", include_in_schema=False, needs=SEES)
async def as_csv(settings: NamedDependency[AppSettings], request: Req) -> Response[str]:
    """All of a kind, with the mark by which Excel knows the encoding."""
    app = settings.app
    kind = cast("Kind", choice(dict(request.query_params), "kind", KINDS, "articles"))
    found = await asyncio.to_thread(settings.records.content.of, app.id, kind, FIRST_DAY, LAST_DAY)
    headers = {"Content-Disposition": f'attachment; filename="{app.name}_{kind}.csv"'}
    return Response("\ufeff" + content_csv(kind, found), media_type="text/csv", headers=headers)


def _mapping(settings: AppSettings, data: Mapping[str, str], kind: Kind) -> ContentMapping:
    """What the form says, with the columns that were last used for its account where it says none. Columns of another
    kind are of a file that was looked at before."""
    account = plain(data.get("account", ""), "account", LONGEST)
    kept = settings.records.content_mappings.find(settings.app.id, kind, account)
    said = day_files.chosen(data, COLUMNS[kind]) if data.get("columns_of") == kind else {}
    return msgspec.convert(
        {
            "kind": kind, "account": account, "columns": said or (dict(kept.columns) if kept else {}),
            "replaces": choice(data, "replaces", REPLACES, "days"),
        },
        ContentMapping,
    )  # fmt: skip


def _looked(
    settings: AppSettings, found: ContentSheet, mapping: ContentMapping, titles: list[str]
) -> Look:
    """What it holds and what it would change."""
    language, columns = settings.reader.language, _columns(mapping)
    changes: list[DayChange] = []
    if found.rows and not found.problems:
        day = today(settings.app.timezone, settings.reader.moment)
        done = settings.records.content.preview(
            settings.app.id, found.rows, today=day, replaces=mapping.replaces, first=FIRST
        )
        changes = [one for days in done.values() for one in days]
    told = day_files.mistakes(found, columns, language)
    return day_files.looked(found, titles, changes, told, lambda some: written(some, language))


def _put(
    settings: AppSettings, found: ContentSheet, mapping: ContentMapping, titles: list[str]
) -> Redirect:
    """It counts from now on, and how it was read is remembered."""
    records, app, by = settings.records, settings.app.id, settings.me.id
    day = today(settings.app.timezone, settings.reader.moment)
    done = records.content.put(
        app, found.rows, today=day, now=now(), replaces=mapping.replaces, first=FIRST, by=by
    )
    columns = day_files.remembered(found, titles, _columns(mapping))
    records.content_mappings.keep(app, msgspec.structs.replace(mapping, columns=columns), now=now(), by=by)  # fmt: skip
    counts = day_files.counted(one for days in done.values() for one in days)
    query = {"done": "put", **counts, "account": mapping.account}
    return Redirect(f"{PART.at(settings.app)}?{urlencode(query)}", status_code=303)


async def shown(
    settings: AppSettings, typed: Mapping[str, str], look: Look | None = None, error: Wrong | None = None,
    put: Mapping[str, str] | None = None,
) -> Response[str]:  # fmt: skip
    """The page, with what was typed and what is to be said of it."""
    language = settings.reader.language
    kept, days = await asyncio.to_thread(_kept, settings)
    kind = typed.get("kind", "")
    fields = day_files.fields(COLUMNS[kind], language) if kind in KINDS else []
    return await settings.page(
        PART, "content.html", error=error, typed={**EMPTY, **typed}, look=look, put=put or {}, kept=kept,
        days=[(name, TITLES[name].of(language), of) for name, of in days.items()], here=PART.at(settings.app),
        kinds=[(name, TITLES[name].of(language)) for name in KINDS], saves=settings.may(WRITES),
        choices=day_files.choices(look), fields=fields,
    )  # fmt: skip


def _kept(settings: AppSettings) -> tuple[list[str], dict[Kind, tuple[date, date]]]:
    """The accounts that there are files of, and the days of each kind."""
    records, app = settings.records, settings.app.id
    accounts = dict.fromkeys(one.account for one in records.content_mappings.of(app) if one.account)
    return list(accounts), records.content.days(app)


def written(some: Figures, language: Language) -> str:
    """1,234 次阅读; what comes to nothing is left out where something else does not."""
    told = [(name, number) for name, number in some if number] or list(some[:1])
    words = [f"{number:,} {_SUMS[name].of(language)}" for name, number in told]
    return ("，" if language == "zh" else ", ").join(words)


def _columns(mapping: ContentMapping) -> Columns:
    return COLUMNS[mapping.kind or "articles"]


ROUTES = (content_page, submit, as_csv)
