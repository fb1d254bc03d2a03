"""A review of an app as the site asks for its parts."""

from __future__ import annotations

from datetime import date

from minilens.reports.request import AppContext
from minilens.reports.reviews.days import ReviewGrain, latest
from minilens.reports.reviews.whole import ReviewOf
from minilens.web.catalogs import catalog_of
from minilens.web.console import App, Console
from minilens.web.kpis.dashboard import asker
from minilens.web.reader import ReaderContext


def review_of(
    console: Console, app: App, reader: ReaderContext, grain: ReviewGrain, start: date | None
) -> ReviewOf:
    """That of a week or month by its first day; the one that is to be held now unless given."""
    catalog = catalog_of(console.records, app.id, [("filter", "cohort")])
    context = AppContext(app.timezone, reader.moment, console.first_day(app), catalog)
    day = start or latest(grain, context.today)
    return ReviewOf(grain, day, app.id, context, console.records, asker(console, app))
