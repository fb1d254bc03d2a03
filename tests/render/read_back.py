"""Reads each form back into rows, as someone without our code would."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Rows = list[dict[str, float | None]]


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


def from_json(body: bytes) -> tuple[Rows, Rows]:
    """Rows and compared rows, days left out."""
    answer = json.loads(body)
    then = answer["compared"]["rows"] if answer["compared"] else []
    return ([without_day(row) for row in answer["rows"]], [without_day(row) for row in then])


def without_day(row: dict[str, Any]) -> dict[str, float | None]:
    return {name: value for name, value in row.items() if name != "day"}


def from_csv(text: str, names: tuple[str, ...]) -> tuple[Rows, Rows]:
    """Columns by name; `previous_` is the other range."""
    now: Rows = []
    then: Rows = []
    for row in csv.DictReader(io.StringIO(text)):
        if row["day"]:
            now.append({name: number(row[name]) for name in names})
        if row.get("previous_day"):
            then.append({name: number(row[f"previous_{name}"]) for name in names})
    return now, then


def from_text(text: str, names: tuple[str, ...]) -> tuple[Rows, Rows]:
    """Blocks of lines that begin with a date; two spaces or more part the cells."""
    blocks: list[Rows] = []
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if re.match(r"\d{4}-\d\d-\d\d ", line)]
        if lines:
            cells = [re.split(r" {2,}", line)[1:] for line in lines]
            blocks.append([dict(zip(names, map(number, row), strict=True)) for row in cells])
    return blocks[0], blocks[1] if len(blocks) > 1 else []


def from_chart(chart: dict[str, Any]) -> tuple[list[float | None], list[float | None]]:
    """The points of the lines; the running one goes on where the first stops."""
    lines = {
        one["id"]: [p["value"] if isinstance(p, dict) else p for p in one["data"]]
        for one in chart["option"]["series"]
    }
    now = lines["now"]
    if "running" in lines:
        now = [*now[:-1], lines["running"][-1]]
    return now, lines.get("then", [])


def from_tips(chart: dict[str, Any]) -> tuple[list[float | None], list[float | None]]:
    """The figures that the tooltip says."""
    rows = [row for tip in chart["tips"] for row in tip["rows"]]
    return (
        [number(row["figure"]) for row in rows if row["class"] == "now"],
        [number(row["figure"]) for row in rows if row["class"] == "then"],
    )


@dataclass
class Page(HTMLParser):
    """Texts of cells, figures and attributes of the card's HTML."""

    measures: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    classes: list[list[str]] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    options: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "th" and given.get("data-measure"):
            self.measures.append(given["data-measure"] or "")
        if tag == "tr" and given.get("data-day"):
            self.rows.append([])
            self.classes.append([])
        if tag == "td":
            self.rows[-1].append("")
            self.classes[-1].append(given.get("class") or "")
            self.cell = True
        if tag == "p" and given.get("class") == "fig":
            self.figures.append(given["title"] or "")
        if tag == "line-chart":
            self.options = given["options"] or ""

    def handle_endtag(self, tag: str) -> None:
        self.cell = self.cell and tag != "td"

    def handle_data(self, data: str) -> None:
        if self.cell:
            self.rows[-1][-1] += data


def from_table(html: str) -> tuple[Rows, list[float | None]]:
    """Rows of the card's table, oldest first, and the compared cells of the shown measure."""
    page = Page()
    page.feed(html)
    now: Rows = []
    then: list[float | None] = []
    for cells, classes in zip(reversed(page.rows), reversed(page.classes), strict=True):
        plain = [c for c, k in zip(cells, classes, strict=True) if k in ("n", "n shown")]
        now.append(dict(zip(page.measures, map(number, plain), strict=True)))
        then += [number(c) for c, k in zip(cells, classes, strict=True) if k == "n then"]
    return now, then
