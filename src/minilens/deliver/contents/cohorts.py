"""The monthly look at whom an app has won: how many come back, what they are worth, and when they have paid back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from minilens.deliver.contents.content import Asking, Content
from minilens.deliver.contents.of_table import number
from minilens.measure.table import Row, Table
from minilens.period import Range
from minilens.render import format
from minilens.render.as_month import as_months
from minilens.render.message import Section
from minilens.render.panels import Course, Panel
from minilens.reports.reviews.cohorts import TITLE, cohorts, months
from minilens.text import Language

#: What is drawn.
_DRAWN = ("ltv", "return_rate_7")


def sections(asking: Asking, over: Range, language: Language) -> tuple[Section, ...]:
    """Each month of first visits a row, by the team's own question about value where one is saved."""
    found = cohorts(over, asking.context, asking.records.questions.of(asking.app, None))
    table = asking.ask(found.asked.query(asking.app))
    card = as_months((found, table), language)
    panels = [_panel(table, months(table.rows), name, language) for name in _DRAWN]
    title = TITLE.of(language)
    drawn = asking.draw(panels if card.list else [], f"{title}, {card.told[0]}", language)
    return (Section(title, card.told, (), drawn, card.list, asking.page(card.page)),)


def _panel(table: Table, rows: Sequence[Row], name: str, language: Language) -> Panel:
    """The oldest first."""
    names = [one.name for one in table.columns]
    at, column = names.index(name), table.columns[names.index(name)]
    oldest = sorted(rows, key=lambda row: str(row[0]))
    days = [row[0] for row in oldest if isinstance(row[0], date)]
    return Course(
        format.title(column, language), tuple(format.tick(day, "month") for day in days),
        tuple(number(row[at]) for row in oldest), column.unit, "bars",
    )  # fmt: skip


COHORTS = Content("cohorts", TITLE, "month", sections)
