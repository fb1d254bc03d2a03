"""Retention, stickiness and lifecycle by the API: every form says the same; they are saved and asked again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from litestar.testing import TestClient

from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.serve.wiring import asked, console, questions
from minilens.settings import Settings
from tests.measure.activity.asking import DAY, happened
from tests.pipeline import House
from tests.web.sites import site
from tests.web.test_ask import answer, called

STORY = "R1: s0 b1=5. R2: s0 b3=2.5. R3: s0 b0.1=1 b1=10 b3=10. R4: s0"
RETENTION: dict[str, Any] = {
    "kind": "retention", "first": {"event": "add_favorite"}, "return": {"event": "pay_success"},
    "periods": 3, "from": DAY, "to": DAY,
}  # fmt: skip
STICKINESS = {
    "kind": "stickiness",
    "activity": {"event": "pay_success"},
    "from": DAY,
    "to": "2026-06-07",
}
LIFECYCLE = {"kind": "lifecycle", "from": DAY, "to": "2026-06-04"}


@pytest.fixture(scope="module")
def shop(new_app: Callable[..., House]) -> House:
    house = new_app()
    house.load(happened(STORY))
    house.build()
    return house


@pytest.fixture(scope="module")
def asking(
    pipeline: Pipeline, settings: Settings, shop: House
) -> Iterator[tuple[Any, str, dict[str, str]]]:
    """A site, the address to ask at, and tokens by what they may."""
    tokens = {
        "reader": pipeline.records.tokens.create(shop.app.id, ("report:read",), now=now()),
        "admin": pipeline.records.tokens.create(shop.app.id, ("report:read", "admin"), now=now()),
    }
    executor = questions(pipeline, settings)
    with site(console(pipeline, settings, executor)) as app, TestClient(app) as client:
        yield client, f"/api/v1/apps/{shop.app.name}/ask", tokens


def test_every_form_says_the_same(asking: Any) -> None:
    told = answer(asking, RETENTION).json()
    assert told["question"] == RETENTION
    cohort = [row for row in told["rows"] if row["day"]]
    assert [(row["days_later"], row["cohort_users"], row["retained_users"]) for row in cohort] == [
        (0, 4, 1), (1, 4, 2), (2, 4, 0), (3, 4, 2),
    ]  # fmt: skip
    assert (cohort[1]["retention_rate"], cohort[1]["final_from"]) == (0.5, "2026-06-03")
    rows = list(csv.DictReader(io.StringIO(answer(asking, RETENTION, "csv").text)))
    assert [row["retained_users"] for row in rows if row["day"]] == ["1", "2", "0", "2"]
    for lang, said in (
        ("zh", "add_favorite → pay_success，有史以来首次，按天，当期回访"),
        ("en", "add_favorite → pay_success, first time ever, by day, returned in that period"),
    ):
        book = openpyxl.load_workbook(
            io.BytesIO(answer(asking, RETENTION, "xlsx", lang=lang).content)
        )
        cells = [str(cell.value) for one in book for row in one.iter_rows() for cell in row]
        assert any(said in one for one in cells)


def test_what_returns_come_to(asking: Any) -> None:
    more = {"value": {"property": "amount"}, "show": "curve", "mode": "on_or_before"}
    told = answer(asking, RETENTION | more).json()
    assert [(row["days_later"], row["value"]) for row in told["rows"]] == [
        (0, 1),
        (1, 16),
        (2, 16),
        (3, 28.5),
    ]
    assert told["rows"][3]["value_per_user"] == 28.5 / 4


def test_stickiness_and_lifecycle(asking: Any) -> None:
    told = answer(asking, STICKINESS).json()
    assert [(row["active_days"], row["persons"]) for row in told["rows"]][:3] == [
        (1, 2),
        (2, 0),
        (3, 1),
    ]
    ratios = answer(asking, STICKINESS | {"show": "ratio"}).json()["rows"]
    assert [(row["dau"], row["mau"]) for row in ratios][:4] == [(1, 1), (2, 2), (0, 2), (2, 3)]
    life = answer(asking, LIFECYCLE).json()["rows"]
    assert [tuple(row.values())[1:] for row in life] == [
        (4, 0, 0, 0, 4), (0, 2, 0, -2, 2), (0, 0, 0, -2, 0), (0, 0, 2, 0, 2),
    ]  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_wrong_is_named(asking: Any, lang: str) -> None:
    found = answer(asking, RETENTION | {"periods": None, "brackets": ["1-3", "2"]}, lang=lang)
    assert (found.status_code, found.json()["field"]) == (422, "brackets[1]")
    assert "1-3" in found.json()["message"]


@pytest.mark.parametrize("question", [RETENTION, STICKINESS, LIFECYCLE])
def test_by_command(
    pipeline: Pipeline, settings: Settings, shop: House, question: dict[str, Any]
) -> None:
    executor = questions(pipeline, settings)
    for lang in ("zh", "en"):
        given = [
            ("app", shop.app.name),
            ("question", json.dumps(question)),
            ("format", "table"),
            ("lang", lang),
        ]
        told = asked(pipeline, executor, given).decode()
        assert ("按天" if lang == "zh" else "by day") in told


@pytest.mark.parametrize("question", [RETENTION, STICKINESS, LIFECYCLE])
def test_a_saved_one_is_a_report(asking: Any, question: dict[str, Any]) -> None:
    body = {"question": question, "zh": f"看 {question['kind']}", "en": f"See {question['kind']}"}
    made = called(asking, "POST", "questions", body)
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    told = called(asking, "GET", f"reports/question.{number}")
    assert told.status_code == 200, told.text
    assert told.json()["rows"] == answer(asking, question).json()["rows"]
