"""An answer about events as a card has it: its shape by the columns that tell rows apart; nothing is cut in silence."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from minilens.measure.events.columns import OTHERS
from minilens.measure.measures import DAY, MOMENT
from minilens.measure.table import Column, Cost, Row, Table
from minilens.render.as_events import MOST_GROUPS, MOST_LINES, MOST_ROWS, Events, as_events
from minilens.render.drawing import Options
from minilens.text import Text

START = date(2026, 11, 1)
TOTAL = Column("m1", Text("次数", "Total"), "count")
RATE = Column("m2", Text("比率", "Rate"), "ratio")
PERSONS = Column("m3", Text("人数", "Persons"), "count")
SKU = Column("property.sku", Text("sku", "sku"), "text")
SIZE = Column("property.size", Text("size", "size"), "text")


def table(columns: tuple[Column, ...], rows: list[Row], keys: int, **more: Any) -> Table:
    end = START + timedelta(days=9)
    return Table(
        columns,
        tuple(rows),
        START,
        end,
        datetime(2026, 11, 11, tzinfo=UTC),
        Cost(1, 1, 1),
        keys=keys,
        **more,
    )


def drawn(of: Table, measure: str = "m1", grain: str = "day") -> Events:
    return as_events(of, Options(measure, grain), "en")


def days(n: int, *figures: int | float | None) -> list[Row]:
    return [(START + timedelta(days=d), *figures) for d in range(n)]


def test_one_row_is_figures() -> None:
    found = drawn(table((TOTAL, RATE), [(12_345, 0.5)], 0))
    assert [(one.title, one.short, one.exact) for one in found.figures] == [
        ("Total", "12.3k", "12,345"), ("Rate", "50.00%", "50.00%"),
    ]  # fmt: skip
    assert (found.chart, [line.cells for line in found.lines]) == ("", [("12,345", "50.00%")])


def test_periods_are_lines_of_what_shares_an_axis() -> None:
    rows = days(3, 4, 0.5, 2)
    found = drawn(table((DAY, TOTAL, RATE, PERSONS), rows, 1, totals=(None, 12, 0.5, 5)))
    assert [name for _, name in found.legend] == ["Total", "Persons"]
    assert [line.cells for line in found.lines] == [
        ("12", "50.00%", "5"),
        *[("4", "50.00%", "2")] * 3,
    ]
    assert found.lines[1].heads == ("Tue 3 Nov",)
    assert found.one_measure
    assert drawn(table((DAY, TOTAL, RATE, PERSONS), rows, 1), "m2").legend == ()


def test_what_is_below_nothing_is_drawn_as_well() -> None:
    for least, fixed in ((1, True), (-3, False)):
        rows: list[Row] = [(START, 2), (START + timedelta(days=1), least)]
        axis = json.loads(drawn(table((DAY, TOTAL), rows, 1)).chart)["option"]["yAxis"]
        assert ("min" in axis) is fixed


def test_hours_to_come_are_no_rows() -> None:
    hours = [datetime(2026, 11, 10, n, tzinfo=UTC) for n in range(4)]
    known = [3, 0, None, None]
    rows: list[Row] = list(zip(hours, known, strict=True))
    found = drawn(table((MOMENT, TOTAL), rows, 1, running=True), grain="hour")
    assert [(line.cells, line.running) for line in found.lines] == [(("0",), True), (("3",), False)]
    assert len(json.loads(found.chart)["option"]["xAxis"]["data"]) == 4
    of_groups: list[Row] = [("x", *row) for row in rows]
    found = drawn(table((SKU, MOMENT, TOTAL), of_groups, 2, running=True), grain="hour")
    assert [(line.cells, line.running) for line in found.lines] == [(("0",), True), (("3",), False)]


def test_groups_are_bars() -> None:
    rows: list[Row] = [("x", "L", 8), (None, "S", 4), ("", None, 0)]
    found = drawn(
        table(
            (SKU, SIZE, TOTAL),
            rows,
            2,
            totals=(None, None, 20),
            other=(None, None, 8),
            total_rows=7,
        )
    )
    assert [(line.kind, line.heads, line.bar) for line in found.lines] == [
        ("total", ("All", ""), None), ("value", ("x", "L"), 100.0), ("value", ("(no value)", "S"), 50.0),
        ("value", ("(empty)", "(no value)"), 0.0), ("rest", ("All others", ""), None),
    ]  # fmt: skip
    assert (found.found, found.shown, found.cut) == (7, 3, ())


def test_periods_of_groups_stand_beside_each_other() -> None:
    groups: list[tuple[str | None, ...]] = [("x", "L"), ("y", None), (OTHERS, OTHERS)]
    rows: list[Row] = [
        (*group, day, 10 * n + d)
        for n, group in enumerate(groups, 1) for d, (day,) in enumerate(days(2))
    ]  # fmt: skip
    found = drawn(table((SKU, SIZE, DAY, TOTAL), rows, 3, total_rows=9))
    assert [title for title, _ in found.heads] == ["x · L", "y · (no value)", OTHERS]
    assert [line.cells for line in found.lines] == [("11", "21", "31"), ("10", "20", "30")]
    assert (found.found, found.shown) == (9, 2)


def test_what_is_not_drawn_is_said() -> None:
    many = MOST_GROUPS + 5
    rows: list[Row] = [(f"g{n}", day, n) for n in range(many) for (day,) in days(2)]
    found = drawn(table((SKU, DAY, TOTAL), rows, 2, total_rows=many))
    assert (len(found.heads), len(found.legend)) == (MOST_GROUPS, MOST_LINES)
    assert found.cut == (f"The first 20 of {many} groups are shown here; files have all of them.",)
    rows = [(f"g{n}", n) for n in range(MOST_ROWS + 1)]
    found = drawn(table((SKU, TOTAL), rows, 1, total_rows=MOST_ROWS + 1))
    assert len(found.lines) == MOST_ROWS
    assert found.cut == ("The first 500 of 501 rows are shown here; files have all of them.",)
