"""An answer to any question with events by the names that people give them, for cards and messages. Files have plain
names."""

from __future__ import annotations

from collections.abc import Mapping

from minilens.measure.table import Table
from minilens.reports.funnel_names import called as funnel_called
from minilens.reports.kinds.activity import ActivityRequest
from minilens.reports.kinds.events import EventsRequest
from minilens.reports.kinds.funnels import FunnelRequest
from minilens.reports.kinds.questions import QuestionRequest
from minilens.text import Language, Text
from minilens.web.activity.names import called as activity_called
from minilens.web.events.names import called as events_called


def called(
    state: QuestionRequest, table: Table, named: Mapping[str, Text], language: Language
) -> tuple[QuestionRequest, Table]:
    """`named`: event → its name. What was given a title keeps it."""
    if isinstance(state, FunnelRequest):
        return funnel_called(state, table, named, language)
    if isinstance(state, EventsRequest):
        return events_called(state, table, named)
    if isinstance(state, ActivityRequest):
        return activity_called(state, named, language), table
    return state, table
