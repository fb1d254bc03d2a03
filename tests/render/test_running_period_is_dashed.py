"""A period that is not over yet is drawn apart."""

from __future__ import annotations

from minilens.render.as_chart import as_chart
from minilens.reports import REPORTS
from tests.render.tables import table

REPORT = REPORTS["overview.trend"]


def test_the_last_step_is_a_dashed_line_of_its_own() -> None:
    made = table(REPORT, rows=5, running=True)
    solid, dashed = as_chart(made, "visitors", "day", "zh")["option"]["series"]
    whole = made.column("visitors")
    assert solid["data"] == [*whole[:-1], None]
    assert dashed["data"] == [None, None, None, *whole[-2:]]
    assert "type" not in solid["lineStyle"]
    assert dashed["lineStyle"]["type"] == [5, 4]


def test_a_range_that_is_over_is_one_line() -> None:
    series = as_chart(table(REPORT, rows=5), "visitors", "day", "zh")["option"]["series"]
    assert [line["id"] for line in series] == ["now"]
