"""Campaign links by pages: listed, made one by one or of a sheet, looked at, ended, printed, taken away as files."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import NotFound, Refused
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.filters import Condition, write
from minilens.period import now, today
from minilens.records import link_file
from minilens.records.link_content import NewLink
from minilens.records.store import Link
from minilens.render import qr
from minilens.render.link_images import zipped
from minilens.render.links_csv import links_csv
from minilens.reports.request_values import choice
from minilens.text import Language
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import CAMPAIGNS as RESULTS
from minilens.web.admin.forms import CODES, LONGEST, Answer, Wrong, attempt, worded, wrong
from minilens.web.admin.forms import LINKS as PART
from minilens.web.admin.settings_page import AppSettings
from minilens.web.campaigns import seen, web_links
from minilens.web.campaigns.opens import by_day
from minilens.web.reader import outside

Req = Request[Any, Any, State]
SEES, WRITES = "report:read", "definitions:write"
_HERE = "/a/{app:str}/links"
#: Links of a page, and of a printed sheet; bytes of a sheet that is pasted.
PAGE, SHEET, BYTES = 50, 120, 4 << 20
#: Images of one ZIP, which are a minute of work; one ZIP is made at a time, so that pages are not kept waiting.
IMAGES = 10_000
_DRAWING = asyncio.Semaphore(1)
FIELDS = ("campaign", "placement", "material", "page", "query", "owner", "note", "web")
EMPTY = dict.fromkeys((*FIELDS, "tags", "expires", "rows"), "")
_PLACE = re.compile(r"links\[(\d+)\]\.?(\w*)").fullmatch


@dataclass(frozen=True)
class Asked:
    """What the address of a list says."""

    campaign: str = ""
    search: str = ""
    after: int = 0

    def at(self, **more: object) -> str:
        """The query string of it, `?` before; with something else."""
        given = {"campaign": self.campaign, "q": self.search, "after": self.after or "", **more}
        return f"?{urlencode({name: value for name, value in given.items() if value})}"


def asked_of(request: Req) -> Asked:
    """Of an address as people change it: what cannot be meant is nothing."""
    given = request.query_params
    after = given.get("after", "")
    at = int(after) if after.isascii() and after.isdecimal() and len(after) < 9 else 0
    return Asked(given.get("campaign", "")[:64], given.get("q", "")[:64], at)


@get(_HERE, include_in_schema=False, needs=SEES)
async def links_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """Those of the app, and forms for more."""
    return await shown(settings, asked_of(request))


@post(
    _HERE, include_in_schema=False, status_code=200, needs=WRITES, request_max_body_size=BYTES, most_bytes=BYTES,
)  # fmt: skip
async def create(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """One of a form, or those of a sheet."""
    many = data.get("of") == "many"
    links = settings.records.links

    def do() -> str:
        sheet = data.get("rows", "").encode("utf-8", "replace")
        some = link_file.read(sheet) if many else [typed(data)]
        first = link_file.FIRST if many else 0
        made = links.create(settings.app.id, some, now=now(), by=settings.me.id, first=first)
        if many:
            return f"{PART.at(settings.app)}{Asked(made[0].campaign).at(done='made')}"
        return f"{PART.at(settings.app)}/{made[0].code}?done=made"

    try:
        return Redirect(await asyncio.to_thread(do), status_code=303)
    except Refused as error:
        language = settings.reader.language
        if not many:
            return await shown(settings, Asked(), wrong("one", told(error), language), data)
        said = Wrong("many", "rows", told_by_row(error, language), error.status)
        return await shown(settings, Asked(), said, data)


def typed(data: Form) -> NewLink:
    """The link of a form; Refused where a day is none."""
    expires = data.get("expires", "").strip()
    texts: dict[str, Any] = {name: data.get(name, "") for name in FIELDS}
    return NewLink(
        **texts,
        tags=re.split("[,，;；]", data.get("tags", "")),
        expires=day(expires) if expires else None,
    )


def day(text: str) -> date:
    """A day that was typed; Refused where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("bad_date", "links[0].expires", got=text[:20]) from None


def told(error: Refused) -> Refused:
    """The same about the field of a form of one link."""
    place = _PLACE(error.field)
    error.field = place[2] if place else error.field
    return error


def told_by_row(error: Refused, language: Language) -> str:
    """The same about a sheet: by row and column, as spreadsheets call them."""
    zh, place = language == "zh", _PLACE(error.field)
    row, name = (place[1], place[2]) if place else ("", error.field)
    column = link_file.COLUMNS.get(name, name) if zh else name
    if name == link_file.FILE:
        column = "表格" if zh else "The sheet"
    sentence = worded(error, column).message(language)
    if not row:
        return f"{column}{'：' if zh else ': '}{sentence}" if error.code == "missing" else sentence
    which = error.code == "missing" and column
    at = (
        f"第 {row} 行{column if which else ''}"
        if zh
        else f"Row {row}{f', {column}' if which else ''}"
    )
    return f"{at}{'：' if zh else ': '}{sentence}"[:LONGEST]


@get(f"{_HERE}/{{code:str}}", include_in_schema=False, needs=SEES)
async def link_page(
    request: Req, settings: NamedDependency[AppSettings], code: FromPath[str]
) -> Response[str]:
    """One of them, with its image."""
    return await one_shown(request, settings, code)


@post(f"{_HERE}/{{code:str}}", include_in_schema=False, status_code=200, needs=WRITES)
async def change(
    request: Req, settings: NamedDependency[AppSettings], code: FromPath[str], data: Form
) -> Answer:
    """Its note, its owner, its last day; or its end."""
    links, app, by = settings.records.links, settings.app.id, settings.me.id

    def do() -> str:
        if data.get("do") == "end":
            links.end(app, code, now=now(), by=by)
            return f"{PART.at(settings.app)}/{code}?done=ended"
        text = data.get("expires", "").strip()
        try:
            links.change(
                app, code, note=data.get("note", ""), owner=data.get("owner", ""),
                expires=day(text) if text else None, now=now(), by=by,
            )  # fmt: skip
        except Refused as error:
            raise told(error) from None
        return f"{PART.at(settings.app)}/{code}?done=saved"

    async def again(error: Wrong) -> Response[str]:
        return await one_shown(request, settings, code, error, data)

    return await attempt("link", settings.reader, do, again)


@get("/a/{app:str}/links/sheet", include_in_schema=False, needs=SEES)
async def sheet(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """To be printed: the images with their names beneath."""
    asked = asked_of(request)
    found = await _found(settings, asked, SHEET + 1)
    return await settings.page(
        PART, "campaign_sheet.html", codes=[(one, qr.inline(one.path)) for one in found[:SHEET]], listing=asked,
        onward=asked.at(after=asked.after + SHEET) if len(found) > SHEET else "", here=PART.at(settings.app),
    )  # fmt: skip


@get("/a/{app:str}/links.csv", include_in_schema=False, needs=SEES)
async def as_csv(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """All that the list has, with the mark by which Excel knows the encoding."""
    found = await _found(settings, asked_of(request), link_file.MOST_ROWS)
    headers = {"Content-Disposition": f'attachment; filename="{settings.app.name}_links.csv"'}
    return Response("\ufeff" + links_csv(found), media_type="text/csv", headers=headers)


@get("/a/{app:str}/links.zip", include_in_schema=False, needs=SEES)
async def as_zip(request: Req, settings: NamedDependency[AppSettings]) -> Response[bytes]:
    """The images of all that the list has."""
    form = choice(dict(request.query_params), "format", ("svg", "png"), "svg")
    found = await _found(settings, asked_of(request), IMAGES + 1)
    if len(found) > IMAGES:
        raise Refused("too_many", "links", limit=IMAGES)
    async with _DRAWING:
        made = await asyncio.to_thread(zipped, found, "png" if form == "png" else "svg")
    headers = {"Content-Disposition": f'attachment; filename="{settings.app.name}_links.zip"'}
    return Response(made, media_type="application/zip", headers=headers)


async def _found(settings: AppSettings, asked: Asked, most: int) -> list[Link]:
    links, app = settings.records.links, settings.app.id
    return await asyncio.to_thread(
        lambda: links.of(
            app, campaign=asked.campaign, search=asked.search, after=asked.after, most=most
        )
    )


async def shown(
    settings: AppSettings, asked: Asked, error: Wrong | None = None, data: Form | None = None
) -> Response[str]:
    """The list, by campaigns or of one, and the forms with what was typed."""
    found = await _found(settings, asked, PAGE + 1)
    records, app = settings.records, settings.app
    campaigns = await asyncio.to_thread(records.links.campaigns, app.id)
    kept = await asyncio.to_thread(records.app_pages.find, app.id)
    pages = [one.path for one in kept.pages] if kept else []
    day = today(app.timezone, settings.reader.moment)
    return await settings.page(
        PART, "campaign_links.html", error=error, links=found[:PAGE], campaigns=campaigns, listing=asked,
        onward=asked.at(after=asked.after + PAGE) if len(found) > PAGE else "",
        pages=[(page, page) for page in pages], over=[one.code for one in found if one.over(day)],
        lost=[one.code for one in found if pages and one.page not in pages],
        typed={**EMPTY, "campaign": asked.campaign, **(data or {})}, saves=settings.may(WRITES), here=PART.at(app),
        columns=link_file.COLUMNS, results=results(settings, "campaign", asked.campaign) if asked.campaign else "",
    )  # fmt: skip


def results(settings: AppSettings, field: str, value: str) -> str:
    """Where the figures of a campaign or a link are."""
    if field == "campaign":
        return f"/a/{settings.app.name}/campaign?{urlencode({'campaign': value})}"
    only = write((Condition(DIMENSIONS[field], "is", (value,)),))
    return f"{RESULTS.at(settings.app)}?{urlencode({'filter': only})}"


async def one_shown(
    request: Req,
    settings: AppSettings,
    code: str,
    error: Wrong | None = None,
    data: Form | None = None,
) -> Response[str]:
    """A link of the app; NotFound where it is of another."""
    one = await asyncio.to_thread(settings.records.links.find, code)
    if one is None or one.app != settings.app.id:
        raise NotFound("unknown_link", "code", got=code[:40])
    day = today(settings.app.timezone, settings.reader.moment)
    now_there = {"note": one.note, "owner": one.owner, "expires": one.expires or ""}
    return await settings.page(
        PART, "campaign_link.html", error=error, link=one, drawn=qr.inline(one.path), over=one.over(day),
        typed={**now_there, **(data or {})}, saves=settings.may(WRITES), here=PART.at(settings.app),
        opened=await asyncio.to_thread(by_day, settings.console, settings.app, one, settings.reader) if one.web else [],
        results=results(settings, "link", one.code), web_link=f"{outside(request)}{web_links.PATH}/{one.code}",
    )  # fmt: skip


@get("/a/{app:str}/links/codes", include_in_schema=False, needs=SEES)
async def codes_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """What is odd about the codes that came, and about those that did not."""
    app, reader = settings.app, settings.reader
    day = today(app.timezone, reader.moment)
    found = await asyncio.to_thread(seen.look, settings.console, app, reader, day)
    return await settings.page(CODES, "campaign_codes.html", seen=found, here=PART.at(app))


ROUTES = (codes_page, links_page, create, sheet, as_csv, as_zip, link_page, change)
