"""Reads each form back into rows, as someone without our code would."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import openpyxl  # type: ignore[import-untyped]

Figures = dict[str, float | None]
Rows = list[Figures]

#: How the rest and the whole are called where people read them.
REST, WHOLE = {"All others", "其余"}, {"All", "全部"}
#: What the first column is called where rows are days or moments, of which one range may have more.
PERIODS = {"day", "moment"}
#: A day or a moment of the clock.
PERIOD = re.compile(r"(\d{4}-\d\d-\d\d|\d\d-\d\d \d\d:\d\d) ")


@dataclass
class Read:
    """What a form says. Where rows are values, `heads` are they."""

    now: Rows = field(default_factory=list)
    then: Rows = field(default_factory=list)
    rest: Figures | None = None
    total: Figures | None = None
    heads: list[str] = field(default_factory=list)


def number(text: str) -> float | None:
    """31,068 · 1 分 23 秒 · 1h 2m 5s · 12.30% · – or nothing, as a number."""
    text = text.strip()
    if text in ("", "–"):
        return None
    parts = re.findall(r"([\d.,]+) ?(小时|分|秒|h|m|s)(?![a-z])", text)
    if parts:
        size = {"小时": 3600, "h": 3600, "分": 60, "m": 60, "秒": 1, "s": 1}
        return sum(float(figure) * size[word] for figure, word in parts)
    if text.endswith("%"):
        return float(text[:-1]) / 100
    return float(text.replace(",", ""))


def from_json(body: bytes, names: Sequence[str]) -> Read:
    """Rows by the names of their columns."""
    answer = json.loads(body)
    head = answer["columns"][0]["name"]
    values = answer["values"] or {"rest": None, "total": None}

    def figures(row: dict[str, Any] | None) -> Figures | None:
        return None if row is None else {name: row[name] for name in names}

    def every(rows: list[dict[str, Any]]) -> Rows:
        return [{name: row[name] for name in names} for row in rows]

    then = answer["compared"]["rows"] if answer["compared"] else []
    heads = [row[head] for row in answer["rows"]]
    return Read(
        every(answer["rows"]), every(then), figures(values["rest"]), figures(values["total"]), heads
    )


def from_csv(text: str, names: Sequence[str]) -> Read:
    """Columns by name; `previous_` is the other range; the rest is the row named so."""
    read = Read()
    lines = csv.DictReader(io.StringIO(text))
    head, *_ = lines.fieldnames or [""]
    listed = head not in PERIODS  # a value may be empty, and has a line all the same
    for row in lines:
        figures = {name: number(row[name]) for name in names}
        if row[head] == "(rest)":
            read.rest = figures
            continue
        before = f"previous_{names[0]}" in row
        if listed or row[head]:
            read.now.append(figures)
            read.heads.append(row[head].removeprefix("'"))
        if before and (listed or row[f"previous_{head}"]):
            read.then.append({name: number(row[f"previous_{name}"]) for name in names})
    return read


def from_xlsx(body: bytes, names: Sequence[str]) -> Read:
    """The first sheet: title, days, headings in the fourth line, rows up to the first without a head."""
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    lines = [list(line) for line in sheet.iter_rows(min_row=5, values_only=True)]
    read = Read()
    own = len(names) + 1
    listed = isinstance(lines[0][0], str)
    named = (len(lines[0]) - 1) % len(names) if listed else 0  # what values are called, behind them
    for head, *cells_behind in lines:
        line = [head, *cells_behind[named:]]
        if all(cell is None for cell in line):
            break
        figures = dict(zip(names, line[1:own], strict=True))
        if line[0] in REST:
            read.rest = figures
        elif line[0] in WHOLE:
            read.total = figures
        else:
            if line[0] is not None:
                read.now.append(figures)
                read.heads.append(str(line[0]))
            then = line[own:] if listed else line[own + 1 :]
            if then and (listed or line[own] is not None):
                read.then.append(dict(zip(names, then, strict=True)))
    return read


def cells(line: str) -> list[str]:
    """Two spaces or more part the cells."""
    return re.split(r" {2,}", line.strip())


def from_text(text: str, names: Sequence[str]) -> Read:
    """Blocks of lines: the rows, then those they are compared with."""
    blocks = [
        [cells(line) for line in block.splitlines()[1:]]
        for block in text.split("\n\n")
        if "\n" in block
    ]
    read = Read()
    for at, lines in enumerate(blocks):
        for head, *found in lines:
            figures = dict(zip(names, map(number, found), strict=True))
            if head in REST:
                read.rest = figures
            elif head in WHOLE:
                read.total = read.total or figures  # below stands that of the other range
            else:
                (read.then if at else read.now).append(figures)
                read.heads += [] if at else [head]
    return read


@dataclass
class Tiles:
    """The figure of each measure and of the three days beside it."""

    now: Figures
    beside: list[Figures]


def tiles_from_text(text: str, names: Sequence[str]) -> Tiles:
    """A line for each measure: title, figure, then figure and change three times."""
    block = next(block for block in text.split("\n\n") if "\n" in block)
    lines = [cells(line) for line in block.splitlines()[1:]]
    figures = {
        name: [number(line[at]) for at in (1, 2, 4, 6)]
        for name, line in zip(names, lines, strict=True)
    }
    return Tiles(
        {name: found[0] for name, found in figures.items()},
        [{name: found[at] for name, found in figures.items()} for at in (1, 2, 3)],
    )  # fmt: skip


def from_chart(chart: dict[str, Any]) -> tuple[list[float | None], list[float | None]]:
    """The points of the lines; the running one goes on where the first stops."""
    lines = {
        one["id"]: [p["value"] if isinstance(p, dict) else p for p in one["data"]]
        for one in chart["option"]["series"]
    }
    now = lines["now"]
    if "running" in lines:
        now = [a if a is not None else b for a, b in zip(now, lines["running"], strict=True)]
    return now, lines.get("then", [])


def from_tips(chart: dict[str, Any]) -> tuple[list[float | None], list[float | None]]:
    """The figures that the tooltip says."""
    rows = [row for tip in chart["tips"] for row in tip["rows"]]
    return (
        [number(row["figure"]) for row in rows if row["class"] == "now"],
        [number(row["figure"]) for row in rows if row["class"] == "then"],
    )
