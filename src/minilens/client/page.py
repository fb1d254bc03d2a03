"""The reports of the tab page.

Written by scripts/client.py, not by hand: make client.
"""

from __future__ import annotations

from typing import Literal, TypedDict, Unpack

from minilens.client.answers import Answer
from minilens.client.arguments import Comparison, Listed, Range, Subject
from minilens.client.connection import Connection


class TrendArguments(Range, Comparison, Subject, total=False):
    #: Length of each point; by the hour a single day also has the whole day in values.total.
    grain: Literal["hour", "day", "week", "month"]
    #: Only visits to this page.
    page: str


class TrendRow(TypedDict, total=False):
    day: str | None
    moment: str | None
    visits: int | None
    visitors: int | None
    page_time_per_visit: float | None
    page_time_per_visitor: float | None
    entries: int | None
    exits: int | None
    exit_rate: float | None
    bounce_rate: float | None
    shares: int | None
    sharers: int | None


class SourcesArguments(Range, Comparison, Subject, Listed, total=False):
    #: Only visits to this page.
    page: str
    #: The dimension whose values are listed.
    by: Literal["scene_source", "scene_group", "scene"]
    #: The measure to sort rows by.
    sort: Literal["visits", "visit_share", "visitors"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class SourcesRow(TypedDict, total=False):
    scene_source: str | None
    scene_group: str | None
    scene: str | None
    visits: int | None
    visit_share: float | None
    visitors: int | None


class BeforeArguments(Range, Comparison, Subject, Listed, total=False):
    #: Only visits to this page.
    page: str
    #: The measure to sort rows by.
    sort: Literal["transitions", "transition_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class BeforeRow(TypedDict, total=False):
    page_before: str | None
    transitions: int | None
    transition_share: float | None


class AfterArguments(Range, Comparison, Subject, Listed, total=False):
    #: Only visits to this page.
    page: str
    #: The measure to sort rows by.
    sort: Literal["transitions", "transition_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class AfterRow(TypedDict, total=False):
    page_after: str | None
    transitions: int | None
    transition_share: float | None


class QueriesArguments(Range, Comparison, Subject, Listed, total=False):
    #: Only visits to this page.
    page: str
    #: The measure to sort rows by.
    sort: Literal["visits", "visit_share", "visitors"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class QueriesRow(TypedDict, total=False):
    query: str | None
    visits: int | None
    visit_share: float | None
    visitors: int | None


class LoadTimesArguments(Range, Comparison, Subject, total=False):
    #: Length of each point; by the hour a single day also has the whole day in values.total.
    grain: Literal["hour", "day", "week", "month"]
    #: Only visits to this page.
    page: str


class LoadTimesRow(TypedDict, total=False):
    day: str | None
    moment: str | None
    load_time: float | None
    timed_loads: int | None


class Page:
    """The reports of this tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def trend(self, **arguments: Unpack[TrendArguments]) -> Answer[TrendRow]:
        """Page trend (页面趋势)."""
        return self._connection.report("page.trend", arguments)

    def sources(self, **arguments: Unpack[SourcesArguments]) -> Answer[SourcesRow]:
        """Sources of the page (页面的来源)."""
        return self._connection.report("page.sources", arguments)

    def before(self, **arguments: Unpack[BeforeArguments]) -> Answer[BeforeRow]:
        """What came before (从哪里来)."""
        return self._connection.report("page.before", arguments)

    def after(self, **arguments: Unpack[AfterArguments]) -> Answer[AfterRow]:
        """What came after (到哪里去)."""
        return self._connection.report("page.after", arguments)

    def queries(self, **arguments: Unpack[QueriesArguments]) -> Answer[QueriesRow]:
        """Parameters (页面参数)."""
        return self._connection.report("page.queries", arguments)

    def load_times(self, **arguments: Unpack[LoadTimesArguments]) -> Answer[LoadTimesRow]:
        """Loading (页面加载)."""
        return self._connection.report("page.load_times", arguments)
