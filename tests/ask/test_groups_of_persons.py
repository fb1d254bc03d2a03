"""Rows told apart by what persons are: by a property that was said of them, by a cohort that they are in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from tests.ask.stories import FIRST, funnel, told
from tests.pipeline import Happening, House, at
from tests.web.sites import site
from tests.web.test_ask import answer, called

DAYS = {"from": FIRST, "to": FIRST}
DO, THEN = {"event": "add_favorite"}, {"event": "add_to_cart"}
QUESTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "funnel": (funnel("s", "p") | DAYS, "persons"),
    "retention": ({"kind": "retention", "first": DO, "return": THEN, "periods": 0} | DAYS, "retained_users"),
    "events": ({"kind": "events", "events": [DO], "grain": "whole"} | DAYS, "m1"),
}  # fmt: skip
#: By the level that was said: gold a and c, silver b, nothing d; who has something in the cart is a and c.
BY_LEVEL = {
    "funnel": {("gold", 2), ("gold", 1), ("silver", 1), ("silver", 0), (None, 1)},
    "retention": {("gold", 1), ("silver", 0), (None, 1)},
    "events": {("gold", 2), ("silver", 1), (None, 1)},
}
BY_COHORT = {
    "funnel": {("in", 2), ("not_in", 2), ("not_in", 0)},
    "retention": {("in", 2), ("not_in", 0)},
    "events": {("in", 2), ("not_in", 2)},
}


#: Who has something in the cart, and who is gold.
BY_TWO = {
    "funnel": {
        ("in", "in", 1), ("in", "not_in", 1), ("not_in", "in", 1), ("not_in", "in", 0), ("not_in", "not_in", 1),
        ("not_in", "not_in", 0),
    },
    "retention": {("in", "in", 1), ("in", "not_in", 1), ("not_in", "in", 0), ("not_in", "not_in", 0)},
    "events": {("in", "in", 1), ("in", "not_in", 1), ("not_in", "in", 1), ("not_in", "not_in", 1)},
}  # fmt: skip


@pytest.fixture(scope="module", params=[True, False], ids=["built", "as it came"])
def asking(
    request: pytest.FixtureRequest, pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[tuple[Any, str, dict[str, str]]]:  # fmt: skip
    """A site, the address to ask at, and a token; d has something in the cart, and a."""
    house = new_app()
    said = [
        Happening(at(f"{FIRST} 00:00"), "profile_set", device=who, profile=json.dumps({"level": level}))
        for who, level in (("a", "silver"), ("c", "gold"), ("b", "silver"))
    ]  # fmt: skip
    said.append(
        Happening(at(f"{FIRST} 02:00"), "profile_set", device="a", profile='{"level": "gold"}')
    )
    house.load([*told("a: s@0 p@1h\nb: s@0\nc: s@0\nd: s@0 p@1h"), *said])
    house.build()
    if not request.param:  # days that were built, and nothing of them that came later
        house.load(told("e: o@1h"))
    tokens = {
        name: pipeline.records.tokens.create(house.app.id, (scope,), now=now())
        for name, scope in (("reader", "report:read"), ("admin", "admin"))
    }
    executor = questions(pipeline, settings)
    with site(console(pipeline, settings, executor)) as app, TestClient(app) as client:
        yield client, f"/api/v1/apps/{house.app.name}/ask", tokens


def grouped(asking: Any, kind: str, by: dict[str, str]) -> set[tuple[Any, Any]]:
    """Values of the group with the figures."""
    question, measure = QUESTIONS[kind]
    told = answer(asking, question | {"groups": [by]}, who="admin")
    assert told.status_code == 200, told.text
    (name,) = [
        column["name"]
        for column in told.json()["columns"]
        if column["name"] in ("profile.level", "cohort")
    ]
    rows = [row for row in told.json()["rows"] if row.get("day", "") is not None]
    return {(row[name], row[measure]) for row in rows}


@pytest.mark.parametrize("kind", QUESTIONS)
def test_by_a_property_of_the_person(asking: Any, kind: str) -> None:
    assert grouped(asking, kind, {"profile": "level"}) == BY_LEVEL[kind]


def test_by_a_cohort(asking: Any) -> None:
    body = {"en": "with a cart", "definition": {"did": THEN | DAYS}}
    assert called(asking, "POST", "cohorts", body).status_code == 201
    for kind, right in BY_COHORT.items():
        assert grouped(asking, kind, {"cohort": "with a cart"}) == right


def test_by_two_cohorts(asking: Any) -> None:
    """Gold are a and c; in the cart is something of a and d. The same one twice tells nothing apart."""
    for name, definition in (
        ("two cart", {"did": THEN | DAYS}),
        ("two gold", {"profile": {"profile": "level", "operator": "is", "values": ["gold"]}}),
    ):
        told = called(asking, "POST", "cohorts", {"en": name, "definition": definition})
        assert told.status_code == 201, told.text
    groups = [{"cohort": "two cart"}, {"cohort": "two gold"}]
    for kind, right in BY_TWO.items():
        question, measure = QUESTIONS[kind]
        made = answer(asking, question | {"groups": groups}, who="admin").json()
        rows = [row for row in made["rows"] if row.get("day", "") is not None]
        assert {(row["cohort"], row["cohort_2"], row[measure]) for row in rows} == right, kind
        row = {"cohort": "in", "cohort_2": "in", **({"step": 1} if kind == "funnel" else {})}
        asked = {"question": question | {"groups": groups}, "measure": measure, "row": row}
        if kind != "retention":
            assert len(called(asking, "POST", "ask/persons", asked).json()["persons"]) == 1
    twice = answer(asking, QUESTIONS["events"][0] | {"groups": [groups[0], groups[0]]})
    assert (twice.status_code, twice.json()["field"]) == (422, "groups[1].cohort")


def test_by_no_cohort(asking: Any) -> None:
    question, _ = QUESTIONS["funnel"]
    told = answer(asking, question | {"groups": [{"cohort": "nobody"}]})
    assert told.status_code == 422
    assert "nobody" in told.json()["message"]
