"""A list that may be told apart by several dimensions: in its address, in the page's, and where it is refused."""

from __future__ import annotations

import re
from dataclasses import replace

from litestar import Litestar
from litestar.testing import TestClient

from minilens.measure.query import Query
from minilens.measure.scene_table import DATED, NEWEST
from minilens.measure.table import Table
from minilens.reports.report import Report
from minilens.web.console import App
from tests.web.cast import Theatre, answer

Client = TestClient[Litestar]

CARD = "/a/cafe/sources/list"


def test_the_address_says_what_rows_are(owner: Client, theatre: Theatre) -> None:
    asked: list[str] = []

    def watched(report: Report, query: Query, app: App) -> Table:
        asked.append(query.values[0].name)
        return answer(report, query, app)

    theatre.answer = watched
    for by in ("", "?by=scene_group", "?by=scene"):
        assert owner.get(f"{CARD}.json{by}").status_code == 200
    assert asked == ["scene_source", "scene_group", "scene"]


def test_the_page_carries_it_for_the_card_alone(owner: Client) -> None:
    page = owner.get("/a/cafe/sources?list.by=scene_group").text
    assert f'src="{CARD}?by=scene_group"' in page
    card = owner.get(f"{CARD}?by=scene_group", headers={"accept-language": "en"}).text
    assert 'data-set="list.by=scene&amp;list.offset="' in card
    assert 'data-set="list.by=&amp;list.offset="' in card  # the default says nothing


def test_a_branch_opens_to_its_leaves(owner: Client) -> None:
    """The scenes of a group, in the same list."""
    english = {"accept-language": "en"}
    card = owner.get(f"{CARD}?by=scene_group", headers=english).text
    opened = re.findall(
        r'<a class="own" [^>]*data-set="([^"]*)" data-add="([^"]*)" aria-label="([^"]*)"', card
    )
    assert opened
    assert {(to, said.split(" of ")[0]) for to, _, said in opened} == {
        ("list.by=scene&amp;list.offset=", "Scenes")
    }
    assert all(only.startswith("scene_group:is") for _, only, _ in opened)
    assert 'class="own"' not in owner.get(f"{CARD}?by=scene", headers=english).text


def test_a_card_leads_to_the_same_by_the_other_scene_table(owner: Client, theatre: Theatre) -> None:
    said = {"": DATED, "newest": NEWEST}
    theatre.answer = lambda report, query, app: replace(
        answer(report, query, app), notes=(said[theatre_table],)
    )
    for theatre_table, other in (("", "newest"), ("newest", "")):
        card = owner.get(f"{CARD}?lang=en&scene_table={theatre_table}").text
        assert said[theatre_table].en in card
        assert f'data-set="scene_table={other}"' in card
    page = owner.get("/a/cafe/sources?scene_table=newest").text
    assert f'src="{CARD}?scene_table=newest"' in page
    refused = owner.get(f"{CARD}.json?scene_table=old").json()
    assert refused["field"] == "scene_table"


def test_another_dimension_is_refused_by_name(owner: Client) -> None:
    refused = owner.get(f"{CARD}.json?by=scene_sorce")
    assert refused.status_code == 422
    found = refused.json()
    assert (found["field"], found["code"]) == ("by", "unknown_choice")
    assert "scene_source" in found["hint"]
