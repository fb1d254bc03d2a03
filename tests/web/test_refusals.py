"""A bad address is refused in one shape, naming the field, in the caller's language."""

from __future__ import annotations

import html
import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

Client = TestClient[Litestar]


@pytest.mark.parametrize(
    ("query", "status", "code", "field"),
    [
        ("period=fortnight", 422, "unknown_choice", "period"),
        ("period=0d", 422, "unknown_choice", "period"),
        ("from=2026-02-30", 422, "bad_date", "from"),
        ("from=2026-11-01&to=tomorrow", 422, "bad_date", "to"),
        ("from=2026-11-02&to=2026-11-01", 422, "bad_range", "from"),
        ("grain=year", 422, "unknown_choice", "grain"),
        ("compare=last", 422, "unknown_choice", "compare"),
        ("traffic=all", 422, "unknown_choice", "traffic"),
        ("view=map", 422, "unknown_choice", "view"),
        ("measure=visiters", 422, "unknown_measure", "measure"),
        ("from=2000-01-01&to=2026-01-01", 422, "too_many_buckets", "grain"),
    ],
)
def test_arguments(owner: Client, query: str, status: int, code: str, field: str) -> None:
    answer = owner.get(f"/a/cafe/overview/trend.json?{query}")
    body = answer.json()
    assert (body["code"], body["field"]) == (code, field)
    assert body["status"] == answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_the_message_is_in_the_language_of_the_caller(owner: Client) -> None:
    base = "/a/cafe/overview/trend.json?measure=visiters"
    zh = owner.get(base, headers={"accept-language": "zh-CN"}).json()
    en = owner.get(base, headers={"accept-language": "en-GB"}).json()
    assert zh["message"] == "没有名为 visiters 的指标；是否想写 visitors？"
    assert en["message"] == "There is no measure named visiters; did you mean visitors?"
    assert zh["hint"] == en["hint"] == "visitors"


@pytest.mark.parametrize(
    ("query", "sentence", "button", "leads_to", "shown"),
    [
        (
            "grain=year&measure=shares", "grain can't be year",
            "Ignore and continue", "?measure=shares", "?measure=shares",
        ),
        (
            "from=2026-11-02&to=2026-11-01", "The start date 2026-11-02",
            "Swap the dates", "?from=2026-11-01&to=2026-11-02", "",
        ),
        (
            "compare_from=2026-11-02&compare_to=2026-11-01", "The start date",
            "Swap the dates", "?compare_from=2026-11-01&compare_to=2026-11-02", "",
        ),
        (
            "from=2020-01-01&to=2026-01-01", "2193 points",
            "Show by week", "?from=2020-01-01&to=2026-01-01&grain=week", "",
        ),
        (
            "period=7d&filter=colour:is:red&filter=newness:is:new", "colour",
            "Remove this filter", "?period=7d&filter=newness:is:new", "?period=7d&filter=newness:is:new",
        ),
        (
            "period=fortnight&view=map&filter=newness:is:new", "fortnight",
            "Ignore and continue", "?filter=newness:is:new", "?filter=newness:is:new",
        ),
    ],
)  # fmt: skip
def test_a_bad_address_shows_the_console_with_what_is_wrong_and_what_to_do(
    owner: Client, query: str, sentence: str, button: str, leads_to: str, shown: str
) -> None:
    answer = owner.get(f"/a/cafe/overview?{query}&lang=en", headers={"accept": "text/html"})
    assert answer.status_code == 422
    text = html.unescape(answer.text)
    problem = text.partition('class="problem')[2].partition("</div>")[0]
    assert sentence in problem
    link = re.search(rf'href="([^"]+)">{button}<', problem)
    assert link
    assert sorted(link[1][1:].replace("&lang=en", "").split("&")) == sorted(leads_to[1:].split("&"))
    assert owner.get(f"/a/cafe/overview{link[1]}").status_code == 200
    assert f'src="/a/cafe/overview/trend{shown}"' in text


def test_a_range_too_long_for_its_step_offers_a_longer_one(owner: Client) -> None:
    query = "from=2026-11-01T00:00&to=2026-11-03T00:00&step=1&lang=zh"
    answer = owner.get(f"/a/cafe/live?{query}")
    assert answer.status_code == 422
    link = re.search(r'href="([^"]+)">改用 5 分钟<', answer.text)
    assert link
    assert owner.get(f"/a/cafe/live{html.unescape(link[1])}").status_code == 200
    assert 'name="from" value="2026-11-01T00:00"' in answer.text


def test_a_bad_address_of_a_card_is_a_card_without_retry(owner: Client) -> None:
    answer = owner.get("/a/cafe/overview/trend?grain=year", headers={"X-Minilens-Card": "1"})
    assert answer.status_code == 422
    assert 'data-state="failed"' in answer.text
    assert "data-retry" not in answer.text


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/a/cafee/overview/trend.json", "unknown_app"),
        ("/a/cafe/overview/trends.json", "unknown_report"),
        ("/a/cafe/overview/trend.xml", "not_found"),
        ("/a/cafe/overview/trend.json/more", "not_found"),
        ("/nowhere.json", "not_found"),
    ],
)
def test_unknown_addresses(owner: Client, path: str, code: str) -> None:
    answer = owner.get(path, headers={"accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json()["code"] == code


def test_an_unknown_page_is_a_page_in_both_languages(owner: Client) -> None:
    for language, word in (("zh", "找不到此页面"), ("en", "Page not found")):
        answer = owner.get(f"/nowhere?lang={language}", headers={"accept": "text/html"})
        assert answer.status_code == 404
        assert f"<h1>{word}</h1>" in answer.text


def test_what_a_caller_sends_is_never_markup(owner: Client) -> None:
    answer = owner.get("/a/cafe/overview?measure=<script>x</script>")
    assert "<script>x" not in answer.text


UNKNOWN = [
    "nowhere",
    "openapi.yaml",
    "%ff",
    "apps",
    "apps/cafe",
    "apps/cafe/none",
    "a/b/c/d",
]


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/json"])
@pytest.mark.parametrize("path", UNKNOWN)
def test_programs_are_told_in_their_shape_that_an_address_is_none(
    stranger: Client, path: str, accept: str
) -> None:
    answer = stranger.get(f"/api/v1/{path}", headers={"accept": accept})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["", *UNKNOWN])
def test_an_address_that_is_none_is_none_for_every_method(
    stranger: Client, method: str, path: str
) -> None:
    answer = stranger.request(method, f"/api/v1/{path}", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 404
    assert "allow" not in answer.headers
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert method == "HEAD" or answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "openapi.json", "GET"),
        ("POST", "apps/cafe/reports", "GET"),
        ("DELETE", "apps/cafe/reports/overview.trend", "GET"),
        ("PATCH", "apps/cafe/annotations", "GET, POST"),
    ],
)
def test_programs_are_told_which_methods_an_address_takes(
    stranger: Client, method: str, path: str, allowed: str
) -> None:
    answer = stranger.request(method, f"/api/v1/{path}", headers={"accept": "text/html"})
    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    assert (body["code"], body["field"]) == ("method_not_allowed", "method")
    assert allowed in body["message"]
