"""What a figure belongs to: a question, or a report with the parameters of its address."""

from __future__ import annotations

from typing import Annotated

import msgspec

from minilens import reports
from minilens.errors import Refused
from minilens.measure.persons.query import Countable, PersonsQuery, Place
from minilens.measure.persons.run import KINDS
from minilens.reports.asking import request
from minilens.reports.question import AnyQuestion
from minilens.reports.questions.parts import Text
from minilens.reports.request import AppContext, Pairs, ReportRequest

#: Values of one parameter: of `filter` there may be several.
Values = str | Annotated[list[str], msgspec.Meta(max_length=50)]


class Behind(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The persons behind a figure of a question, or of a report with the parameters of its address: the column of the
    figure, and the keys of its row."""

    question: AnyQuestion | None = None
    report: Text = ""
    parameters: dict[str, Values] = {}
    measure: str = ""
    row: dict[str, str | float | None] = {}

    @property
    def place(self) -> Place:
        """Which figure it is."""
        return Place(self.measure, tuple(self.row.items()))

    @property
    def pairs(self) -> Pairs:
        """The parameters as an address has them."""
        return [
            (name, one)
            for name, some in self.parameters.items()
            for one in ([some] if isinstance(some, str) else some)
        ]

    @property
    def since_first_day(self) -> bool:
        """Whether the day of the app's first event has to be known."""
        if self.question is not None:
            return self.question.period == "all"
        period = dict(self.pairs).get("period", "")
        return bool(self.report) and reports.needs_first_day(reports.find(self.report), period)


def whose(one: Behind, context: AppContext, path: str = "") -> ReportRequest:
    """What the figure is of, as a report; Refused, naming the path, where that is nothing or cannot be asked."""
    if one.question and one.report:
        raise Refused("either_or", f"{path}report", other="question")
    if one.question:
        return request(one.question, context)
    if not one.report:
        raise Refused("missing", f"{path}question")
    known = reports.find(one.report)
    return reports.read_for_programs(
        one.pairs, known, context.timezone, context.now, context.first_day, catalog=context.catalog
    )


def persons_query(one: Behind, context: AppContext, app: int, path: str = "") -> PersonsQuery:
    """The question for the persons; Refused, naming the part, where there is no such figure or nobody behind it."""
    state = whose(one, context, path)
    of = state.query(app)
    if type(of) not in KINDS:
        raise Refused("no_persons_behind", f"{path}report", got=state.report.name)
    found: Countable = of  # type: ignore[assignment]
    KINDS[type(of)].check(found, one.place)
    return PersonsQuery(found, one.place)
