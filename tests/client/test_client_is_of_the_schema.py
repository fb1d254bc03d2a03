"""The client that is shipped is what the present schema gives, and the schema says what reports answer."""

from __future__ import annotations

from typing import Any, get_type_hints

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens import client as package
from minilens.client import Client
from minilens.reports import REPORTS
from minilens.reports.parameters import parameters
from minilens.reports.report import Report
from scripts import client as script

#: What decides which columns rows have.
SHAPES = ("grain", "by", "users", "cohort", "over_time")


def test_the_files_are_what_the_schema_gives(http: TestClient[Litestar]) -> None:
    made = dict(script.written(http.get("/api/v1/openapi.json").json()))
    assert {path.name for path in script.CLIENT.glob("*.py")} == {
        *made, "__init__.py", "client.py", "connection.py",
    }  # fmt: skip
    stale = [
        name
        for name, text in made.items()
        if script.in_form(name, text) != (script.CLIENT / name).read_text("utf-8")
    ]
    assert not stale, "make client"


@pytest.mark.parametrize("report", REPORTS.values(), ids=lambda report: report.name)
def test_every_column_of_a_report_has_its_type(cafe: Client, report: Report) -> None:
    tab, _, name = report.name.partition(".")
    ask = getattr(getattr(cafe, tab), name)
    module = __import__(f"{package.__name__}.{tab}", fromlist=["x"])
    typed = get_type_hints(getattr(module, f"{script.class_name(report.name)}Row"))
    shapes: list[dict[str, Any]] = [{}]
    for one in parameters(report):
        shapes += [{one.name: word} for word in one.choices(report) if one.name in SHAPES]
    for shape in shapes:
        answer = ask(**shape)
        if "day" in typed or "moment" in typed or set(typed) <= {c.name for c in answer.columns}:
            assert {column.name for column in answer.columns} <= set(typed), shape
        for row in answer.rows:
            for column, value in row.items():
                kind = typed.get(column, object)
                whole = isinstance(value, int) and kind == float | None  # 1 is a share as well
                assert whole or isinstance(value, kind), (shape, column, value)
    assert set(report.measures) <= set(typed)
