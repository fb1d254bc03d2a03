"""Questions by the API: every form says the same; nobody else may ask; what is hostile is refused."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.reports.question import KINDS
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from tests.measure.events.test_by_hand import DAY, NEXT, STORY
from tests.pipeline import House
from tests.web.sites import site

Client = TestClient[Litestar]
QUESTION: dict[str, Any] = {
    "kind": "events", "events": [{"event": "pay_success"}], "from": DAY, "to": NEXT, "grain": "whole",
    "measures": [{}, {"aggregate": "sum", "property": "amount", "title": "Revenue"}, {"formula": "m2 / m1"}],
    "groups": [{"property": "sku"}], "top": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def asking(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[tuple[Client, str, dict[str, str]]]:
    """A site, the address to ask at, and tokens by what they may."""
    house, other = new_app(), new_app()
    house.load(STORY)
    house.build()
    made = {
        "reader": (house.app.id, "report:read"),
        "admin": (house.app.id, "admin"), "sender": (house.app.id, "events:write"),
        "stranger": (other.app.id, "report:read"),
    }  # fmt: skip
    member = pipeline.records.accounts.create(f"{house.app.name}@example.org", "Li", now=now())
    pipeline.records.grants.set(member.id, house.app.id, "analyst", now=now(), by=None)
    tokens = {
        name: pipeline.records.tokens.create(app, (scope,), now=now())
        for name, (app, scope) in made.items()
    }
    tokens["member"] = pipeline.records.tokens.create(
        house.app.id, ("report:read",), now=now(), by=member.id
    )
    executor = questions(pipeline, settings)
    with site(console(pipeline, settings, executor)) as app, TestClient(app) as client:
        yield client, f"/api/v1/apps/{house.app.name}/ask", tokens


def answer(
    asking: Any, question: object, form: str = "json", who: str = "reader", lang: str = "en"
) -> Any:
    client, address, tokens = asking
    headers = {"Authorization": f"Bearer {tokens.get(who, who)}"}
    body = question if isinstance(question, str | bytes) else json.dumps(question)
    return client.post(f"{address}?format={form}&lang={lang}", content=body, headers=headers)


def test_every_form_says_the_same(asking: Any) -> None:
    told = answer(asking, QUESTION).json()
    assert told["rows"] == [{"property.sku": "x", "m1": 2, "m2": 15.5, "m3": 7.75}]
    assert told["values"]["found"] == 4
    assert told["values"]["total"] == {"property.sku": None, "m1": 5, "m2": 135.5, "m3": 27.1}
    assert told["values"]["rest"] == {"property.sku": None, "m1": 3, "m2": 120, "m3": 40}
    assert [one["title"] for one in told["columns"]] == [
        "sku",
        "pay_success · total",
        "Revenue",
        "m2 / m1",
    ]
    assert told["question"] == QUESTION
    rows = list(csv.reader(io.StringIO(answer(asking, QUESTION, "csv").text)))
    assert rows[0] == ["property.sku", "m1", "m2", "m3"]
    assert {row[0]: row[1:] for row in rows[1:]} == {
        "x": ["2", "15.5", "7.75"], "": ["1", "0", "0"], "5": ["1", "100", "100"], "y": ["1", "20", "20"],
    }  # fmt: skip
    sheet = openpyxl.load_workbook(io.BytesIO(answer(asking, QUESTION, "xlsx").content)).worksheets[
        0
    ]
    cells = [row[:4] for row in sheet.iter_rows(min_row=5, values_only=True)]
    assert ("x", 2, 15.5, 7.75) in cells
    assert ("All", 5, 135.5, 27.1) in cells


def test_files_say_under_which_conditions(asking: Any) -> None:
    sku = {"property": "sku", "operator": "is_not", "values": ["y"]}
    where = {"any": [sku, {"property": "amount", "operator": "gt", "values": [5]}]}
    book = openpyxl.load_workbook(
        io.BytesIO(answer(asking, {**QUESTION, "where": where}, "xlsx", lang="zh").content)
    )
    assert "sku 不是 y 或 amount 大于 5" in book.worksheets[0]["A3"].value


@pytest.mark.parametrize(
    ("who", "status", "code"),
    [
        ("stranger", 404, "unknown_app"),
        ("sender", 403, "missing_scope"),
        ("nonsense", 401, "wrong_token"),
    ],
)
def test_nobody_else_may_ask(asking: Any, who: str, status: int, code: str) -> None:
    found = answer(asking, QUESTION, who=who)
    assert (found.status_code, found.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({**QUESTION, "measures": [{}, {"aggregate": "sum"}]}, 422, "measures[1].property"),
        ("no json", 400, "body"), (b"\xff", 400, "body"), ("", 400, "body"), ("[]", 422, "body"),
        ("9" * 70_000, 413, "body"),
        ({**QUESTION, "grain": "hour", "period": "90d", "from": "", "to": ""}, 422, "grain"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(asking: Any, body: object, status: int, field: str | None) -> None:
    found = answer(asking, body)
    assert (found.status_code, found.json().get("field")) == (status, field)
    assert found.headers["content-type"].startswith("application/problem+json")


def test_its_description_tells_kinds_apart(asking: Any) -> None:
    client, _, _ = asking
    schema = client.get("/api/v1/openapi.json").json()
    body = schema["paths"]["/api/v1/apps/{app}/ask"]["post"]["requestBody"]["content"][
        "application/json"
    ]["schema"]
    assert body["discriminator"]["propertyName"] == "kind"
    for ref, name in zip(body["oneOf"], KINDS, strict=True):
        question = schema["components"]["schemas"][ref["$ref"].rpartition("/")[2]]
        assert "kind" in question["required"]
        assert question["properties"]["kind"]["const"] == name


def called(asking: Any, method: str, path: str, body: Any = None, who: str = "admin") -> Any:
    """An answer of the app's API."""
    client, address, tokens = asking
    headers = {"Authorization": f"Bearer {tokens[who]}"}
    return client.request(
        method, f"{address.removesuffix('/ask')}/{path}", json=body, headers=headers
    )


def test_a_question_is_saved_listed_and_removed(asking: Any) -> None:
    made = called(
        asking, "POST", "questions", {"question": QUESTION, "zh": "支付", "en": "Payments"}
    )
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    again = called(asking, "POST", "questions", {"question": QUESTION, "zh": "支付"})
    assert (again.status_code, again.json()["code"]) == (409, "question_exists")
    wrong = called(asking, "POST", "questions", {"question": {**QUESTION, "top": 0}, "zh": "x"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "top")
    assert (
        called(asking, "POST", "questions", {"question": QUESTION, "zh": "y"}, "reader").status_code
        == 403
    )
    (listed,) = called(asking, "GET", "questions", who="reader").json()["questions"]
    assert (listed["report"], listed["zh"], listed["question"]) == (
        f"question.{number}",
        "支付",
        QUESTION,
    )
    assert called(asking, "POST", f"questions/{number}/remove", who="reader").status_code == 403
    assert called(asking, "POST", f"questions/{number}/remove").json() == {"questions": []}
    assert called(asking, "GET", f"reports/question.{number}", who="reader").status_code == 404


def test_a_question_is_changed_by_who_read_it_last(asking: Any) -> None:
    saved = called(asking, "POST", "questions", {"question": QUESTION, "zh": "改前"}).json()
    place, new = f"questions/{saved['id']}", {**QUESTION, "top": 4}
    body = {"question": new, "zh": "改后", "changed": saved["changed"]}
    assert called(asking, "POST", place, body, "reader").status_code == 403
    assert called(asking, "POST", place, {**body, "question": {**new, "top": 0}}).status_code == 422
    assert called(asking, "POST", place, {"question": new, "zh": "x"}).status_code == 422
    changed = called(asking, "POST", place, body)
    assert changed.status_code == 200, changed.text
    assert (changed.json()["question"]["top"], changed.json()["zh"]) == (4, "改后")
    late = called(asking, "POST", place, {**body, "zh": "太晚"})
    assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
    assert called(asking, "POST", f"{place}0", body).status_code == 404
    assert called(asking, "POST", f"{place}/remove").status_code == 200


def test_a_saved_question_is_a_report(asking: Any) -> None:
    """It answers as asked, over other days where that is said, in every form, and for nobody else."""
    made = called(
        asking, "POST", "questions", {"question": QUESTION, "zh": "购买", "en": "Purchases"}
    )
    place = f"reports/question.{made.json()['id']}"

    def get(path: str, who: str = "reader") -> Any:
        return called(asking, "GET", path, who=who)

    told, now_asked = get(f"{place}?lang=en").json(), answer(asking, QUESTION).json()
    assert (told["rows"], told["values"]) == (now_asked["rows"], now_asked["values"])
    assert (told["report"], told["title"]) == (place.removeprefix("reports/"), "Purchases")
    other = get(f"{place}?from={NEXT}&grain=day").json()
    assert ([row["m1"] for row in other["rows"]], other["grain"]) == ([1], "day")
    assert get(f"{place}?format=csv").text == answer(asking, QUESTION, "csv").text
    for path, status in (
        (f"{place}0", 404), ("reports/question.x", 404), ("reports/overview.trnd", 404), (f"{place}?grain=year", 422),
    ):  # fmt: skip
        assert get(path).status_code == status, path
    assert get(place, who="stranger").status_code == 404
    assert called(asking, "POST", f"questions/{made.json()['id']}/remove").status_code == 200


def test_what_a_member_asked_is_asked_again(asking: Any) -> None:
    """The same once, the newest first; a token of nobody remembers nothing."""
    client, address, tokens = asking
    other = {**QUESTION, "top": 3}
    for question in (QUESTION, other, QUESTION):
        assert answer(asking, question, who="member").status_code == 200
    assert answer(asking, {**QUESTION, "top": 0}, who="member").status_code == 422

    def remembered(who: str) -> Any:
        headers = {"Authorization": f"Bearer {tokens[who]}"}
        root = address.removesuffix("/ask")
        return client.get(f"{root}/questions/asked", headers=headers).json()["asked"]

    assert [one["question"] for one in remembered("member")] == [QUESTION, other]
    again = answer(asking, remembered("member")[0]["question"], who="member").json()
    assert again["rows"] == answer(asking, QUESTION).json()["rows"]
    assert remembered("reader") == []
