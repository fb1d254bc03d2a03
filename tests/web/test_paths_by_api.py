"""Paths by the API: every form says the same; what is wrong is named."""

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
from tests.measure.paths.asking import DAY, STORY, happened
from tests.pipeline import House
from tests.web.sites import site
from tests.web.test_ask import answer, called

PATHS: dict[str, Any] = {
    "kind": "paths", "from": DAY, "to": DAY, "anchor": {"page": "home"}, "chosen": [{"page": "list"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(pipeline: Pipeline, new_app: Callable[..., House]) -> House:
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
        "sender": pipeline.records.tokens.create(shop.app.id, ("events:write",), now=now()),
    }
    executor = questions(pipeline, settings)
    with site(console(pipeline, settings, executor)) as app, TestClient(app) as client:
        yield client, f"/api/v1/apps/{shop.app.name}/ask", tokens


COLUMNS = [
    (0, "home", 5), (1, "list", 3), (1, "detail", 1), (1, "(end)", 1), (2, "detail", 2), (2, "(end)", 1),
]  # fmt: skip


def test_every_form_says_the_same(asking: Any) -> None:
    told = answer(asking, PATHS).json()
    assert [(row["step"], row["node"], row["sessions"]) for row in told["rows"]] == COLUMNS
    assert told["values"]["total"]["sessions"] == 5
    assert told["question"] == PATHS
    rows = list(csv.reader(io.StringIO(answer(asking, PATHS, "csv").text)))
    assert rows[0] == ["step", "kind", "node", "sessions", "share", "from_start", "nodes"]
    assert [(int(row[0]), row[2], int(row[3])) for row in rows[1:7]] == COLUMNS
    book = openpyxl.load_workbook(
        io.BytesIO(answer(asking, PATHS, "xlsx", lang="zh").content)
    ).worksheets
    cells = [
        str(cell.value) for one in book for row in one.iter_rows() for cell in row if cell.value
    ]
    assert any("home → list → …，每次打开计一条" in one for one in cells)


def test_links(asking: Any) -> None:
    told = answer(asking, PATHS | {"show": "links", "steps": 2}).json()
    found = {(row["step"], row["from"], row["node"], row["sessions"]) for row in told["rows"]}
    assert found == {(1, "home", "list", 3), (2, "list", "detail", 2), (2, "list", "(end)", 1)}


def test_a_file_has_every_node(asking: Any) -> None:
    few = PATHS | {"top": 1, "chosen": []}
    assert [row["node"] for row in answer(asking, few).json()["rows"]] == [
        "home", "list", "(rest)", "(end)",
    ]  # fmt: skip
    rows = list(csv.reader(io.StringIO(answer(asking, few, "csv").text)))
    assert [row[2] for row in rows[1:5]] == ["home", "list", "detail", "(end)"]


def test_pages_by_the_types_that_the_app_gave_them(asking: Any, shop: House) -> None:
    shop.pipeline.records.page_types.set(
        shop.app.id, {"category": ("list",), "product": ("detail",)}, now=now()
    )
    told = answer(asking, PATHS | {"pages": "type", "anchor": {"page": "category"}, "chosen": []})
    found = {row["node"]: row["sessions"] for row in told.json()["rows"] if row["step"] == 1}
    assert found == {"product": 2, "(none)": 1}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_wrong_is_named(asking: Any, lang: str) -> None:
    found = answer(asking, PATHS | {"gap": "ages"}, lang=lang)
    assert (found.status_code, found.json()["field"]) == (422, "gap")
    assert "24" in found.json()["message"]
    eleven = PATHS | {"chosen": [{"page": "list"}] * 11}
    assert answer(asking, eleven, lang=lang).json()["field"] == "chosen"
    assert answer(asking, PATHS, who="sender").status_code == 403


def test_by_command(pipeline: Pipeline, settings: Settings, shop: House) -> None:
    executor = questions(pipeline, settings)
    given = [
        ("app", shop.app.name), ("question", json.dumps(PATHS)), ("format", "table"), ("lang", "en"),
    ]  # fmt: skip
    told = asked(pipeline, executor, given).decode()
    assert "home → list → …, one a launch" in told
    assert "No further action" in told


def test_saved_paths_are_a_report(asking: Any) -> None:
    made = called(asking, "POST", "questions", {"question": PATHS, "zh": "首页之后", "en": "Home"})
    assert made.status_code == 201, made.text
    place = f"reports/question.{made.json()['id']}"
    told = called(asking, "GET", place).json()
    assert told["rows"] == answer(asking, PATHS).json()["rows"]
    other = called(asking, "GET", f"{place}?from=2020-01-01&to=2020-01-02").json()
    assert [row["sessions"] for row in other["rows"]] == [0, 0]
    assert called(asking, "POST", f"questions/{made.json()['id']}/remove").status_code == 200
