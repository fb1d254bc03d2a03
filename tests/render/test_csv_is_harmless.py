"""A CSV opened in a spreadsheet runs nothing, and stays a table of numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from minilens.measure.table import Cell
from minilens.render.as_csv import as_csv, cell
from minilens.reports import REPORTS
from tests.render.tables import PAGES, table


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-", "'-"),
        ("-2+3", "'-2+3"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        (" =1+1", "' =1+1"),
        ("\u3000=1+1", "'\u3000=1+1"),
        ("\ufeff=1+1", "'\ufeff=1+1"),
        ("＝1+1", "'＝1+1"),
        ("＋86", "'＋86"),
        ("－2+3", "'－2+3"),
        ("＠SUM(A1)", "'＠SUM(A1)"),
        ("|calc", "'|calc"),
        (";=1+1", "';'=1+1"),
        ("；＝1+1", "'；'＝1+1"),
        ("a;=1+1;b", "a;'=1+1;b"),
        ('a;"=1+1"', 'a;"\'=1+1"'),
        ("a\t@x", "a\t'@x"),
        ("a;b", "a;b"),
        ("a=b", "a=b"),
        ("A-B+C", "A-B+C"),
        ("-12.50", "-12.50"),
        (-3, "-3"),
        (-0.25, "-0.25"),
        ("pages/home", "pages/home"),
        (None, ""),
        (date(2026, 11, 22), "2026-11-22"),
    ],
)
def test_cells(value: Cell, written: str) -> None:
    assert cell(value) == written


def test_header_is_the_names_without_spaces() -> None:
    report = REPORTS["overview.trend"]
    lines = as_csv(table(report, rows=2)).splitlines()
    assert lines[0] == "day," + ",".join(report.measures)
    assert len(lines) == 3
    assert not any(", " in line for line in lines)


def test_a_list_names_its_values_once_and_its_rest() -> None:
    report = REPORTS["overview.pages"]
    lines = as_csv(table(report, compared=True, rest=True)).splitlines()
    measures = ",".join(report.measures)
    assert lines[0] == f"page,{measures}," + ",".join(f"previous_{m}" for m in report.measures)
    assert lines[-1].startswith("(rest),")
    assert lines[-1].endswith(",,,")
    assert "'=1+1" in lines[3]
    assert len(lines) == 1 + len(PAGES) + 1


def test_the_heading_does_not_depend_on_whether_anything_was_found() -> None:
    made = table(REPORTS["overview.pages"], compared=True)
    full, empty = as_csv(made), as_csv(replace(made, rows=(), compared=()))
    assert empty.splitlines() == full.splitlines()[:1]
