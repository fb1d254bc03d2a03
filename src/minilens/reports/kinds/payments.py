"""A question about payments as a report: what every form of its answer is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minilens.measure.payments.columns import TITLES, columns
from minilens.measure.payments.query import PaymentsQuery
from minilens.measure.run import AnyQuery
from minilens.reports.kinds.questions import QuestionRequest, kind_of
from minilens.reports.parts_reader import days_of
from minilens.reports.questions.payments import PaymentsQuestion
from minilens.reports.report import Report
from minilens.reports.request import AppContext
from minilens.text import Language, Text

TITLE = Text("支付核对", "Payments reconciled")
_SHOWN = {
    "groups": Text("按分组", "by group"),
    "days": Text("按天", "by day"),
    "orders": Text("订单", "orders"),
}


@dataclass(frozen=True, kw_only=True)
class PaymentsRequest(QuestionRequest):
    """A question about payments, as its forms are made of it."""

    question: PaymentsQuestion
    asked: PaymentsQuery

    @property
    def bucket(self) -> str:
        """Days, where rows are days."""
        return "day" if self.asked.show == "days" else "whole"

    def query(self, app: int) -> AnyQuery:
        """The question, of an app."""
        return replace(self.asked, app=app)

    def conditions(self, language: Language) -> list[str]:
        """What rows are, unless the title says so."""
        shown = [_shown(self.question).of(language)]
        return shown if self.report.title != _title(self.question, TITLE) else []


def _shown(question: PaymentsQuestion) -> Text:
    return TITLES[question.group] if question.show == "orders" else _SHOWN[question.show]


def _title(question: PaymentsQuestion, title: Text) -> Text:
    """One that nobody gave says what rows are."""
    shown = _shown(question)
    return (
        Text(f"{title.zh}：{shown.zh}", f"{title.en}, {shown.en[0].lower()}{shown.en[1:]}")
        if title is TITLE
        else title
    )


def request(
    question: PaymentsQuestion, context: AppContext, name: str = "ask", title: Text = TITLE
) -> PaymentsRequest:
    """The question with the report that it is; Refused, naming the path."""
    over = days_of(question, context, "30d")
    over.check("day")
    query = PaymentsQuery(
        0, over, context.timezone, question.show, question.group, tuple(question.told), question.seen,
        question.traffic, question.top,
    )  # fmt: skip
    _, measures = columns(query.show)
    names = tuple(one.name for one in measures)
    return PaymentsRequest(
        report=Report(name, _title(question, title), KIND, names, names[0]), context=context, range=over,
        period=question.period, compare="none", traffic=query.traffic, question=question, asked=query,
    )  # fmt: skip


KIND = kind_of(
    "payments",
    "events",
    PaymentsQuestion,
    request,
    Text("一组订单、一天或一个订单", "a group of orders, a day or an order"),
    guide="payments",
)
