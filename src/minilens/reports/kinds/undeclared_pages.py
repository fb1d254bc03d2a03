"""Pages that were visited though the newest `app.json` does not list them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from minilens.measure.filters import Clause, Condition
from minilens.measure.query import Query
from minilens.reports.kinds import breakdown
from minilens.reports.kinds.breakdown import BreakdownRequest

#: Stands for the pages of the `app.json` until they are known: no page has this name.
DECLARED = ("app.json",)


@dataclass(frozen=True, kw_only=True)
class UndeclaredPagesRequest(BreakdownRequest):
    """A list of pages that are not declared."""

    def days_query(self, app: int) -> Query:
        """Without those of the `app.json`, which whoever asks the question puts in, and without visits of no page."""
        found, page = super().days_query(app), self.context.catalog.dimension("page")
        clauses = ((Condition(page, "is_not", DECLARED),), (Condition(page, "is_known"),))
        return replace(found, filters=(*found.filters, *clauses))


def asks_undeclared(query: Query) -> bool:
    """Whether the question is about pages that are not declared."""
    return any(_is_open(clause) for clause in query.filters)


def with_declared(query: Query, pages: Sequence[str]) -> Query:
    """The same with these pages as the declared ones. Where there are none, no page is undeclared."""
    operator, values = ("is_not", tuple(pages)) if pages else ("is", DECLARED)
    filters = tuple(
        (replace(clause[0], operator=operator, values=values),) if _is_open(clause) else clause
        for clause in query.filters
    )
    return replace(query, filters=filters)


def _is_open(clause: Clause) -> bool:
    return len(clause) == 1 and clause[0].operator == "is_not" and clause[0].values == DECLARED


KIND = replace(
    breakdown.KIND,
    name="undeclared pages",
    read=breakdown.reading(UndeclaredPagesRequest),
    part=True,
)
