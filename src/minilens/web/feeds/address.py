"""`/feeds/TOKEN.csv` and `/feeds/TOKEN.ics`: what tools fetch. Whoever knows no token is told that nothing is there."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Hashable
from typing import Any

from litestar import Request, Response, route
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.params import FromPath

from minilens.errors import NotFound
from minilens.period import today
from minilens.records.database import hashed
from minilens.records.store import Feed
from minilens.render.as_csv import as_csv
from minilens.render.as_ics import as_ics
from minilens.reports.request_values import choice
from minilens.text import Language
from minilens.web.account.sign_in import address
from minilens.web.auth.guard import NOTHING
from minilens.web.auth.rate_limit import network
from minilens.web.cohorts.doors import SEES_PERSONS
from minilens.web.console import App, Console
from minilens.web.feeds.kept import LASTS, Answers, Kept
from minilens.web.feeds.question import CALENDAR, state_of
from minilens.web.reader import ReaderContext
from minilens.web.reports import questions

Req = Request[Any, Any, State]
PATH = "/feeds"
MEDIA_TYPES = {"csv": "text/csv", "ics": "text/calendar"}
BOM = b"\xef\xbb\xbf"


@route(
    f"{PATH}/{{file:str}}", http_method=[HttpMethod.GET, HttpMethod.HEAD], include_in_schema=False,
    needs=NOTHING,
)  # fmt: skip
async def fetched(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    file: FromPath[str],
) -> Response[bytes]:
    """The figures, made at most ten minutes ago; 304 where the tool has them."""
    answers: Answers = request.app.state["feeds"]
    token, _, form = file.partition(".")
    found, app = await asyncio.to_thread(opened, console, token, reader)
    if found is None or app is None or form != ("ics" if found.calendar else "csv"):
        answers.strangers.spend(network(address(request)), time.monotonic())
        raise NotFound("not_found")
    answers.by_token.spend(hashed(token), time.monotonic())
    bom = choice(dict(request.query_params), "bom", ("0", "1"), "0") == "1"
    SEES_PERSONS.set(found.sees_persons)

    async def make() -> bytes:
        return (await asyncio.to_thread(text_of, console, app, found, reader)).encode()

    key = await asyncio.to_thread(key_of, console, app, found, reader)
    answer = await answers.get(key, reader.moment, make)
    age = max(0, int((reader.moment - answer.made).total_seconds()))
    name = f"{app.name}_{found.report}.{form}"
    return answered(request, answer, name, age=age, bom=bom and form == "csv")


def opened(console: Console, token: str, reader: ReaderContext) -> tuple[Feed | None, App | None]:
    """What a token opens, and of which app. May block."""
    found = console.records.feeds.find(token, now=reader.moment)
    return found, next((one for one in console.apps() if found and one.id == found.app), None)


def answered(request: Req, answer: Kept, name: str, *, age: int, bom: bool) -> Response[bytes]:
    """Whole, or 304. `age`: seconds since it was made. With a byte-order mark it is another file."""
    tag = f'{answer.tag[:-1]}-bom"' if bom else answer.tag
    headers = {
        "ETag": tag,
        "Cache-Control": f"private, max-age={int(LASTS.total_seconds())}",
        "Age": str(age),
        "X-Robots-Tag": "noindex, nofollow",
        "Referrer-Policy": "no-referrer",
    }
    if same(request.headers.get("if-none-match", ""), tag):
        return Response(b"", status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    form = name.rpartition(".")[2]
    return Response(
        BOM + answer.body if bom else answer.body, media_type=MEDIA_TYPES[form], headers=headers
    )


def same(said: str, tag: str) -> bool:
    """Whether a tool has what the tag is of. Tags are compared weakly, as RFC 9110 says."""
    tags = {one.strip().removeprefix("W/") for one in said.split(",")}
    return said.strip() == "*" or tag.removeprefix("W/") in tags


def key_of(console: Console, app: App, feed: Feed, reader: ReaderContext) -> Hashable:
    """What must be alike for one answer to serve two addresses; NotFound where the question is no more. May block."""
    day = today(app.timezone, reader.moment)
    if feed.calendar:
        return app.id, feed.report, reader.language
    changed = None
    if feed.report.startswith(questions.PREFIX):
        saved = questions.found(console.records, app.id, feed.report, feed.created_by)
        changed = getattr(saved, "changed", None)
    erased = console.records.erasures.carried_out(
        app.id
    )  # who was erased is in no answer of before
    return app.id, feed.report, feed.query, day, feed.sees_persons, changed, erased


def text_of(console: Console, app: App, feed: Feed, reader: ReaderContext) -> str:
    """The file. Its columns are those of the question alone. May block."""
    if feed.calendar:
        return calendar(console, app, reader.language)
    first = console.first_day(app)
    state = state_of(
        console.records, app, feed.report, feed.query, moment=reader.moment, first=first,
        account=feed.created_by,
    )  # fmt: skip
    table = console.answer(state.report, state.query(app.id), app)
    return as_csv(table, named=False)


def calendar(console: Console, app: App, language: Language) -> str:
    """What everybody of the app sees of its annotations. May block."""
    every = console.records.annotations.of(app.id)
    title = f"{app.title(language)} · {CALENDAR.of(language)}"

    def uid(number: int) -> str:
        """Of this server alone, as long as it lives."""
        made = hmac.digest(console.secret, f"annotation {number}".encode(), "sha256")
        return f"{made.hex()[:32]}@minilens"

    told = ((one.id, one.day, one.text, one.created) for one in every)
    return as_ics(title, app.timezone, told, uid)


ROUTES = (fetched,)
