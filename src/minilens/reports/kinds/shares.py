"""A question about shares as a report: what every form of its answer is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minilens.measure.events.words import sentence
from minilens.measure.run import AnyQuery
from minilens.measure.shares.columns import columns
from minilens.measure.shares.query import SharesQuery, shares_of
from minilens.reports.kinds.questions import QuestionRequest, kind_of
from minilens.reports.parts_reader import PartsReader, days_of
from minilens.reports.questions.shares import SharesQuestion
from minilens.reports.report import Report
from minilens.reports.request import AppContext
from minilens.text import Language, Text

TITLE = Text("分享传播", "Shares")
_SHOWN = {
    "days": Text("按天", "by day"),
    "levels": Text("按分享树的层级", "by level of the share tree"),
    "pages": Text("按被分享的页面", "by shared page"),
    "origins": Text("按卡片的来源", "by where the cards came from"),
    "groups": Text("群聊中打开的卡片", "cards opened in group chats"),
}


#: The measure that rows are sorted by, where they are.
_FIRST = {"pages": "opens", "origins": "opens", "groups": "openers"}


@dataclass(frozen=True, kw_only=True)
class SharesRequest(QuestionRequest):
    """A question about shares, as its forms are made of it."""

    question: SharesQuestion
    asked: SharesQuery

    @property
    def bucket(self) -> str:
        """Days, where rows are days."""
        return "day" if self.asked.show == "days" else "whole"

    def query(self, app: int) -> AnyQuery:
        """The question, of an app."""
        return replace(self.asked, rows=replace(self.asked.rows, app=app))

    def conditions(self, language: Language) -> list[str]:
        """What rows are, and the conditions of shares."""
        where = self.asked.rows.where
        said = [sentence(where, language)] if where.parts else []
        return [_SHOWN[self.asked.show].of(language), *said]


def _title(question: SharesQuestion, title: Text) -> Text:
    """One that nobody gave says what rows are."""
    shown = _SHOWN[question.show]
    return Text(f"{title.zh}：{shown.zh}", f"{title.en}, {shown.en}") if title is TITLE else title


def request(
    question: SharesQuestion, context: AppContext, name: str = "ask", title: Text = TITLE
) -> SharesRequest:
    """The question with the report that it is; Refused, naming the path."""
    over = days_of(question, context, "30d")
    over.check("day")
    where = PartsReader(context).where(question.where, "where")
    query = shares_of(
        0, over, question.show, where=where, traffic=question.traffic, top=question.top, timezone=context.timezone,
        by=question.by,
    )  # fmt: skip
    _, measures = columns(query.show, query.by)
    names = tuple(one.name for one in measures)
    first = _FIRST.get(query.show, names[0])
    return SharesRequest(
        report=Report(name, _title(question, title), KIND, names, first), context=context, range=over,
        period=question.period, compare="none", traffic=query.traffic, question=question, asked=query,
    )  # fmt: skip


KIND = kind_of(
    "shares",
    "events",
    SharesQuestion,
    request,
    Text("一天、一层、一个页面或一张卡片", "a day, level, page or card"),
    guide="shares",
)
