"""The page is a frame, the card holds the figures; the address holds the state."""

from __future__ import annotations

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.errors import EngineFailed, ShardAway
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.period import preset, today
from minilens.reports import find
from minilens.reports.report import Report
from minilens.web.console import App
from tests.web.cast import CAFE, Theatre, answer, nothing

Client = TestClient[Litestar]
AS_CARD = {"X-Minilens-Card": "1"}


def test_the_start_leads_to_the_first_app_with_its_preferences(owner: Client) -> None:
    answer = owner.get("/?lang=en&period=7d", follow_redirects=False)
    assert answer.headers["location"] == "/a/cafe/overview?lang=en&period=7d"


def test_the_address_of_an_app_leads_to_its_start_page(owner: Client) -> None:
    for typed in ("/", "/a/cafe", "/a/cafe/", "/a/cafe?lang=zh"):
        found = owner.get(typed, follow_redirects=False).headers["location"]
        assert found.removesuffix("?lang=zh") == "/a/cafe/dashboard"


@pytest.mark.parametrize("typed", ["/a/cafe", "/a/cafe/"])
def test_with_a_period_it_leads_to_its_overview(owner: Client, typed: str) -> None:
    answer = owner.get(f"{typed}?period=7d", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/a/cafe/overview?period=7d"
    assert owner.get("/a/nowhere", follow_redirects=False).status_code == 404


@pytest.mark.parametrize(("language", "word"), [("zh", "概况"), ("en", "Overview")])
def test_the_page_is_in_the_language_of_the_address_and_remembers_it(
    owner: Client, language: str, word: str
) -> None:
    page = owner.get(f"/a/cafe/overview?lang={language}").text
    assert f"<h1>{word}</h1>" in page
    again = owner.get("/a/cafe/overview", headers={"accept-language": "de"})
    assert f"<h1>{word}</h1>" in again.text
    assert again.headers["content-language"] in ("zh-CN", "en")


def test_a_page_asks_the_warehouse_nothing(owner: Client, theatre: Theatre) -> None:
    def fails(report: Report, query: Query, app: App) -> Table:
        raise EngineFailed("must not be asked")

    theatre.answer = fails
    page = owner.get("/a/cafe/overview?period=7d&measure=visits")
    assert page.status_code == 200
    assert 'src="/a/cafe/overview/trend?period=7d&amp;measure=visits"' in page.text


def test_the_question_is_what_the_address_says(owner: Client, theatre: Theatre) -> None:
    asked: list[Query] = []

    def listening(report: Report, query: Query, app: App) -> Table:
        asked.append(query)
        return answer(report, query, app)

    theatre.answer = listening
    base = "/a/cafe/overview/trend.json"
    owner.get(base)
    owner.get(f"{base}?from=2015-05-17&to=2015-05-21&grain=week&compare=none&traffic=trial")
    first, second = asked
    day = today(CAFE.timezone)
    assert first.range == preset("30d", day)
    assert first.compare == first.range.before()
    assert (first.grain, first.traffic, len(first.measures)) == (
        "day",
        "release",
        len(find("overview.trend").measures),
    )
    assert str(second.range.start) == "2015-05-17"
    assert str(second.range.end) == "2015-05-21"
    assert (second.grain, second.traffic, second.compare) == ("week", "trial", None)


def test_every_link_of_the_bar_changes_one_thing(owner: Client) -> None:
    state = "?period=90d&grain=week&measure=shares"
    page = owner.get(f"/a/cafe/overview{state}").text
    links = set(re.findall(r'href="(\?[^"]*)"', page))
    assert "?grain=week&amp;measure=shares" in links  # 30 days, the default, keeps weeks
    assert "?period=7d&amp;measure=shares" in links  # 7 days have no weeks
    assert "?period=90d&amp;grain=month&amp;measure=shares" in links
    assert "?period=90d&amp;grain=week&amp;compare=none&amp;measure=shares" in links


def test_only_a_range_that_is_not_over_looks_again(owner: Client) -> None:
    assert "data-refresh" in owner.get("/a/cafe/overview/trend?period=today").text
    assert "data-refresh" not in owner.get("/a/cafe/overview/trend?period=30d").text


def test_the_card_says_its_period_its_cost_and_how_fresh_it_is(owner: Client) -> None:
    card = owner.get("/a/cafe/overview/trend?from=2026-10-23&to=2026-11-21&lang=zh").text
    assert "10月23日 – 11月21日，对比 9月23日 – 10月22日" in card
    assert "扫描 31.24 万 行 · 18 ms" in card
    assert re.search(r'<time-ago age="[0-4]"', card)


def test_an_app_without_events_is_taught_to_send_one(owner: Client, theatre: Theatre) -> None:
    theatre.answer, theatre.through = nothing, 0
    card = owner.get("/a/cafe/overview/trend?lang=en").text
    assert 'data-state="empty"' in card
    assert "curl http://127.0.0.1:8000/v1/collect" in card
    assert "wk_test" in card
    assert "Waiting for events" in card
    theatre.through = 1
    card = owner.get("/a/cafe/overview/trend?lang=en").text
    assert "Events are arriving" in card
    assert "curl http" not in card.partition("Events are arriving")[2]
    assert 'href="/a/cafe/overview?period=today"' in card


def test_a_failing_store_gives_a_card_with_retry(owner: Client, theatre: Theatre) -> None:
    def fails(report: Report, query: Query, app: App) -> Table:
        raise EngineFailed("Code: 241. Memory limit")

    theatre.answer = fails
    answer = owner.get("/a/cafe/overview/trend", headers=AS_CARD)
    assert answer.status_code == 503
    assert "data-retry" in answer.text
    assert "Memory limit" not in answer.text
    problem = owner.get("/a/cafe/overview/trend.json")
    assert (problem.status_code, problem.json()["code"]) == (500, "internal")
    assert problem.json()["request_id"] == problem.headers["x-request-id"]


def test_a_server_that_is_away_is_named_and_asked_again(owner: Client, theatre: Theatre) -> None:
    def away(report: Report, query: Query, app: App) -> Table:
        raise ShardAway(("分片 2（ch-2:8123）", "Shard 2 (ch-2:8123)"), "Code: 279. no connection")

    theatre.answer = away
    card = owner.get("/a/cafe/overview/trend", headers={**AS_CARD, "accept-language": "zh"})
    assert card.status_code == 503
    assert "分片 2（ch-2:8123）没有响应" in card.text
    assert 'data-refresh="5"' in card.text
    assert "retry-after" not in card.headers  # earlier figures that stay are marked as such
    assert "Code: 279" not in card.text
    problem = owner.get("/a/cafe/overview/trend.json", headers={"accept-language": "en"})
    assert (problem.status_code, problem.json()["code"]) == (503, "shard_away")
    assert problem.headers["retry-after"] == "5"
    assert problem.json()["message"].startswith("Shard 2 (ch-2:8123) isn't responding")


def test_a_bug_in_a_card_leaves_the_page_standing(owner: Client, theatre: Theatre) -> None:
    def buggy(report: Report, query: Query, app: App) -> Table:
        raise ZeroDivisionError

    theatre.answer = buggy
    answer = owner.get("/a/cafe/overview/trend", headers=AS_CARD)
    assert answer.status_code == 500
    assert 'data-state="failed"' in answer.text


def test_one_app_has_no_menu_of_apps(owner: Client, theatre: Theatre) -> None:
    assert 'id="apps"' in owner.get("/a/cafe/overview").text
    theatre.apps = [CAFE]
    assert 'id="apps"' not in owner.get("/a/cafe/overview").text


def test_pages_that_are_still_to_come_are_not_offered(owner: Client) -> None:
    page = owner.get("/a/cafe/overview?lang=zh").text
    assert "实时统计" in page
    for title in ("同期群与 LTV",):
        assert title not in page
    assert owner.get("/a/cafe/cohorts").status_code == 404


def test_only_a_group_of_several_pages_has_a_heading(owner: Client) -> None:
    page = owner.get("/a/cafe/overview?lang=en").text
    assert 'href="/a/cafe/quality"' in page
    assert 'href="/a/cafe/settings"' in page
    assert set(re.findall(r'<p class="group[^>]*>([^<]*)<', page)) == {"Growth", "Manage"}
