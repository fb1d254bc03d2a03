"""A triangle says the same in every form: cells to come are blank and say from when they are final."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import openpyxl  # type: ignore[import-untyped]
import pytest

from minilens.measure.measures import DAY, DAYS_LATER, LATER, MEASURES
from minilens.measure.table import Cost, Row, Table
from minilens.render.as_csv import as_csv
from minilens.render.as_json import as_json
from minilens.render.as_text import as_text
from minilens.render.as_triangle import SHADES, as_triangle
from minilens.render.as_xlsx import as_xlsx
from minilens.reports import find
from minilens.text import Language

REPORT = find("traffic.retention")
FIRST, TODAY = date(2026, 11, 2), date(2026, 11, 5)
BACK = {(0, 1): 50, (0, 2): 25, (0, 7): None, (1, 1): 10, (1, 2): 0, (1, 7): None, (2, 1): None}


def made() -> Table:
    """Three days of a hundred people each, seen on the day on which the first is three days old."""
    rows: list[Row] = []
    for n in range(3):
        for later in (1, 2, 7):
            day = FIRST + timedelta(days=n)
            back = BACK.get((n, later)) if day + timedelta(days=later) <= TODAY else None
            back = 0 if (n, later) == (2, 1) else back
            rows.append((day, later, 100, back, None if back is None else back / 100))
    rows += [(None, 1, 300, 60, 0.2), (None, 2, 200, 25, 0.125), (None, 7, 0, None, None)]
    return Table(
        columns=(DAY, DAYS_LATER, *(MEASURES[name].column() for name in REPORT.measures)),
        rows=tuple(rows), start=FIRST, end=FIRST + timedelta(days=2),
        as_of=datetime(2026, 11, 5, 3, tzinfo=UTC), cost=Cost(1, 1, 1), keys=2, today=TODAY,
    )  # fmt: skip


def test_the_newest_day_stands_first_below_the_mean() -> None:
    triangle = as_triangle(made(), "en")
    assert triangle.heads == ("Day 1", "Day 2", "Day 7")
    assert triangle.lines[0].head == "Weighted mean"
    assert [line.size for line in triangle.lines] == ["", "100", "100", "100"]
    assert [[one.text for one in line.shares] for line in triangle.lines] == [
        ["20.00%", "12.50%", ""], ["0.00%", "", ""], ["10.00%", "0.00%", ""], ["50.00%", "25.00%", ""],
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "final"), [("en", "final from"), ("zh", "起为最终值")])
def test_a_cell_says_its_count_or_when_it_will_be_final(language: Language, final: str) -> None:
    newest, *_, oldest = as_triangle(made(), language).lines[1:]
    assert newest.shares[0].running  # the day after the fourth is today
    assert not oldest.shares[0].running
    assert "50" in oldest.shares[0].title
    assert "100" in oldest.shares[0].title
    assert final in newest.shares[1].title
    assert oldest.shares[0].shade == round(0.5 * SHADES)


def test_every_bare_form_has_a_row_for_each_cell() -> None:
    table = made()
    rows = json.loads(as_json(table, REPORT, "day", "en"))["rows"]
    assert [row["retained_users"] for row in rows] == [row[3] for row in table.rows]
    assert [row["days_later"] for row in rows] == [row[1] for row in table.rows]
    lines = list(csv.DictReader(io.StringIO(as_csv(table))))
    assert [line["retained_users"] for line in lines] == [
        "" if row[3] is None else str(row[3]) for row in table.rows
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(table, REPORT, "en"))).worksheets[0]
    found = [list(line) for line in sheet.iter_rows(min_row=5, values_only=True)][: len(table.rows)]
    assert [line[1:] for line in found] == [list(row[1:]) for row in table.rows]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_terminal_shows_each_cell(language: Language) -> None:
    text = as_text(made(), REPORT, language)
    assert len(re.findall(r"50\.00%", text)) == 1
    assert "2026-11-04" in text


#: New users of a day and the shares that WeChat's own console printed of them on 6 February 2018.
PRINTED = {
    date(2018, 2, 5): (7761, ()),
    date(2018, 2, 4): (11798, ("10.08%",)),
    date(2018, 2, 3): (13771, ("8.73%", "4.76%")),
    date(2018, 2, 2): (12723, ("6.78%", "3.49%", "4.08%")),
    date(2018, 2, 1): (9026, ("8.67%", "4.38%", "3.51%", "3.30%")),
    date(2018, 1, 31): (7631, ("9.28%", "4.77%", "3.79%", "3.80%", "3.05%")),
}


def test_wechats_own_triangle_has_this_form() -> None:
    """Newest first; what is not due is blank."""
    rows: list[Row] = []
    for day, (size, shares) in reversed(PRINTED.items()):
        for later in range(1, 8):
            said = shares[later - 1] if later <= len(shares) else ""
            back = round(float(said.rstrip("%")) * size / 100) if said else None
            rows.append((day, later, size, back, back / size if back is not None else None))
    rows += [(None, later, 0, None, None) for later in range(1, 8)]
    table = replace(made(), rows=tuple(rows), end=date(2018, 2, 5), today=date(2018, 2, 6))
    lines = as_triangle(table, "en").lines[1:]
    assert [(line.size, tuple(s.text for s in line.shares if s.text)) for line in lines] == [
        (f"{size:,}", shares) for size, shares in PRINTED.values()
    ]
    assert "6 Feb" in lines[1].shares[1].title or "final from" in lines[1].shares[1].title


def weekly() -> Table:
    """Two weeks, seen on a Wednesday: the second one is running."""
    monday = date(2026, 11, 9)
    rows: list[Row] = [
        (monday, 1, 40, 10, 0.25), (monday, 2, 40, None, None),
        (monday + timedelta(days=7), 1, 20, None, None), (monday + timedelta(days=7), 2, 20, None, None),
        (None, 1, 0, None, None), (None, 2, 0, None, None),
    ]  # fmt: skip
    columns = (DAY, LATER["week"], *made().columns[2:])
    return replace(made(), columns=columns, rows=tuple(rows), today=date(2026, 11, 18))


def test_weeks_say_their_counts_and_which_is_running() -> None:
    triangle = as_triangle(weekly(), "en", "week", "count")
    assert triangle.heads == ("Week 1", "Week 2")
    assert [line.running for line in triangle.lines] == [False, True, False]
    cell, coming = triangle.lines[-1].shares
    assert (cell.text, cell.running) == ("10", True)
    assert cell.title == "10 of 40 · 25.00% · in progress"
    assert "30 Nov" in coming.title


def test_curves_draw_what_is_over() -> None:
    triangle = as_triangle(made(), "en", "day", "curve")
    chart = json.loads(triangle.chart)
    assert next(name for _, name in triangle.legend) == "Weighted mean"
    assert chart["option"]["series"][0]["data"][:2] == [0.2, 0.125]
    assert (
        len(chart["option"]["series"]) == len(triangle.legend) == 2
    )  # the first day alone has two points
    assert chart["option"]["series"][1]["data"][2] is None
