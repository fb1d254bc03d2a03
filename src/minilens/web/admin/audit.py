"""Settings, Audit: who changed what and when, of one app or of the whole house; also as CSV."""

from __future__ import annotations

import asyncio
import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.di import NamedDependency

from minilens.errors import NotFound, Refused
from minilens.records.audit import MOST, Entry
from minilens.records.store import Account
from minilens.render.as_csv import cell
from minilens.web.account.sign_in import Req
from minilens.web.admin.audit_text import Deed, kinds, told
from minilens.web.admin.forms import AUDIT, Wrong, clock, role_titles, wrong
from minilens.web.admin.settings_page import AppSettings
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext
from minilens.web.templating import html

#: Entries on a page; a CSV has up to so many of the whole.
ON_A_PAGE, IN_A_FILE = 50, 10_000


@dataclass(frozen=True)
class Wanted:
    """What the form above the list says. `app` None: the whole house."""

    app: int | None
    timezone: str
    account: int | None = None
    action: str = ""
    day: date | None = None
    before: int | None = None

    def at(self, base: str, **changes: object) -> str:
        """The address with these."""
        given = {"account": self.account, "action": self.action, "day": self.day, **changes}
        kept = urlencode({name: value for name, value in given.items() if value})
        return f"{base}?{kept}" if kept else base

    def entries(self, console: Console, most: int) -> list[Entry]:
        """Those entries, the newest first."""
        since = until = None
        if self.day:
            zone = ZoneInfo(self.timezone)
            since = datetime(self.day.year, self.day.month, self.day.day, tzinfo=zone)
            until = since + timedelta(days=1)
        found: list[Entry] = []
        before = self.before
        while len(found) < most:
            step = min(MOST, most - len(found))
            more = console.records.audit.entries(
                apps=None if self.app is None else (self.app,), account=self.account,
                action=self.action, since=since, until=until, before=before, most=step,
            )  # fmt: skip
            found += more
            if len(more) < step:
                break
            before = more[-1].id
        return found


@get("/a/{app:str}/settings/audit", include_in_schema=False, needs="audit:read")
async def audit_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """The list of an app."""
    return await settings.page(
        AUDIT, **await listed(request, settings.console, settings.reader, settings.app)
    )


@get("/a/{app:str}/settings/audit.csv", include_in_schema=False, needs="audit:read")
async def audit_csv(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """The same, as a file."""
    asked = wanted(request, settings.app.id, settings.app.timezone)
    await asyncio.to_thread(offered, settings.console, asked)
    return await as_file(settings.console, settings.reader, asked, settings.app.name)


@get("/audit", include_in_schema=False, needs="audit:read")
async def whole_audit(
    request: Req, console: NamedDependency[Console], reader: NamedDependency[ReaderContext]
) -> Response[str]:
    """That of the whole house: all apps, and what belongs to none, such as signing in."""
    context = await listed(request, console, reader, None)
    problem: Wrong | None = context["error"]
    return html(
        "audit.html",
        reader,
        problem.status if problem else 200,
        time=lambda moment: clock(moment, console.timezone),
        **context,
    )


@get("/audit.csv", include_in_schema=False, needs="audit:read")
async def whole_audit_csv(
    request: Req, console: NamedDependency[Console], reader: NamedDependency[ReaderContext]
) -> Response[str]:
    """The same, as a file."""
    asked = wanted(request, None, console.timezone)
    await asyncio.to_thread(offered, console, asked)
    return await as_file(console, reader, asked, "minilens")


def wanted(request: Req, app: int | None, timezone: str) -> Wanted:
    """What the address asks for; Refused where it is none."""
    given = request.query_params
    return Wanted(
        app=app,
        timezone=timezone,
        account=number(given.get("account", "")),
        action=given.get("action", "")[:32],
        day=day_of(given.get("day", "")),
        before=number(given.get("before", "")),
    )


def number(text: str) -> int | None:
    """A number of an address; what is none counts as not given."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def day_of(text: str) -> date | None:
    """A day; Refused where it is none."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Refused("bad_date", "day", got=text[:20]) from None
    if not 2000 <= found.year < 2100:
        raise Refused("bad_date", "day", got=text[:20])
    return found


async def listed(
    request: Req, console: Console, reader: ReaderContext, app: App | None
) -> dict[str, Any]:
    """What the page of a list is written from."""
    of, timezone = (app.id, app.timezone) if app else (None, console.timezone)
    base, problem = f"/a/{app.name}/settings/audit" if app else "/audit", None
    try:
        asked = wanted(request, of, timezone)
    except Refused as error:
        asked, problem = Wanted(of, timezone), wrong("audit", error, reader.language)
    people = await asyncio.to_thread(offered, console, asked)
    entries = await asyncio.to_thread(asked.entries, console, ON_A_PAGE + 1)
    lines = await asyncio.to_thread(in_words, console, reader, entries[:ON_A_PAGE], asked)
    more = len(entries) > ON_A_PAGE
    return {
        "error": problem,
        "lines": lines,
        "wanted": asked,
        "people": people,
        "kinds": kinds(reader.language),
        "base": base,
        "typed": request.query_params.get("day", "")[:20],
        "older": asked.at(base, before=lines[-1].id) if more else "",
        "newest": asked.at(base) if asked.before else "",
        "csv": asked.at(f"{base}.csv"),
        "zone": timezone,
    }


def offered(console: Console, asked: Wanted) -> list[Account]:
    """The persons to narrow the list to: members, and whoever changed something in the app.

    NotFound where the address names anybody else, so that no number tells whose it is.
    """
    people = console.records.accounts.all()
    if asked.app is not None:
        acted = console.records.audit.actors(asked.app)
        people = [one for one in people if one.role(asked.app) or one.id in acted]
    if asked.account is not None and all(one.id != asked.account for one in people):
        raise NotFound("not_found")
    return people


def in_words(
    console: Console, reader: ReaderContext, entries: list[Entry], asked: Wanted
) -> list[Deed]:
    """The entries, told. Those outside of an app are not named to those who see only that."""
    people = {p.id: p.name for p in console.records.accounts.all()}
    roles = role_titles(reader.language)
    return [
        told(entry, people, roles, lambda m: clock(m, asked.timezone), reader.language)
        for entry in entries
    ]


async def as_file(
    console: Console, reader: ReaderContext, asked: Wanted, name: str
) -> Response[str]:
    """The entries as CSV, the newest first. A text that a spreadsheet would reckon with stays a text."""
    entries = await asyncio.to_thread(asked.entries, console, IN_A_FILE)
    lines = await asyncio.to_thread(in_words, console, reader, entries, asked)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("at", "by", "app", "action", "target", "details"))
    for entry, line in zip(entries, lines, strict=True):
        facts = "; ".join(f"{key}={value}" for key, value in line.facts)
        row = (line.who or "command line", line.app, line.action, line.target, facts)
        writer.writerow((entry.at.isoformat(timespec="seconds"), *map(cell, row)))
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'attachment; filename="{name}_audit.csv"',
    }
    return Response(out.getvalue(), media_type="text/csv", headers=headers)
