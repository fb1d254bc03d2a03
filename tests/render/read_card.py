"""Reads the HTML of a card back: its table, list, tiles, figures and chart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from tests.render.read_back import Figures, Read, Rows, Tiles, number


@dataclass
class Line:
    """A row of a table: its kind, its head, and (class, text) of its cells."""

    kind: str
    head: str = ""
    cells: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Page(HTMLParser):
    """Rows, figures and the chart's options of a card."""

    measures: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    options: str = ""
    inside: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: text or "" for name, text in attrs}
        kind = given.get("class", "")
        if tag == "th" and given.get("data-measure"):
            self.measures.append(given["data-measure"])
        if tag == "tr":
            self.lines.append(Line("value" if "data-day" in given else kind))
        if tag == "td":
            self.lines[-1].cells.append((kind, ""))
        if tag == "p" and kind == "fig":
            self.figures.append(given["title"])
        if tag == "div" and ": " in given.get("title", ""):
            self.beside.append(given["title"].rpartition(": ")[2])
        if tag == "line-chart":
            self.options = given["options"]
        if tag in ("th", "td", "small"):
            self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td", "small"):
            self.inside = ""

    def handle_data(self, data: str) -> None:
        if not self.lines or not data.strip():
            return
        if self.inside == "th":
            self.lines[-1].head += data.strip()
        elif self.inside == "td":
            kind, text = self.lines[-1].cells[-1]
            self.lines[-1].cells[-1] = kind, text + data


def page(html: str) -> Page:
    """The card, read."""
    read = Page()
    read.feed(html)
    return read


def from_table(html: str) -> tuple[Rows, list[float | None]]:
    """Rows of the card's table, oldest first, and the compared cells of the shown measure."""
    read = page(html)
    now: Rows = []
    then: list[float | None] = []
    for line in reversed([line for line in read.lines if line.kind in ("value", "running")]):
        plain = [text for kind, text in line.cells if kind in ("n", "n shown")]
        now.append(dict(zip(read.measures, map(number, plain), strict=True)))
        then += [number(text) for kind, text in line.cells if kind == "n then"]
    return now, then


def from_list(html: str, names: Sequence[str]) -> Read:
    """The whole, the values and the rest."""
    read = Read()
    for line in page(html).lines:
        figures: Figures = dict.fromkeys(names)
        if line.kind in ("value", "total", "rest"):
            found = (number(text) for _, text in line.cells)
            figures = dict(zip(names, found, strict=True))
        if line.kind == "value":
            read.now.append(figures)
            read.heads.append(line.head)
        elif line.kind == "total":
            read.total = figures
        elif line.kind == "rest":
            read.rest = figures
    return read


def from_tiles(html: str, names: Sequence[str]) -> Tiles:
    """The figure of each tile, and of the three days beside it."""
    read = page(html)
    then = [number(text) for text in read.beside]
    return Tiles(
        dict(zip(names, map(number, read.figures), strict=True)),
        [dict(zip(names, then[at::3], strict=True)) for at in range(3)],
    )


def from_figures(html: str, names: Sequence[str]) -> Rows:
    """One period as figures."""
    return [dict(zip(names, map(number, page(html).figures), strict=True))]


def chart(html: str) -> Any:
    """What the chart is given."""
    return json.loads(page(html).options)
