"""The report API: token, scope, JSON, CSV, Excel, the list of reports, and its description."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.measure.dimensions import DIMENSIONS
from minilens.reports import REPORTS
from minilens.text import Language
from minilens.web.reports.formats import MEDIA_TYPES
from tests.render.read_back import from_xlsx

Client = TestClient[Litestar]
LIST = "/api/v1/apps/cafe/reports"
ADDRESS = f"{LIST}/overview.trend"
PAGES = f"{LIST}/overview.pages"
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


def test_xlsx_is_a_file_with_the_same_rows(owner: Client) -> None:
    query = "from=2026-10-01&to=2026-10-31&compare=none"
    rows = owner.get(f"{ADDRESS}?{query}", headers=READER).json()["rows"]
    for address in (f"{ADDRESS}?{query}&format=xlsx", f"/a/cafe/overview/trend.xlsx?{query}"):
        file = owner.get(address, headers=READER)
        assert file.headers["content-type"] == MEDIA_TYPES["xlsx"]
        assert file.headers["content-disposition"] == (
            'attachment; filename="cafe_overview.trend_2026-10-01_2026-10-31.xlsx"'
        )
        read = from_xlsx(file.content, REPORTS["overview.trend"].measures)
        assert [row["visits"] for row in read.now] == [row["visits"] for row in rows]


def test_a_list_is_sorted_cut_and_summed(owner: Client) -> None:
    query = "from=2026-10-01&to=2026-10-31&sort=visitors&order=asc&top=3&rest=1&lang=en"
    answer = owner.get(f"{PAGES}?{query}", headers=READER).json()
    shown = [row["visitors"] for row in answer["rows"]]
    assert len(shown) == 3
    assert shown == sorted(shown)
    assert answer["values"]["found"] == 12
    assert answer["values"]["rest"]["page"] is None
    text = owner.get(f"{PAGES}?{query}&format=csv", headers=READER).text.splitlines()
    assert len(text) == 5
    assert text[-1].startswith("(rest),")


def test_a_file_holds_all_rows_and_json_is_paged(owner: Client) -> None:
    whole = owner.get(f"{PAGES}?top=all", headers=READER).json()
    assert len(whole["rows"]) == whole["values"]["found"] == 12
    csv = owner.get(f"{PAGES}?format=csv", headers=READER).text.splitlines()[1:]
    names = [line.partition(",")[0].lstrip("'") for line in csv]
    assert names == [row["page"] for row in whole["rows"]]
    sheet = from_xlsx(
        owner.get(f"{PAGES}?format=xlsx", headers=READER).content,
        REPORTS["overview.pages"].measures,
    )
    assert len(sheet.now) == 12
    assert len(owner.get(f"{PAGES}?format=csv&top=3", headers=READER).text.splitlines()) == 4
    paged = []
    for offset in range(0, 15, 5):
        page = owner.get(f"{PAGES}?top=5&offset={offset}", headers=READER).json()
        assert page["values"]["found"] == 12
        assert page["values"]["total"] == whole["values"]["total"]
        paged += page["rows"]
    assert paged == whole["rows"]


@pytest.mark.parametrize(
    ("path", "code", "field"),
    [
        (f"{ADDRESS}?format=xml", "unknown_choice", "format"),
        (f"{ADDRESS}?grain=year", "unknown_choice", "grain"),
        (f"{ADDRESS}?compare=decade", "unknown_choice", "compare"),
        (f"{ADDRESS}?compare_from=2026-02-30", "bad_date", "compare_from"),
        (f"{ADDRESS}?filter=page:is:a&filter=provinc:is:a", "unknown_field", "filter"),
        (f"{ADDRESS}?filter=province:equals:a", "unknown_operator", "filter"),
        (f"{ADDRESS}?search=home", "not_taken", "search"),
        (f"{ADDRESS}?step=30", "not_taken", "step"),
        (f"{PAGES}?sort=launches", "unknown_measure", "sort"),
        (f"{PAGES}?top=0", "bad_number", "top"),
        (f"{PAGES}?top=1001", "bad_number", "top"),
        (f"{PAGES}?offset=-1", "bad_number", "offset"),
        ("/api/v1/apps/cafe/reports/live.visits?step=7", "unknown_choice", "step"),
        ("/api/v1/apps/cafe/reports/quality.ledger?filter=scene:is:1047", "not_taken", "filter"),
        ("/api/v1/apps/cafe/reports/quality.reasons?traffic=trial", "not_taken", "traffic"),
        ("/api/v1/apps/nobody/reports/overview.trend", "unknown_app", "app"),
        ("/api/v1/apps/nobody/reports", "unknown_app", "app"),
        ("/api/v1/apps/cafe/reports/overview.nothing", "unknown_report", None),
    ],
)
def test_refusals(owner: Client, path: str, code: str, field: str | None) -> None:
    answer = owner.get(path, headers=READER)
    assert answer.status_code in (404, 422)
    assert (answer.json()["code"], answer.json().get("field")) == (code, field)
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_names_every_report_measure_and_filter(
    stranger: Client, language: Language
) -> None:
    assert stranger.get(LIST).status_code == 401
    assert stranger.get(LIST, headers={"Authorization": "Bearer writer"}).status_code == 403
    listed = stranger.get(f"{LIST}?lang={language}", headers=READER).json()
    assert [report["name"] for report in listed["reports"]] == list(REPORTS)
    for one, report in zip(listed["reports"], REPORTS.values(), strict=True):
        assert one["title"] == report.title.of(language)
        assert [m["name"] for m in one["measures"]] == list(report.measures)
        assert all(m["definition"] and m["title"] and m["unit"] for m in one["measures"])
    assert [field["name"] for field in listed["fields"]] == [*DIMENSIONS, "cohort"]
    newness = next(field for field in listed["fields"] if field["name"] == "newness")
    assert [one["name"] for one in newness["operators"]] == ["is"]
    assert set(newness["choices"]) == {"new", "returning"}
