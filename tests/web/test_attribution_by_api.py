"""Attribution by the API: every form says the same; what is wrong is named."""

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
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from tests.measure.attribution.asking import DAY_OF, HOUR, MINUTE, paid, touch
from tests.pipeline import House, at
from tests.web.sites import site
from tests.web.test_ask import answer

NOON = at(f"{DAY_OF} 04:00")
ASKED: dict[str, Any] = {
    "kind": "attribution", "conversion": {"event": "pay_success"}, "counts": "value", "value": {"property": "amount"},
    "models": ["first", "linear"], "from": DAY_OF, "to": DAY_OF,
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(pipeline: Pipeline, new_app: Callable[..., House]) -> House:
    house = new_app()
    house.load([
        touch(NOON - HOUR, "spring"), touch(NOON - MINUTE, "poster"), paid(NOON, 100),
        touch(NOON - HOUR, who="B"), paid(NOON, 0.5, who="B"), paid(NOON, 2, who="C"),
    ])  # fmt: skip
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


ROWS = [("spring", 100, 50), ("", 0.5, 0.5), ("poster", 0, 50), ("(no touch)", 2, 2)]


def test_every_form_says_the_same(asking: Any) -> None:
    told = answer(asking, ASKED).json()
    assert [(row["campaign"], row["first"], row["linear"]) for row in told["rows"]] == ROWS
    assert (told["values"]["total"]["linear"], told["values"]["total"]["touched"]) == (102.5, 3)
    assert told["question"] == ASKED
    rows = list(csv.reader(io.StringIO(answer(asking, ASKED, "csv").text)))
    assert rows[0] == ["campaign", "first", "linear", "touched"]
    assert [(row[0], float(row[1]), float(row[2])) for row in rows[1:5]] == ROWS
    book = openpyxl.load_workbook(
        io.BytesIO(answer(asking, ASKED, "xlsx", lang="zh").content)
    ).worksheets
    cells = [
        str(cell.value) for one in book for row in one.iter_rows() for cell in row if cell.value
    ]
    assert "首次触点" in cells
    assert "spring" in cells


def test_overlap_and_ways(asking: Any) -> None:
    plain = {name: value for name, value in ASKED.items() if name != "models"}
    ways = answer(asking, plain | {"show": "ways"}).json()
    assert [(row["way"], row["conversions"], row["value"]) for row in ways["rows"]] == [
        ("", 1, 0.5), ("(no touch)", 1, 2), ("spring → poster", 1, 100),
    ]  # fmt: skip
    overlap = answer(asking, plain | {"show": "overlap"}).json()
    assert [(row["campaign"], row["with"], row["value"]) for row in overlap["rows"]] == [
        ("", "(alone)", 0.5), ("poster", "spring", 100), ("spring", "poster", 100),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "field", "zh"),
    [
        ({"by": ["campaing"]}, "by[0]", "campaign"), ({"window": "0d"}, "window", "0d"),
        ({"grain": "hour"}, "grain", "hour"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(asking: Any, more: dict[str, Any], field: str, zh: str) -> None:
    found = answer(asking, ASKED | more, lang="zh")
    assert (found.status_code, found.json()["field"]) == (
        422 if found.status_code == 422 else 400,
        field,
    )
    assert zh in found.text


def touches(asking: Any, who: str = "admin", **more: Any) -> Any:
    client, address, tokens = asking
    body = {"question": ASKED, "person": "device=A"} | more
    headers = {"Authorization": f"Bearer {tokens[who]}"}
    return client.post(f"{address}/touches", content=json.dumps(body), headers=headers)


def test_one_person_touch_by_touch(asking: Any) -> None:
    told = touches(asking, question=ASKED | {"show": "ways", "models": []}).json()
    (one,) = told["handed_out"]
    assert (one["what"], one["amount"], one["conversion"]) == (
        "conversion",
        100,
        "2026-11-19T04:00:00+08:00",
    )
    assert [(each["kind"], each["values"], each["credit"]["linear"]) for each in one["touches"]] == [
        ("tagged", {"campaign": "spring"}, 50), ("tagged", {"campaign": "poster"}, 50),
    ]  # fmt: skip
    (bare,) = touches(asking, person="device=C").json()["handed_out"]
    assert bare["touches"] == [
        {
            "time": None,
            "kind": "(no touch)",
            "values": {"campaign": None},
            "credit": {"first": 2, "linear": 2},
        }
    ]


def test_touches_are_for_those_who_may_look_up_persons(asking: Any) -> None:
    assert touches(asking, who="reader").status_code == 403
    assert touches(asking, person="").json()["field"] == "person"
    funnel = {"kind": "funnel", "steps": [{"event": "a"}, {"event": "b"}]}
    assert touches(asking, question=funnel).json()["field"] == "question.kind"


def test_who_may_not_read_reports_may_not_ask(asking: Any) -> None:
    assert answer(asking, ASKED, who="sender").status_code == 403


def behind(asking: Any, who: str = "admin", form: str = "json", **body: Any) -> Any:
    client, address, tokens = asking
    headers = {"Authorization": f"Bearer {tokens[who]}"}
    return client.post(
        f"{address}/persons?format={form}&lang=en", content=json.dumps(body), headers=headers
    )


def test_persons_behind_a_model_and_what_it_touched(asking: Any, shop: House) -> None:
    plain = {name: value for name, value in ASKED.items() if name != "models"}
    ways, overlap = plain | {"show": "ways"}, plain | {"show": "overlap"}
    one, two, three = (f"p{shop.person('device', who)}" for who in "ABC")
    for question, measure, row, who in (
        (ASKED, "touched", {"campaign": "poster"}, [one]), (ASKED, "first", {"campaign": "poster"}, []),
        (ASKED, "linear", {"campaign": "poster"}, [one]), (ASKED, "touched", {"campaign": ""}, [two]),
        (ASKED, "touched", {"campaign": "(no touch)"}, [three]), (ASKED, "touched", {}, [one, two, three]),
        (ways, "conversions", {"way": "spring → poster"}, [one]), (overlap, "conversions", {"with": "spring"}, [one]),
    ):  # fmt: skip
        told = behind(asking, question=question, measure=measure, row=row).json()
        assert sorted(each["person"] for each in told["persons"]) == sorted(who), (measure, row)
    assert len(behind(asking, form="csv", question=ASKED, measure="touched").text.splitlines()) == 4
    for more, field in (
        ({"measure": "none"}, "measure"), ({"row": {"place": "x"}}, "row"),
        ({"question": ASKED | {"grain": "day"}, "row": {"day": "2026-01-01"}}, "row.day"),
    ):  # fmt: skip
        wrong = behind(asking, **({"question": ASKED, "measure": "touched"} | more))  # type: ignore[arg-type]
        assert (wrong.status_code in (400, 422), wrong.json()["field"]) == (True, field)
    assert behind(asking, who="reader", question=ASKED, measure="touched").status_code == 403
