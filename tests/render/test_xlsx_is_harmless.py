"""An Excel sheet of ours holds figures, days and texts, each as what it is, and nothing that runs."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from minilens.render.as_xlsx import as_xlsx
from minilens.reports import REPORTS
from minilens.text import Language
from tests.render.tables import PAGES, table

LIST, TREND = REPORTS["overview.pages"], REPORTS["overview.trend"]
#: What spreadsheets take for a formula, a link, a number or a command when it is typed.
TYPED = (
    "=1+1", "+86", "-2+3", "@SUM(A1)", "=HYPERLINK(\"x\")", "=cmd|' /C calc'!A0", "{=1}", "\t=1", "\r=1",
    "http://x.example/", "internal:Sheet2!A1", "007", "1e5", "TRUE", "'quoted", "<script>", "\x01\x1b",
)  # fmt: skip


def cells(body: bytes) -> list[Any]:
    """Every cell of every sheet that has something in it."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    return [c for sheet in book for line in sheet.iter_rows() for c in line if c.value is not None]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_cell_is_a_formula_or_a_link(language: Language) -> None:
    made = table(LIST, compared=True, rest=True)
    rows = tuple((text, 1, 2, 0.5) for text in TYPED)
    body = as_xlsx(replace(made, rows=rows, compared=rows), LIST, language)
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        sheets = [n for n in parts.namelist() if n.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 2
        for name in sheets:
            assert not re.search(rb"<f[ >/]|<hyperlink", parts.read(name))
        assert not [name for name in parts.namelist() if "externalLink" in name or "vba" in name]
    found = cells(body)
    assert {cell.data_type for cell in found} == {"s", "n"}
    texts = [cell.value for cell in found if cell.data_type == "s"]
    assert not set(TYPED[:-1]) - {text.replace("_x000D_", "\r") for text in texts}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_cells_have_their_types_and_formats(language: Language) -> None:
    sheet = openpyxl.load_workbook(
        io.BytesIO(as_xlsx(table(TREND, rows=3, compared=3), TREND, language))
    ).worksheets[0]
    assert sheet.freeze_panes == "B5"
    assert sheet["A1"].value == TREND.title.of(language)
    assert sheet["A5"].value.isoformat() == "2026-11-01T00:00:00"
    assert sheet["A5"].number_format == "yyyy-mm-dd"
    behind = 2 + len(TREND.measures)
    formats = {sheet.cell(4, at).value: sheet.cell(5, at).number_format for at in range(2, behind)}
    assert set(formats.values()) == {"#,##0", "#,##0.0", "0.00"}
    assert sheet.cell(4, behind).value in ("日期（对比期）", "Date (comparison)")


def test_shares_are_per_cent_and_unknown_is_empty() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(table(LIST), LIST, "en"))).worksheets[0]
    at = [cell.value for cell in sheet[4]].index("Share of visits") + 1
    shares = [sheet.cell(row, at) for row in range(5, 5 + len(PAGES))]
    assert {cell.number_format for cell in shares} == {"0.00%"}
    assert {type(cell.value) for cell in shares} == {float, type(None)}


def test_the_second_sheet_says_how_each_measure_counts() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(table(TREND), TREND, "en"))).worksheets[1]
    assert [line[0] for line in sheet.iter_rows(values_only=True)][:2] == [
        "Total users",
        "Launches",
    ]
    assert sheet.max_row == len(TREND.measures)


def test_the_site_does_not_load_the_library_before_it_is_asked() -> None:
    code = "import sys, minilens.web.app, minilens.serve.wiring; print('xlsxwriter' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "False", done.stderr
