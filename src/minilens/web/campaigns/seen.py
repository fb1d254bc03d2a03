"""Codes as they were seen lately, beside the links that were made: nobody's, over, and never scanned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from minilens.records.store import Link, Records
from minilens.reference.link_codes import looks_like_code
from minilens.reports import find, read
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext

#: The days that are looked at, and how many rows of each list are shown.
PERIOD, MOST = "30d", 100
T = TypeVar("T")


@dataclass(frozen=True)
class Stray:
    """A code that came and that nobody made here, and by how many launches; `mistyped`: it looks like one of ours."""

    code: str
    launches: int
    mistyped: bool


@dataclass(frozen=True)
class Seen:
    """`strays`: codes that nobody made; `late`: links that are over and were opened all the same, with launches;
    `unused`: links that nobody opened. The most, or the newest, first."""

    strays: Sequence[Stray]
    late: Sequence[tuple[Link, int]]
    unused: Sequence[Link]


def look(console: Console, app: App, reader: ReaderContext, today: date) -> Seen:
    """Of the last 30 days. May block."""
    report = find("campaigns.list")
    asked = {"period": PERIOD, "by": "link", "top": "all", "compare": "none"}
    state = read(asked, report, app.timezone, reader.moment)
    table = console.answer(report, state.query(app.id), app)
    launches = {str(row[0]): int(str(row[1] or 0)) for row in table.rows}
    return compared(launches, console.records, app.id, today)


def compared(launches: Mapping[str, int], records: Records, app: int, today: date) -> Seen:
    """The same of codes with their launches."""
    links = {link.code: link for link in records.links.of(app)}
    strange = [
        Stray(code, n, looks_like_code(code)) for code, n in launches.items() if code not in links
    ]
    late = [
        (link, launches[code])
        for code, link in links.items()
        if code in launches and link.over(today)
    ]
    unused = [link for code, link in links.items() if code not in launches and not link.over(today)]
    return Seen(
        _some(sorted(strange, key=lambda one: (-one.launches, one.code))),
        _some(sorted(late, key=lambda one: -one[1])),
        _some(sorted(unused, key=lambda one: one.created, reverse=True)),
    )


def _some(rows: Iterable[T]) -> list[T]:
    return list(rows)[:MOST]
