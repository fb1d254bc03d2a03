"""Shares by the API and in the console: every form says the same; wrong questions are named."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from tests.measure.shares.test_shares_by_hand import story
from tests.pipeline import House
from tests.web.sites import site
from tests.web.test_ask import answer, called

DAYS = {"kind": "shares", "from": "2026-06-01", "to": "2026-06-03"}


@pytest.fixture(scope="module")
def asking(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[tuple[Any, str, dict[str, str]]]:
    """A site, the address to ask at, and tokens by what they may."""
    house = new_app()
    house.load(story())
    house.build()
    token = pipeline.records.tokens.create
    tokens = {
        "reader": token(house.app.id, ("report:read",), now=now()),
        "admin": token(house.app.id, ("report:read", "admin"), now=now()),
    }
    with (
        site(console(pipeline, settings, questions(pipeline, settings))) as app,
        TestClient(app) as client,
    ):
        yield client, f"/api/v1/apps/{house.app.name}/ask", tokens


def test_every_form_says_the_same(asking: Any) -> None:
    told = answer(asking, DAYS).json()
    assert told["question"] == DAYS
    assert [(row["shares"], row["sharers"], row["opens"], row["openers"]) for row in told["rows"]] == [
        (3, 2, 3, 2), (1, 1, 2, 2), (0, 0, 1, 1),
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(answer(asking, DAYS, "csv").text)))
    assert [row["opens"] for row in rows] == ["3", "2", "1"]
    levels = answer(asking, DAYS | {"show": "levels"}).json()["rows"]
    assert [(row["level"], row["persons"]) for row in levels] == [(0, 1), (1, 2), (2, 2)]
    groups = answer(asking, DAYS | {"show": "groups", "top": 1}).json()["rows"]
    assert [(row["card"], row["page"], row["openers"]) for row in groups] == [
        ("c1", "pages/menu", 2)
    ]


def test_it_is_saved_and_asked_again(asking: Any) -> None:
    made = called(asking, "POST", "questions", {"question": DAYS, "zh": "分享", "en": "Shares"})
    assert made.status_code == 201, made.text
    found = called(asking, "GET", f"reports/question.{made.json()['id']}")
    assert [row["opens"] for row in found.json()["rows"]] == [3, 2, 1]


@pytest.mark.parametrize(
    ("more", "field"), [({"show": "tree"}, "show"), ({"depth": 3}, "depth"), ({"top": 0}, "top"), ({"to": "x"}, "to")]
)  # fmt: skip
def test_what_is_wrong_is_named(asking: Any, more: dict[str, object], field: str) -> None:
    for lang in ("zh", "en"):
        found = answer(asking, DAYS | more, lang=lang)
        assert found.status_code in (400, 422), found.text
        assert found.json()["field"] == field


def test_the_page_has_a_card_for_each_way(owner: TestClient[Litestar]) -> None:
    page = owner.get("/a/cafe/shares", headers={"accept-language": "en"})
    assert page.status_code == 200
    places = [
        page.text.index(f'id="shares-{one}"')
        for one in ("days", "levels", "pages", "origins", "groups")
    ]
    assert places == sorted(places)
    asked = owner.get('/a/cafe/shares?question={"kind":"shares","show":"groups","period":"90d"}')
    assert asked.text.index('id="shares-groups"') < asked.text.index('id="shares-days"')
    link = '/a/cafe/shares?question={"kind":"shares","show":"origins","by":"link"}'
    assert (
        'aria-current="true">Campaign link<'
        in owner.get(link, headers={"accept-language": "en"}).text
    )
    assert owner.get("/a/cafe/shares?question=nothing").status_code == 200


def test_filters_are_of_the_share(asking: Any) -> None:
    goods = {"field": "page", "operator": "is", "values": ["pages/goods"]}
    told = answer(asking, DAYS | {"where": goods}).json()
    assert [(row["shares"], row["opens"]) for row in told["rows"]] == [(1, 0), (0, 0), (0, 0)]
    none = answer(asking, DAYS | {"where": {"field": "pag", "operator": "is", "values": ["a"]}})
    assert none.status_code == 422
    assert "where.field" in none.text


def test_persons_behind_a_figure(asking: Any) -> None:
    client, address, tokens = asking
    said = {"authorization": f"Bearer {tokens['admin']}"}

    def behind(measure: str, row: dict[str, Any], show: str = "days") -> Any:
        body = {"question": DAYS | {"show": show}, "measure": measure, "row": row}
        return client.post(f"{address}/persons", json=body, headers=said)

    new = behind("new_users", {"day": "2026-06-01"})
    assert new.status_code == 200, new.text
    assert new.json()["count"] == 2
    opened = behind("opens", {"card": "a1"}, "groups").json()["persons"]
    assert [one["times"] for one in opened] == [2]
    assert behind("k_factor", {}).status_code == 422


def test_a_filter_is_added_in_the_console(owner: Any) -> None:
    here = "/a/cafe/shares"
    told = owner.get(
        here,
        params={"field": "page", "operator": "is", "value": "pages/goods"},
        follow_redirects=False,
    )
    assert told.status_code == 303
    page = owner.get(told.headers["location"], headers={"accept-language": "en"}).text
    assert "pages/goods" in page.split('aria-label="Filters"')[1]
    empty = owner.get(here, params={"value": " "}, headers={"accept-language": "en"})
    assert empty.status_code == 422
    assert 'id="w-value"' in empty.text
    assert owner.get(here, params={"value": "a", "field": "secret"}).status_code == 422
