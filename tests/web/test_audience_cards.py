"""Cards of the Audience tab: whose people they are by one switch, where values come from, and how many are unknown."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.reports.report import Report
from minilens.web.console import App
from tests.web.cast import Theatre, answer, sign_in
from tests.web.sites import site

Client = TestClient[Litestar]

CARD = "/a/cafe/audience/brands"


def test_the_switch_says_whose_people_they_are(owner: Client, theatre: Theatre) -> None:
    counted: list[tuple[str, ...]] = []

    def watched(report: Report, query: Query, app: App) -> Table:
        counted.append(
            (*(one.name for one in query.measures), query.sort.name if query.sort else "")
        )
        return answer(report, query, app)

    theatre.answer = watched
    for users in ("", "?users=new", "?users=new&sort=visitors&measure=visitors"):
        assert owner.get(f"{CARD}.json{users}").status_code == 200
        assert owner.get(CARD + users).status_code == 200
    of_new = ("new_users", "new_user_share", "new_users")
    assert counted == [("visitors", "visitor_share", "visitors")] * 2 + [of_new] * 4


def test_the_page_carries_it_for_the_card_alone(owner: Client) -> None:
    page = owner.get("/a/cafe/audience?brands.users=new").text
    assert f'src="{CARD}?users=new"' in page
    assert 'src="/a/cafe/audience/models"' in page
    card = owner.get(f"{CARD}?users=new", headers={"accept-language": "en"}).text
    assert 'data-set="brands.users="' in card  # the default says nothing


@pytest.mark.parametrize(
    ("language", "told", "unknown"),
    [
        ("zh", "来自微信提供的设备信息。", " 人未知。"),
        ("en", "From what WeChat tells about the device.", "Unknown: "),
    ],
)
def test_the_card_says_where_values_come_from_and_how_many_are_unknown(
    owner: Client, language: str, told: str, unknown: str
) -> None:
    card = owner.get(CARD, headers={"accept-language": language}).text
    note = card.partition('<p class="note">')[2].partition("</p>")[0]
    assert told in note
    assert unknown in note


def test_programs_are_told_as_well(owner: Client) -> None:
    found = owner.get(f"{CARD}.json").json()
    assert found["values"]["unknown"]["visitors"] > 0


def test_other_people_are_refused_by_name(owner: Client) -> None:
    refused = owner.get(f"{CARD}.json?users=newest")
    assert refused.status_code == 422
    assert (refused.json()["field"], refused.json()["hint"]) == ("users", "new")


def of_provinces(report: Report, query: Query, app: App) -> Table:
    """What is answered, with rows that are provinces."""
    made = answer(report, query, app)
    names = ("广东", "上海", "台湾", "California")
    rows = tuple((name, *row[1:]) for name, row in zip(names, made.rows, strict=False))
    return replace(made, columns=(DIMENSIONS["province"].column(), *made.columns[1:]), rows=rows)


def test_provinces_are_on_a_map_beside_their_list(owner: Client, theatre: Theatre) -> None:
    theatre.answer = of_provinces
    card = owner.get(
        "/a/cafe/audience/provinces?compare=none", headers={"accept-language": "zh"}
    ).text
    places = re.findall(r'data-part="([^"]+)"', card)
    assert sorted(places) == ["上海", "台湾", "广东"]
    assert card.count("<path d=") == 34
    assert set(re.findall(r'data-value="([^"]+)"', card)) == {*places, "California"}
    assert "Minilens 自制" in card


def test_without_a_map_the_table_stays(theatre: Theatre) -> None:
    theatre.answer = of_provinces
    console = replace(theatre.console(), province_map=lambda: None)
    with site(console) as app, TestClient(app) as client:
        sign_in(client, theatre)
        card = client.get("/a/cafe/audience/provinces").text
    assert "<picture-rows" not in card
    assert 'data-value="广东"' in card
