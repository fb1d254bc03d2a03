"""A list that may be told apart by several dimensions: in its address, in the page's, and where it is refused."""

from __future__ import annotations

import re

from litestar import Litestar
from litestar.testing import TestClient

from minilens.measure.query import Query
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


def test_another_dimension_is_refused_by_name(owner: Client) -> None:
    refused = owner.get(f"{CARD}.json?by=scene_sorce")
    assert refused.status_code == 422
    found = refused.json()
    assert (found["field"], found["code"]) == ("by", "unknown_choice")
    assert "scene_source" in found["hint"]
