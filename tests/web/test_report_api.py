"""The report API: token, scope, JSON, CSV, and its description."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.reports import REPORTS

Client = TestClient[Litestar]
ADDRESS = "/api/v1/apps/cafe/reports/overview.trend"
READER = {"Authorization": "Bearer reader"}


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        (None, 401, "not_signed_in"),
        ("Basic reader", 401, "not_signed_in"),
        ("Bearer nonsense", 401, "wrong_token"),
        ("Bearer neighbour", 404, "unknown_app"),
        ("Bearer writer", 403, "missing_scope"),
    ],
)
def test_without_the_right_token(
    stranger: Client, header: str | None, status: int, code: str
) -> None:
    headers = {"Authorization": header} if header else {}
    answer = stranger.get(ADDRESS, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ("www-authenticate" in answer.headers) == (status == 401)


def test_a_stranger_does_not_learn_which_apps_there_are(stranger: Client) -> None:
    known, unknown = stranger.get(ADDRESS), stranger.get(ADDRESS.replace("cafe", "nobody"))
    assert known.status_code == unknown.status_code == 401
    assert known.json()["code"] == unknown.json()["code"]


def test_json_is_the_same_as_beside_the_card(owner: Client) -> None:
    query = "?from=2026-10-01&to=2026-10-31&lang=en"
    api = owner.get(ADDRESS + query, headers=READER).json()
    page = owner.get(f"/a/cafe/overview/trend.json{query}").json()
    assert api["rows"] == page["rows"]
    assert api["columns"] == page["columns"]
    assert len(api["rows"]) == 31
    assert (api["from"], api["to"], api["grain"]) == ("2026-10-01", "2026-10-31", "day")
    assert (api["compared"]["from"], api["compared"]["to"]) == ("2026-08-31", "2026-09-30")
    assert api["cost"]["rows"] == 312_408


def test_csv_is_the_same_as_beside_the_card(owner: Client) -> None:
    query = "from=2026-10-01&to=2026-10-31&compare=none"
    api = owner.get(f"{ADDRESS}?{query}&format=csv", headers=READER)
    page = owner.get(f"/a/cafe/overview/trend.csv?{query}")
    assert api.text == page.text
    assert api.headers["content-type"] == "text/csv; charset=utf-8"
    assert api.headers["content-disposition"] == (
        'attachment; filename="cafe_overview.trend_2026-10-01_2026-10-31.csv"'
    )
    assert api.text.count("\n") == 32


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"{ADDRESS}?format=xml", "unknown_choice"),
        (f"{ADDRESS}?grain=hour", "unknown_choice"),
        ("/api/v1/apps/nobody/reports/overview.trend", "unknown_app"),
        ("/api/v1/apps/cafe/reports/overview.nothing", "not_found"),
    ],
)
def test_refusals(owner: Client, path: str, code: str) -> None:
    answer = owner.get(path, headers=READER)
    assert answer.status_code in (404, 422)
    assert answer.json()["code"] == code


def test_every_report_is_described(stranger: Client) -> None:
    described = stranger.get("/api/v1/openapi.json").json()
    assert set(described["paths"]) == {f"/api/v1/apps/{{app}}/reports/{name}" for name in REPORTS}
    entry = described["paths"]["/api/v1/apps/{app}/reports/overview.trend"]["get"]
    assert {p["name"] for p in entry["parameters"]} == {
        "app", "period", "from", "to", "grain", "compare", "traffic", "lang", "format",
    }  # fmt: skip
    assert entry["security"] == [{"token": []}]
    assert "Answer" in str(entry["responses"]["200"])
