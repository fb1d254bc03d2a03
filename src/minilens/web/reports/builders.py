"""Where a question of each kind is opened in the console."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from minilens.reports.question import AnyQuestion, encoded
from minilens.reports.questions.activity import (
    LifecycleQuestion,
    RetentionQuestion,
    StickinessQuestion,
)
from minilens.reports.questions.attribution import AttributionQuestion
from minilens.reports.questions.events import EventsQuestion
from minilens.reports.questions.funnel import FunnelQuestion
from minilens.reports.questions.ltv import LtvQuestion
from minilens.reports.questions.paths import PathsQuestion
from minilens.reports.questions.payments import PaymentsQuestion
from minilens.reports.questions.shares import SharesQuestion

#: Kind of question → the page, below an app, with its form and its answer. One without a form has none.
BUILDERS: Mapping[type, str] = {
    EventsQuestion: "events/ask",
    SharesQuestion: "shares",
    FunnelQuestion: "funnels",
    PathsQuestion: "paths",
    RetentionQuestion: "retention",
    StickinessQuestion: "stickiness",
    LifecycleQuestion: "lifecycle",
    LtvQuestion: "ltv",
    AttributionQuestion: "attribution",
    PaymentsQuestion: "payments",
}


def address(app: str, question: AnyQuestion, **more: str) -> str:
    """The page of a question; empty where its kind has none."""
    page = BUILDERS.get(type(question))
    return f"/a/{app}/{page}?{pairs(question, **more)}" if page else ""


def below(app: str, question: AnyQuestion) -> str:
    """What the addresses of its answer begin with; empty where its kind has no page."""
    page = BUILDERS.get(type(question))
    return f"/a/{app}/{page}" if page else ""


def pairs(question: AnyQuestion, **more: str) -> str:
    """A question and what else an address says, as arguments."""
    told = {name: value for name, value in more.items() if value}
    return urlencode({"question": encoded(question), **told}, safe=":,/")


def of_saved(app: str, number: int, question: AnyQuestion) -> str:
    """The page of a saved question; empty where its kind has none."""
    page = BUILDERS.get(type(question))
    return f"/a/{app}/{page}?saved={number}" if page else ""
