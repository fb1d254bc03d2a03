"""A bad address is refused in one shape, naming the field, in the caller's language."""

from __future__ import annotations

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
        ("grain=hour", 422, "unknown_choice", "grain"),
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


def test_a_bad_address_of_a_page_is_a_page(owner: Client) -> None:
    answer = owner.get("/a/cafe/overview?grain=hour&lang=en", headers={"accept": "text/html"})
    assert answer.status_code == 422
    assert "<h1>grain can&#39;t be hour</h1>" in answer.text


def test_a_bad_address_of_a_card_is_a_card_without_retry(owner: Client) -> None:
    answer = owner.get("/a/cafe/overview/trend?grain=hour", headers={"X-Minilens-Card": "1"})
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
    "apps/cafe/reports/none",
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
