"""Every row of a list leads to its filter, and every row of a trend to its days; the menu of fields is in groups."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.measure.catalog import BUILT_IN, Catalog
from minilens.measure.dimensions import DIMENSIONS, Dimension
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.reports.report import Report
from minilens.text import Text
from minilens.web.console import App
from minilens.web.reports import toolbar
from tests import by_name
from tests.web.cast import Theatre, answer

Client = TestClient[Litestar]


def rows_of(theatre: Theatre, dimension: str, *values: str) -> None:
    """Let lists have these rows."""

    def listed(report: Report, query: Query, app: App) -> Table:
        found = answer(report, replace(query, dimensions=by_name.apart("page")), app)
        column = DIMENSIONS[dimension].column()
        rows = tuple((value, *found.rows[0][1:]) for value in values)
        return replace(found, rows=rows, compared=(), columns=(column, *found.columns[1:]))

    theatre.answer = listed


@pytest.mark.parametrize(
    ("card", "dimension", "value", "filter_"),
    [
        ("audience/provinces", "person_province", "广东", "person_province:is:广东"),
        ("audience/provinces", "person_province", "", "person_province:is_unknown"),
        ("sources/list?by=scene", "scene", "1047", "scene:is:1047"),
        ("sources/list?by=scene", "scene", "0", "scene:is_unknown"),
        ("sources/list", "scene_source", "3", "scene_source:is:3"),
        ("sources/list", "scene_source", "", "scene_source:is_unknown"),
        ("audience/cities", "person_city", "a|b:c", r"person_city:is:a\|b\:c"),
    ],
)
def test_a_row_adds_the_filter_of_its_value(
    owner: Client, theatre: Theatre, card: str, dimension: str, value: str, filter_: str
) -> None:
    rows_of(theatre, dimension, value)
    text = html.unescape(owner.get(f"/a/cafe/{card}").text)
    assert set(re.findall(r'data-add="([^"]*)"', text)) == {filter_}
    page = card.split("/")[0]
    held = owner.get(f"/a/cafe/{page}", params={"filter": filter_})
    assert held.status_code == 200
    assert held.text.count("data-filter=") == 1


def test_a_row_of_the_table_leads_to_its_days(owner: Client) -> None:
    card = html.unescape(owner.get("/a/cafe/overview/trend?period=90d&grain=week&view=table").text)
    sets = re.findall(r'data-set="(period=&grain=[^"]*)" data-zoom', card)
    assert 13 <= len(sets) <= 14
    hours = owner.get("/a/cafe/overview/trend?period=yesterday&view=table").text
    assert "data-zoom" not in hours


def test_fields_stand_in_groups_and_a_new_one_finds_its_place() -> None:
    new = Dimension("brand", Text("品牌", "Brand"), "text", "brand", "brand")
    catalog = Catalog(BUILT_IN.measures, {**DIMENSIONS, "brand": new})
    groups = toolbar.fields(catalog, "en")
    assert [title for title, _ in groups] == [
        "Visit", "Source", "Region", "User", "Device and version",
    ]  # fmt: skip
    assert sorted(name for _, of in groups for name, _, _ in of) == sorted(
        [*catalog.dimensions, "cohort"]
    )
    assert "brand" in [name for name, _, _ in groups[-1][1]]


def test_values_are_found_by_their_names_in_either_language(
    owner: Client, theatre: Theatre
) -> None:
    rows_of(theatre, "newness", "new", "returning")
    for search in ("returning", "老用"):
        found = owner.get("/a/cafe/values/newness", params={"search": search, "lang": "zh"}).json()
        assert [one["value"] for one in found] == ["returning"]
