"""The parts that only the review of a month has, as programs are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minilens.measure.table import Row, Table
from minilens.reports.reviews.articles import COLUMNS as OF_ARTICLES
from minilens.reports.reviews.articles import Articles
from minilens.reports.reviews.campaigns import CampaignMargin
from minilens.reports.reviews.cohorts import COLUMNS as OF_MONTHS
from minilens.reports.reviews.cohorts import Cohorts, months
from minilens.web.reviews.shapes import MarginOfCampaign, MonthOfUsers, ReviewedArticle


def campaigns(found: Sequence[CampaignMargin]) -> list[MarginOfCampaign]:
    """Each with its verdict."""
    return [
        MarginOfCampaign(
            one.campaign, one.spend, one.revenue, one.left, one.roas, one.judged.verdict, one.judged.why
        )
        for one in found
    ]  # fmt: skip


def of_months(found: tuple[Cohorts, Table] | None) -> list[MonthOfUsers]:
    """The newest first."""
    if found is None:
        return []
    _, table = found
    return [MonthOfUsers(*_cells(table, row, OF_MONTHS)) for row in months(table.rows)]


def articles(found: Articles | None) -> list[ReviewedArticle]:
    """In the order of the list."""
    if found is None:
        return []
    return [
        ReviewedArticle(*(*_cells(found.table, row, OF_ARTICLES), judged.verdict, judged.why))
        for row, judged in zip(found.table.rows, found.judged, strict=True)
    ]


def _cells(table: Table, row: Row, names: Sequence[str]) -> list[Any]:
    """Its cells of these columns; None of what the answer has not."""
    places = {one.name: n for n, one in enumerate(table.columns)}
    return [row[places[name]] if name in places else None for name in names]
