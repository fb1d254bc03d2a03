"""What leaves the console says app, filters, version of traffic, zone and moment; filters go along to other pages."""

from __future__ import annotations

import io

import openpyxl  # type: ignore[import-untyped]
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.measure import filters
from minilens.render.as_text import as_text
from minilens.render.heading import Subject
from minilens.reports import REPORTS
from minilens.text import Language
from tests.render.tables import table

Client = TestClient[Litestar]
ASKED = "period=7d&traffic=trial&filter=province:is:广东&filter=source:is:ad"


@pytest.mark.parametrize(
    ("lang", "filtered", "version"),
    [
        ("zh", "省份 是 广东；声明来源 是 ad", "仅统计体验版"),
        ("en", "Province is Guangdong; Declared source is ad", "Trial version only"),
    ],
)
@pytest.mark.parametrize("card", ["trend", "pages", "yesterday"])
def test_a_workbook(owner: Client, lang: str, filtered: str, version: str, card: str) -> None:
    body = owner.get(f"/a/cafe/overview/{card}.xlsx?{ASKED}&lang={lang}").content
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    line = sheet.cell(3, 1).value
    assert filtered in line
    assert version in line
    assert "Asia/Shanghai" in line
    assert ("截至：20" if lang == "zh" else "As of: 20") in line


def test_a_csv_is_bare_and_marked_only_where_asked(owner: Client) -> None:
    plain = owner.get("/a/cafe/overview/trend.csv?period=7d").content
    assert plain.startswith(b"day,")
    assert (
        owner.get("/a/cafe/overview/trend.csv?period=7d&bom=1").content == b"\xef\xbb\xbf" + plain
    )
    assert 'trend.csv?period=7d&amp;bom=1"' in owner.get("/a/cafe/overview/trend?period=7d").text
    assert owner.get("/a/cafe/overview/trend.csv?bom=2").status_code == 422


def test_the_picture_is_told(owner: Client) -> None:
    card = owner.get(f"/a/cafe/overview/trend?{ASKED}&measure=visits&lang=en").text
    assert 'data-subject="App: ' in card
    assert "Province is Guangdong; Declared source is ad · Version: Trial version only" in card


@pytest.mark.parametrize("language", ["zh", "en"])
def test_text(language: Language) -> None:
    of = Subject(
        "Café", "Asia/Shanghai", filters=filters.read(["province:is:广东"]), page="pages/a"
    )
    text = as_text(table(REPORTS["overview.trend"]), REPORTS["overview.trend"], language, (), of)
    line = text.split("\n\n")[1]
    assert "Café" in line
    assert ("广东" if language == "zh" else "Guangdong") in line
    assert "pages/a" in line


def test_filters_go_along_to_other_pages(owner: Client) -> None:
    page = owner.get(f"/a/cafe/overview?{ASKED}").text
    assert (
        'href="/a/cafe/live?traffic=trial&amp;filter=province:is:%E5%B9%BF%E4%B8%9C&amp;filter=source:is:ad"'
        in page
    )
    assert 'href="/a/cafe/live"' in owner.get("/a/cafe/overview?period=7d").text
