"""Articles of the Official Account published on some days, what they came to, and what that speaks for."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.measure.funnels.significance import Rate
from minilens.measure.single_value import Ask
from minilens.measure.table import Cell, Table
from minilens.period import Range
from minilens.reports import content
from minilens.reports import read as read_report
from minilens.reports.request import AppContext
from minilens.reports.reviews.verdicts import Judged, of_articles

#: So many are looked at, those that were opened most.
MOST = 10
#: What is told of an article.
COLUMNS = (
    "article", "article_opens", "completion_rate", "article_sharing_rate", "article_follows", "article_launches",
    "article_conversions",
)  # fmt: skip


@dataclass(frozen=True)
class Articles:
    """The list and, row by row, what its figures speak for."""

    table: Table
    judged: tuple[Judged, ...]


def articles(over: Range, context: AppContext, app: int, ask: Ask) -> Articles:
    """Those published on some days, with all that they came to up to now, the one with the most opens first."""
    pairs = [("from", str(over.start)), ("to", str(over.end)), ("top", str(MOST))]
    asked = read_report(pairs, content.ARTICLES, context.timezone, context.now, context.first_day)
    table = ask(asked.query(app))
    launches, opens = table.column("article_launches"), table.column("article_opens")
    rates = [_rate(some, of) for some, of in zip(launches, opens, strict=True)]
    return Articles(table, tuple(of_articles(rates)))


def _rate(launches: Cell, opens: Cell) -> Rate:
    """Launches are counted on our side, opens by the console: of a few opens there may be more launches."""
    some, of = (int(cell) if isinstance(cell, int | float) else 0 for cell in (launches, opens))
    return Rate(min(some, of), of)
