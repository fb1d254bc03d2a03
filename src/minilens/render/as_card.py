"""A table of numbers as a card of the console: every text and figure its template writes.

Templates do no arithmetic: what is shown, marked or left out is decided here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from minilens.measure.retention.query import Cohort
from minilens.measure.table import Advice, Column, Table
from minilens.render import format
from minilens.render.as_attribution import as_attribution
from minilens.render.as_buckets import as_buckets
from minilens.render.as_events import as_events
from minilens.render.as_funnel import as_funnel
from minilens.render.as_lifecycle import as_lifecycle
from minilens.render.as_line import as_line, is_single
from minilens.render.as_list import Listed, as_list
from minilens.render.as_ltv import as_ltv
from minilens.render.as_map import as_map
from minilens.render.as_paths import as_paths
from minilens.render.as_returns import as_returns
from minilens.render.as_ring import as_ring
from minilens.render.as_samples import as_samples
from minilens.render.as_series import as_series
from minilens.render.as_tiles import as_tiles
from minilens.render.as_triangle import as_triangle
from minilens.render.drawing import Options, ordered
from minilens.render.heading import compared, cost, period, title
from minilens.render.i18n import translate
from minilens.reports.report import Report, View
from minilens.text import Language


@dataclass(frozen=True)
class Measure:
    """A measure of the switch, with how it counts."""

    name: str
    title: str
    definition: str
    chosen: bool


@dataclass(frozen=True)
class Card:
    """What `_card.html` is given. `drawing` is what the template of that name is given: `_line.html`, `_list.html` …

    `then` names the other range.
    """

    report: str
    title: str
    drawn: str
    view: View
    measures: tuple[Measure, ...]
    shown: Measure
    empty: bool
    period: str
    compared: str
    then: str
    cost: str
    running: bool
    age: int
    notes: tuple[str, ...]
    drawing: Any
    advice: Advice | None = None

    @property
    def picture(self) -> bool:
        """Whether there is a chart that can be kept."""
        return bool(getattr(self.drawing, "chart", "")) and not self.empty and self.view == "chart"


def _list(table: Table, report: Report, options: Options, language: Language) -> Listed:
    place = options.offset, options.top
    return as_list(table, options.sort or report.first, language, report.told_by, place)


#: Drawing → what makes it of a table.
DRAWINGS: dict[str, Callable[[Table, Report, Options, Language], object]] = {
    "line": as_line,
    "list": _list,
    "map": lambda table, report, options, language: as_map(
        table, _list(table, report, options, language), language, options.province_map
    ),
    "ring": lambda table, report, options, language: as_ring(
        table, options.sort or report.first, language
    ),
    "buckets": lambda table, report, options, language: as_buckets(table, options, language),
    "attribution": lambda table, report, options, language: as_attribution(
        table, options, language
    ),
    "events": lambda table, report, options, language: as_events(table, options, language),
    "funnel": lambda table, report, options, language: as_funnel(table, options, language),
    "lifecycle": lambda table, report, options, language: as_lifecycle(table, options, language),
    "ltv": lambda table, report, options, language: as_ltv(table, options, language),
    "returns": lambda table, report, options, language: as_returns(table, options, language),
    "paths": lambda table, report, options, language: as_paths(table, options, language),
    "samples": lambda table, report, options, language: as_samples(table, language),
    "series": lambda table, report, options, language: as_series(table, options, language),
    "tiles": lambda table, report, options, language: as_tiles(table, language),
    "triangle": lambda table, report, options, language: as_triangle(
        table, language, cast("Cohort", options.grain), options.show
    ),
}


def as_card(
    table: Table, report: Report, options: Options, *, view: View, language: Language, now: datetime,
    compare: str = "previous", weekdays: bool = False,
) -> Card:  # fmt: skip
    """The card of a report."""
    measures = switch(ordered(table, report), options.measure, language)
    return Card(
        report=report.name,
        title=title(report, language, table),
        drawn=report.kind.drawing,
        view=view,
        measures=measures,
        shown=next(m for m in measures if m.chosen),
        empty=is_empty(table),
        period=period(table, report, language),
        compared=compared(table, language, weekdays=weekdays),
        then=other_range(table, compare, language),
        cost=cost(table, language),
        running=table.running,
        age=max(0, round((now - table.as_of).total_seconds())),
        notes=tuple(note.of(language) for note in table.notes),
        drawing=DRAWINGS[report.kind.drawing](table, report, options, language),
        advice=report.advice,
    )


def switch(columns: list[Column], measure: str, language: Language) -> tuple[Measure, ...]:
    """The measures to choose from."""
    return tuple(
        Measure(
            c.name, format.title(c, language), format.definition(c, language), c.name == measure
        )
        for c in columns
    )


def is_empty(table: Table) -> bool:
    """Has nothing been counted in the whole range? Unknown and 0 both mean no, but for who is there now."""
    if is_single(table) and isinstance(table.start, datetime):
        return False
    if table.total_rows and not table.rows:  # beyond the last of them
        return False
    return not any(cell for row in table.rows for cell in row[table.keys :])


def other_range(table: Table, compare: str, language: Language) -> str:
    """What the other range is: yesterday, where it is today's."""
    _ = translate(language)
    day, other = table.end, table.compared_end
    if table.running and table.start == day and other and other == day - timedelta(days=1):
        return _("Yesterday")
    return format.comparison(compare, language)
