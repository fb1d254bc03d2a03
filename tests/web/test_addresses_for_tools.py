"""Addresses for tools: made of a card, fetched by whoever has one, cached, revoked; the calendar of annotations."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import pytest
from icalendar import Calendar
from litestar import Litestar
from litestar.testing import TestClient

from minilens import reports
from minilens.errors import Busy
from minilens.measure.table import Table
from minilens.period import now, today
from minilens.records.store import Feed
from minilens.text import Text
from minilens.web.auth.rate_limit import Bucket
from minilens.web.feeds.address import text_of
from minilens.web.feeds.kept import Answers, Kept
from minilens.web.feeds.question import checked
from minilens.web.reader import ReaderContext
from tests.web.cast import CAFE, Theatre, nothing
from tests.web.sites import site
from tests.web.test_settings_of_an_app import EN, HERE, deeds, send

Client = TestClient[Litestar]
PAGE = f"{HERE}/feeds"
TREND = "period=30d&grain=day&compare=none"
API = "/api/v1/apps/cafe/feeds"


@pytest.fixture
def tool(theatre: Theatre) -> Iterator[Client]:
    """A program that has never signed in, at the site of everybody else."""
    with (
        site(theatre.console()) as app,
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        yield client


def shown(client: Client, answer: Any) -> str:
    """The path of the address that a form made, as the page after shows it once."""
    page = client.get(answer.headers["location"], headers=EN).text
    found = re.search(
        r"<pre[^>]*>https?://[^/]+(/feeds/mf_[A-Za-z0-9_-]{32}\.(?:csv|ics))</pre>", page
    )
    assert found, page
    assert found[1] not in client.get(answer.headers["location"], headers=EN).text
    return found[1]


def made(
    client: Client, report: str = "overview.trend", query: str = TREND, name: str = "BI"
) -> str:
    return shown(client, send(client, PAGE, name=name, report=report, query=query))


def test_from_a_card_to_an_address_that_is_revoked(
    owner: Client, tool: Client, theatre: Theatre
) -> None:
    card = owner.get(f"/a/cafe/overview/trend?{TREND}", headers=EN).text
    link = re.search(r'href="(/a/cafe/settings/feeds\?[^"]+)"', card)
    assert link
    form = owner.get(link[1].replace("&amp;", "&"), headers=EN).text
    assert "New address: " in form
    query = re.search(r'name="query" value="([^"]*)"', form)
    assert query
    at = made(owner, query=query[1].replace("&amp;", "&"))
    first = tool.get(at)
    assert (first.status_code, first.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert first.headers["cache-control"] == "private, max-age=600"
    assert first.headers["x-robots-tag"] == "noindex, nofollow"
    rows = first.text.splitlines()
    last = today("Asia/Shanghai", now()) - timedelta(days=1)
    assert rows[0].split(",")[:2] == ["day", "total_users"]
    assert [rows[1].split(",")[0], rows[-1].split(",")[0]] == [
        str(last - timedelta(days=29)), str(last),
    ]  # fmt: skip
    assert len(rows) == 31
    again = tool.get(at, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert tool.head(at).headers["etag"] == first.headers["etag"]
    used = owner.get(PAGE, headers=EN).text
    assert "last used 20" in used
    assert at not in used
    (feed,) = theatre.records.feeds.of(1)
    gone = send(owner, f"{PAGE}/{feed.id}/revoke")
    assert gone.headers["location"] == f"{PAGE}?done=revoked"
    assert tool.get(at).status_code == 404
    assert tool.get(at).json()["code"] == "not_found"
    assert [one for one, _ in deeds(theatre)][:2] == ["feed.revoke", "feed.create"]
    assert "created an address for tools" in owner.get(f"{HERE}/audit", headers=EN).text


def test_it_opens_that_one_file_and_nothing_else(owner: Client, tool: Client) -> None:
    at = made(owner)
    token = at.removeprefix("/feeds/").removesuffix(".csv")
    for other in (
        f"/feeds/{token}.ics", f"/feeds/{token}.json", f"/feeds/{token}", f"/feeds/{token}x.csv",
        "/feeds/mf_of_a_stranger.csv", "/feeds/.csv",
    ):  # fmt: skip
        assert tool.get(other).status_code == 404, other
    plain = tool.get(f"{at}?period=today&filter=province:is:x&report=overview.pages")
    assert plain.content == tool.get(at).content
    bearer = {"authorization": f"Bearer {token}"}
    assert tool.get("/api/v1/apps/cafe/reports", headers=bearer).status_code == 401
    assert tool.get(f"{at}?bom=maybe").status_code == 422


def test_with_a_byte_order_mark_it_is_another_file(owner: Client, tool: Client) -> None:
    at = made(owner)
    plain, marked = tool.get(at), tool.get(f"{at}?bom=1")
    assert marked.content == b"\xef\xbb\xbf" + plain.content
    assert marked.headers["etag"] != plain.headers["etag"]
    weak = {"if-none-match": f'"other", {marked.headers["etag"]}'}
    assert tool.get(f"{at}?bom=1", headers=weak).status_code == 304
    assert tool.get(at, headers=weak).status_code == 200


def test_the_same_question_is_computed_once_in_ten_minutes(
    owner: Client, tool: Client, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other = made(owner), made(owner, name="another")
    plain, asked = theatre.answer, []

    def counted(*of: Any) -> Table:
        asked.append(1)
        return plain(*of)

    theatre.answer = counted
    start = datetime.fromisoformat("2026-11-16T10:00+08:00")
    clock = [start]
    monkeypatch.setattr("minilens.web.reader.now", lambda: clock[0])
    assert (
        tool.get(first).content == tool.get(other).content == tool.get(f"{first}?bom=1").content[3:]
    )
    clock[0] += timedelta(minutes=9, seconds=59)
    late = tool.get(first)
    assert (len(asked), late.headers["age"]) == (1, "599")
    clock[0] += timedelta(seconds=1)
    assert tool.get(other).headers["age"] == "0"
    assert len(asked) == 2
    clock[0] = datetime.fromisoformat("2026-11-16T23:59:58+08:00")
    before = tool.get(first).text
    clock[0] += timedelta(seconds=4)
    after = tool.get(first).text  # another day is another question
    assert before.splitlines()[-1][:10] == "2026-11-15"
    assert after.splitlines()[-1][:10] == "2026-11-16"


def test_who_was_erased_is_in_no_answer_of_before(
    owner: Client, tool: Client, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, asked, plain = made(owner), [], theatre.answer

    def counted(*of: Any) -> Table:
        asked.append(1)
        return plain(*of)

    theatre.answer = counted
    order = theatre.records.erasures.begin(1, [7], whole=True, now=now())
    tool.get(at)
    tool.get(at)
    assert len(asked) == 1
    theatre.records.erasures.done(order, {"events": 3})
    tool.get(at)
    tool.get(at)
    assert len(asked) == 2


def test_answers_that_are_too_old_are_let_go_of() -> None:
    async def some() -> list[str]:
        answers, at = Answers(), datetime.fromisoformat("2026-11-16T10:00+08:00")

        async def make() -> bytes:
            return b"day"

        for n, minutes in enumerate((0, 5, 12)):
            await answers.get(f"key {n}", at + timedelta(minutes=minutes), make)
        return [str(one) for one in answers._answers]

    assert asyncio.run(some()) == ["key 1", "key 2"]


def test_of_several_at_once_one_is_computed() -> None:
    async def all_at_once() -> tuple[list[Kept], int]:
        answers, asked = Answers(), []

        async def make() -> bytes:
            asked.append(1)
            await asyncio.sleep(0)
            return b"day"

        at = datetime.fromisoformat("2026-11-16T10:00+08:00")
        return list(await asyncio.gather(*(answers.get("key", at, make) for _ in range(5)))), len(
            asked
        )

    found, computed = asyncio.run(all_at_once())
    assert computed == 1
    assert {one.body for one in found} == {b"day"}


def test_every_report_can_be_one_and_keeps_its_columns(theatre: Theatre) -> None:
    """Of an app where nothing happened as well, and asked once more by what was kept."""
    console, records, plain, moment = theatre.console(), theatre.records, theatre.answer, now()
    reader = cast("ReaderContext", SimpleNamespace(moment=moment, language="en"))
    for name, report in reports.REPORTS.items():
        needed = {"page": "page=pages/index/index", "campaign": "campaign=spring"}
        said = "&".join(words for one, words in needed.items() if report.kind.takes(one))

        def columns(query: str, report: str = name) -> list[str]:
            kept = checked(records, CAFE, report, query, moment=moment, first=None, account=None)
            once = checked(records, CAFE, report, kept, moment=moment, first=None, account=None)
            assert kept == once
            feed = Feed(1, 1, "x", report, kept, moment, None, None, None, True, True)
            return text_of(console, CAFE, feed, reader).splitlines()[:1]

        full = columns(said)
        theatre.answer = nothing
        assert columns(said) == full, name
        theatre.answer = plain


def test_whose_right_went_opens_nothing(tool: Client, theatre: Theatre) -> None:
    analyst = theatre.client("analyst", raise_server_exceptions=False)
    at = made(analyst)
    assert tool.get(at).status_code == 200
    theatre.records.grants.set(theatre.number("analyst"), 1, "viewer", now=now(), by=None)
    assert tool.get(at).status_code == 404
    assert analyst.get(PAGE, headers=EN).status_code == 403
    viewer = theatre.client("viewer", raise_server_exceptions=False)
    assert "/settings/feeds" not in viewer.get("/a/cafe/overview/trend", headers=EN).text
    owner = theatre.client("owner")
    assert "its creator may no longer export data" in owner.get(PAGE, headers=EN).text


def test_an_analyst_sees_and_revokes_their_own(theatre: Theatre) -> None:
    owner, analyst = (
        theatre.client("owner"),
        theatre.client("analyst", raise_server_exceptions=False),
    )
    made(owner, name="of the owner")
    made(analyst, name="of the analyst")
    page = analyst.get(PAGE, headers=EN).text
    assert "of the analyst" in page
    assert "of the owner" not in page
    own, others = theatre.records.feeds.of(1)
    assert send(analyst, f"{PAGE}/{others.id}/revoke").status_code == 404
    assert send(analyst, f"{PAGE}/{own.id}/revoke").status_code == 303
    assert [bool(one.revoked) for one in theatre.records.feeds.of(1)] == [True, False]


def test_a_saved_question_and_what_becomes_of_it(
    owner: Client, tool: Client, theatre: Theatre
) -> None:
    body = '{"kind":"events","events":[{"event":"page_view"}],"measures":[{"aggregate":"total"}],"grain":"day"}'
    mine = theatre.records.questions.create(
        1, Text("浏览", "Views"), body, team=False, now=now(), by=theatre.number("owner")
    )
    card = owner.get(f"/a/cafe/question/{mine.id}", headers=EN).text
    assert f"report=question.{mine.id}" in card
    at = made(owner, f"question.{mine.id}", "period=7d")
    first = tool.get(at)
    assert first.status_code == 200
    assert first.text.startswith("day,")
    assert "Views" in owner.get(PAGE, headers=EN).text
    refused = send(theatre.client("admin"), PAGE, name="x", report=f"question.{mine.id}", query="")
    assert refused.status_code == 404
    theatre.records.questions.remove(1, mine.id, now=now(), by=theatre.number("owner"))
    assert tool.get(at).status_code == 404
    assert owner.get(PAGE, headers=EN).status_code == 200


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": ""}, "Enter a value"),
        ({"name": "x" * 65}, "64"),
        ({"query": "periodd=30d"}, "period"),
        ({"query": "period=sometime"}, "sometime"),
        ({"report": "annotations", "query": "period=7d"}, "annotations"),
        ({"report": "question.ready_nothing"}, ""),
    ],
)
def test_what_cant_be_asked_is_not_made(
    owner: Client, theatre: Theatre, form: dict[str, str], said: str
) -> None:
    answer = send(owner, PAGE, **({"name": "x", "report": "overview.trend", "query": TREND} | form))
    assert answer.status_code in (404, 422)
    assert said in answer.text
    assert theatre.records.feeds.of(1) == []


def test_by_the_api(owner: Client, theatre: Theatre) -> None:
    token = theatre.records.tokens.create(1, ("admin",), now=now())
    poor = theatre.records.tokens.create(1, ("report:read",), now=now())
    header = {"authorization": f"Bearer {token}", **EN}
    given = {"name": "Metabase", "report": "overview.pages", "query": "period=30d"}
    answer = owner.post(API, json=given, headers=header)
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    told = answer.json()
    assert "top=all" in told["feed"]["query"]
    assert "compare=none" in told["feed"]["query"]
    at = urlsplit(told["address"]).path
    assert len(owner.get(at).text.splitlines()) > 11
    (listed,) = owner.get(API, headers=header).json()["feeds"]
    assert (listed["opens"], listed["last_used"] is None) == (True, False)
    assert at.split(".")[0].removeprefix("/feeds/") not in owner.get(API, headers=header).text
    wrong = owner.post(API, json=given | {"query": "sort=nothing"}, headers=header)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "sort")
    lacking = {"authorization": f"Bearer {poor}"}
    assert owner.post(API, json=given, headers=lacking).status_code == 403
    assert owner.get(API, headers=lacking).status_code == 403
    gone = owner.post(f"{API}/{listed['id']}/revoke", headers=header)
    assert gone.json()["feeds"][0]["opens"] is False
    assert owner.get(at).status_code == 404
    assert owner.post(f"{API}/99/revoke", headers=header).status_code == 404


def test_the_calendar_of_annotations(owner: Client, tool: Client, theatre: Theatre) -> None:
    notes, owns = theatre.records.annotations, theatre.number("owner")
    long = "发布 2.1；灰度 10%, 全量 \\ 下周一；Спасибо 🎉 " + "长" * 20
    moment = datetime.fromisoformat("2026-11-10T15:30+00:00")
    notes.create(1, date(2026, 11, 11), long, now=moment, by=owns)
    notes.create(1, date(2026, 12, 31), "New year's eve", now=moment)
    notes.create(1, date(2026, 11, 12), "for me alone", now=moment, by=owns, personal=True)
    notes.create(2, date(2026, 11, 13), "another app", now=moment)
    at = made(owner, "annotations", "")
    assert at.endswith(".ics")
    answer = tool.get(at, headers={"accept-language": "zh"})
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    calendar: Any = Calendar.from_ical(answer.content)
    assert (calendar["x-wr-calname"], calendar["x-wr-timezone"]) == (
        "小满咖啡 · 标注日历",
        "Asia/Shanghai",
    )
    one, other = calendar.walk("VEVENT")
    assert one["summary"] == long
    assert (one["dtstart"].dt, one["dtend"].dt) == (date(2026, 11, 11), date(2026, 11, 12))
    assert other["dtend"].dt == date(2027, 1, 1)
    assert one["dtstamp"].dt == moment
    assert one["uid"] != other["uid"]
    notes.remove(1, 2, now=now(), by=owns)
    anew = tool.get(at, headers={"accept-language": "en"})  # another language: computed anew
    read: Any = Calendar.from_ical(anew.content)
    (left,) = read.walk("VEVENT")
    assert left["uid"] == one["uid"]
    assert (
        tool.get(
            at, headers={"if-none-match": anew.headers["etag"], "accept-language": "en"}
        ).status_code
        == 304
    )


def test_who_asks_too_often_waits(owner: Client, tool: Client) -> None:
    at = made(owner)
    assert {tool.get("/feeds/mf_nobody.csv").status_code for _ in range(60)} == {404}
    assert tool.get("/feeds/mf_nobody.csv").status_code == 429
    answers = [tool.get(at) for _ in range(130)]  # a second or more may go by meanwhile
    busy = next(one for one in answers if one.status_code == 429)
    assert int(busy.headers["retry-after"]) >= 1
    assert answers[0].status_code == 200


def test_a_bucket_fills_again() -> None:
    bucket = Bucket(2, 0.5)
    bucket.spend("a", 10.0)
    bucket.spend("a", 10.0)
    with pytest.raises(Busy) as error:
        bucket.spend("a", 11.0)
    assert error.value.retry_after == 1
    bucket.spend("b", 11.0)
    bucket.spend("a", 12.0)


def test_a_query_reads_as_it_was_written(owner: Client, tool: Client) -> None:
    """Filters, with all that must be escaped."""
    query = urlencode([("period", "7d"), ("grain", "day"), ("filter", "province:is:广东,上海")])
    at = made(owner, "overview.trend", query)
    assert tool.get(at).status_code == 200
    assert "province:is:广东,上海" in owner.get(PAGE, headers=EN).text


def test_both_languages(owner: Client) -> None:
    sign = {"accept-language": "zh"}
    assert "还没有取数地址" in owner.get(PAGE, headers=sign).text
