"""What is said of some persons beside a figure, as questions that every engine must answer alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from minilens.measure.events.columns import OTHERS
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.persons.everybody import everybody
from minilens.measure.persons.query import Place
from minilens.measure.prepared import AsOf
from minilens.measure.run import AnyQuery, run
from minilens.measure.why.query import (
    ExplainedTable,
    FigureTable,
    FigureWhyQuery,
    WhyQuery,
)
from minilens.warehouse.engine import Engine
from tests.pipeline import CREATED, LATER

Question = Callable[[Engine], object]
FUNNELS = ("funnel", "funnel, strict", "funnel that holds the page", "funnel by launches")
#: Name of a question → a figure of it.
FIGURES = {
    "events under conditions": Place("m5", (("property.ms", OTHERS),)),
    "retention by two events": Place("cohort_users", (("page", OTHERS),)),
    "retention by first events": Place("retained_users", (("weeks_later", 1.0),)),
    "stickiness": Place("at_least", (("page", OTHERS), ("active_days", 1.0))),
    "lifecycle": Place("resurrected"),
    "retention by week": Place("retained_users", (("weeks_later", 1.0),)),
    "paths along a way": Place("", (("step", 2.0), ("kind", "end"))),
    "paths of persons before an event": Place("", (("step", 1.0), ("kind", "rest"))),
}


def about_why(app: int, named: Mapping[str, AnyQuery]) -> Iterator[tuple[str, Question]]:
    """How far some persons got in funnels, and whether figures count them; by the names of these."""
    for name in FUNNELS:
        yield f"why, {name}", _asked(app, named[name], None)
    for name, place in FIGURES.items():
        yield f"why, {name}", _asked(app, named[name], place)


def _asked(app: int, query: AnyQuery, place: Place | None) -> Question:
    def ask(engine: Engine) -> object:
        some = sorted(everybody(engine, app).tolist())[: 1 if place else 2]
        as_of = AsOf(LATER, CREATED, 1 << 62)
        tables = [run(engine, _of(query, place, person), as_of) for person in some]
        return [
            table.explained if isinstance(table, ExplainedTable) else table.found
            for table in tables
            if isinstance(table, ExplainedTable | FigureTable)
        ]

    return ask


def _of(query: AnyQuery, place: Place | None, person: int) -> WhyQuery | FigureWhyQuery:
    if isinstance(query, FunnelQuery):
        return WhyQuery(query, person)
    assert place is not None
    return FigureWhyQuery(query, place, person)  # type: ignore[arg-type]
