"""Funnels by the API: every form says the same; what is wrong is named."""

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
from tests.measure.funnels.asking import DAY, happened
from tests.pipeline import House
from tests.web.sites import site
from tests.web.test_ask import answer, called

FUNNEL: dict[str, Any] = {
    "kind": "funnel", "window": "1h", "from": DAY, "to": DAY,
    "steps": [{"event": "add_favorite", "title": "Liked"}, {"event": "add_to_cart"}, {"event": "pay_success"}],
}  # fmt: skip
ORDER = "P1: v0 c10 p20. P2: v0 p5 c10 share15. P3: c0 v5 p9. P4: v0 share3 c7 v9 p30. P5: c0"


@pytest.fixture(scope="module")
def shop(new_app: Callable[..., House]) -> House:
    house = new_app()
    house.load(happened(ORDER))
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
        "sender": pipeline.records.tokens.create(shop.app.id, ("events:write",), now=now()),
    }
    executor = questions(pipeline, settings)
    with site(console(pipeline, settings, executor)) as app, TestClient(app) as client:
        yield client, f"/api/v1/apps/{shop.app.name}/ask", tokens


def test_every_form_says_the_same(asking: Any) -> None:
    told = answer(asking, FUNNEL).json()
    assert [(row["step"], row["event"], row["persons"], row["from_first"]) for row in told["rows"]] == [
        (1, "Liked", 4, 1), (2, "add_to_cart", 3, 0.75), (3, "pay_success", 2, 0.5),
    ]  # fmt: skip
    assert told["values"]["total"]["persons"] == 2
    assert told["question"] == FUNNEL
    rows = list(csv.reader(io.StringIO(answer(asking, FUNNEL, "csv").text)))
    assert rows[0][:4] == ["step", "event", "persons", "from_first"]
    assert [row[2] for row in rows[1:4]] == ["4", "3", "2"]
    sheet = openpyxl.load_workbook(
        io.BytesIO(answer(asking, FUNNEL, "xlsx", lang="zh").content)
    ).worksheets
    cells = [
        str(cell.value) for one in sheet for row in one.iter_rows() for cell in row if cell.value
    ]
    assert any("Liked → add_to_cart → pay_success，依次完成，1 小时内" in one for one in cells)


def test_the_sentence_says_what_ends_and_what_stays(asking: Any) -> None:
    more = {"excluded": [{"event": "refund_request"}], "hold": [{"property": "sku"}]}
    for lang, said in (
        ("zh", "遇 refund_request 中断，sku 不变"),
        ("en", "ended by refund_request, the same sku"),
    ):
        book = openpyxl.load_workbook(
            io.BytesIO(answer(asking, FUNNEL | more, "xlsx", lang=lang).content)
        )
        cells = [
            str(cell.value) for one in book.worksheets for row in one.iter_rows() for cell in row
        ]
        assert any(said in one for one in cells)


def test_an_event_that_nobody_defined_is_told(asking: Any) -> None:
    """It is no refusal: apps may send what they do not define. Excluded events are told as well."""
    slip = FUNNEL | {
        "steps": [{"event": "add_to_kart"}, {"event": ["pay_success", "qqq"]}], "excluded": [{"event": "shared"}]
    }  # fmt: skip
    for lang, said in (
        ("en", ["add_to_kart is defined; did you mean add_to_cart?", "qqq is defined.", "shared"]),
        ("zh", ["add_to_kart 的事件；是否想写 add_to_cart？", "qqq 的事件。", "shared"]),
    ):
        told = answer(asking, slip, lang=lang)
        assert told.status_code == 200
        notes = told.json()["notes"]
        assert len(notes) == 3
        assert all(part in note for part, note in zip(said, notes, strict=True))
    assert answer(asking, FUNNEL).json()["notes"] == []


def test_the_trend_sums_to_the_whole(asking: Any) -> None:
    told = answer(asking, FUNNEL | {"show": "trend"}).json()
    assert [(row["day"], row["step_1"], row["step_3"]) for row in told["rows"]] == [(DAY, 4, 2)]
    assert told["values"]["total"]["step_1"] == 4


@pytest.mark.parametrize("order", ["strict", "any"])
def test_other_orders(asking: Any, order: str) -> None:
    told = answer(asking, FUNNEL | {"order": order}).json()
    found = [row["persons"] for row in told["rows"]]
    assert found == {"strict": [4, 1, 1], "any": [5, 4, 4]}[order]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_wrong_is_named(asking: Any, lang: str) -> None:
    eleven = FUNNEL | {"steps": FUNNEL["steps"][:1] * 11}
    found = answer(asking, eleven, lang=lang)
    assert (found.status_code, found.json()["field"]) == (422, "steps")
    assert ("10" in found.json()["message"]) is True
    assert answer(asking, FUNNEL | {"window": "ages"}, lang=lang).json()["field"] == "window"
    assert answer(asking, {"kind": "funnels"}, lang=lang).json()["field"] == "kind"
    assert answer(asking, FUNNEL, who="sender").status_code == 403


def test_by_command(pipeline: Pipeline, settings: Settings, shop: House) -> None:
    executor = questions(pipeline, settings)
    given = [
        ("app", shop.app.name),
        ("question", json.dumps(FUNNEL)),
        ("format", "table"),
        ("lang", "en"),
    ]
    told = asked(pipeline, executor, given).decode()
    assert "Liked → add_to_cart → pay_success, in this order, within 1 hour" in told


def test_a_saved_funnel_is_a_report(asking: Any) -> None:
    """It answers as asked, over other days where that is said, in every form; what no funnel takes is refused."""
    body = {"question": FUNNEL, "zh": "喜欢到支付", "en": "Liked to paid"}
    made = called(asking, "POST", "questions", body)
    assert made.status_code == 201, made.text
    listed = called(asking, "GET", "questions").json()["questions"]
    assert [(one["en"], one["question"]) for one in listed] == [("Liked to paid", FUNNEL)]
    place = f"reports/question.{made.json()['id']}"
    told, now_asked = called(asking, "GET", place).json(), answer(asking, FUNNEL).json()
    assert (told["title"], told["rows"]) == ("喜欢到支付", now_asked["rows"])
    assert called(asking, "GET", f"{place}?format=csv").text == answer(asking, FUNNEL, "csv").text
    other = called(asking, "GET", f"{place}?from=2020-01-01&to=2020-01-02")
    assert [row["persons"] for row in other.json()["rows"]] == [0, 0, 0]
    refused = called(asking, "GET", f"{place}?grain=year")
    assert (refused.status_code, refused.json()["field"]) == (422, "grain")
    eleven = {"question": FUNNEL | {"steps": FUNNEL["steps"][:1] * 11}, "zh": "x"}
    assert called(asking, "POST", "questions", eleven).status_code == 422
    assert called(asking, "POST", f"questions/{made.json()['id']}/remove").status_code == 200


@pytest.mark.parametrize(
    ("more", "rows"),
    [
        ({"show": "times"}, 8),
        ({"show": "times", "step": 2}, 6),
        ({"show": "next"}, 1),
        ({"show": "drivers"}, 2),
        ({"show": "compare", "compared": "previous"}, 2),
        ({"show": "compare", "groups": [{"field": "city"}]}, 1),
        (
            {"steps": [FUNNEL["steps"][0], {"event": "add_to_cart", "optional": True}, FUNNEL["steps"][2]]}, 5,
        ),
    ],
    ids=lambda one: json.dumps(one)[:40],
)  # fmt: skip
def test_what_is_shown_besides_in_every_form(asking: Any, more: dict[str, Any], rows: int) -> None:
    told = answer(asking, FUNNEL | more).json()
    assert len(told["rows"]) == rows
    lines = list(csv.reader(io.StringIO(answer(asking, FUNNEL | more, "csv").text)))
    assert len(lines) == rows + 1
    book = openpyxl.load_workbook(io.BytesIO(answer(asking, FUNNEL | more, "xlsx").content))
    assert sum(sheet.max_row for sheet in book.worksheets) > rows


def test_a_verdict_has_a_name_and_periods_are_in_words(asking: Any) -> None:
    compared = FUNNEL | {"show": "compare", "compared": "previous"}
    assert answer(asking, compared).json()["rows"][0]["verdict"] == "too_few"
    for lang, words in (("zh", {"本期", "对比期"}), ("en", {"This period", "Period before"})):
        book = openpyxl.load_workbook(
            io.BytesIO(answer(asking, compared, "xlsx", lang=lang).content)
        )
        said = {cell.value for one in book.worksheets for row in one.iter_rows() for cell in row}
        assert words <= said
