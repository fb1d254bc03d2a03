"""How a question of each kind becomes a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from minilens.reports.kinds import (
    activity,
    attribution,
    events,
    funnels,
    ltv,
    paths,
    payments,
    shares,
)
from minilens.reports.kinds.questions import QuestionRequest
from minilens.reports.question import AnyQuestion
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
from minilens.reports.request import AppContext
from minilens.text import Text

#: Kind of question → what makes a report of one, given where it is read, the report's name and its title.
REQUESTS: Mapping[type, Callable[..., QuestionRequest]] = {
    EventsQuestion: events.request,
    SharesQuestion: shares.request,
    FunnelQuestion: funnels.request,
    PathsQuestion: paths.request,
    RetentionQuestion: activity.of_retention,
    StickinessQuestion: activity.of_stickiness,
    LifecycleQuestion: activity.of_lifecycle,
    AttributionQuestion: attribution.request,
    LtvQuestion: ltv.request,
    PaymentsQuestion: payments.request,
}


def request(
    question: AnyQuestion, context: AppContext, name: str = "ask", title: Text | None = None
) -> QuestionRequest:
    """The question with the report that it is; Refused, naming the path. `title`: that of its kind unless given."""
    more: dict[str, Any] = {} if title is None else {"title": title}
    return REQUESTS[type(question)](question, context, name, **more)
