"""The reports of the tab traffic.

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


class TrendRow(TypedDict, total=False):
    day: str | None
    moment: str | None
    total_users: int | None
    launches: int | None
    visits: int | None
    visitors: int | None
    new_users: int | None
    shares: int | None
    sharers: int | None
    duration_per_visitor: float | None
    duration_per_launch: float | None
    visit_depth: float | None


class SourcesArguments(Range, Comparison, Subject, Listed, total=False):
    #: The dimension whose values are listed.
    by: Literal["scene_source", "scene_group"]
    #: The measure to sort rows by.
    sort: Literal["launches", "launch_share", "visitors", "visitor_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class SourcesRow(TypedDict, total=False):
    scene_source: str | None
    scene_group: str | None
    launches: int | None
    launch_share: float | None
    visitors: int | None
    visitor_share: float | None


class ScansArguments(Range, Comparison, Subject, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal["scans", "scan_users", "scan_new_users", "scan_continued"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class ScansRow(TypedDict, total=False):
    code: str | None
    scans: int | None
    scan_users: int | None
    scan_new_users: int | None
    scan_continued: int | None


class DurationsArguments(Range, Comparison, Subject, total=False):
    #: Length of each point; by the hour a single day also has the whole day in values.total.
    grain: Literal["hour", "day", "week", "month"]
    #: 1: each bucket by day, week or month (grain).
    over_time: bool


class DurationsRow(TypedDict, total=False):
    launch_duration: str | None
    day: str | None
    moment: str | None
    launches: int | None
    launch_share: float | None
    launch_users: int | None
    launch_user_share: float | None


class DepthsArguments(Range, Comparison, Subject, total=False):
    #: Length of each point; by the hour a single day also has the whole day in values.total.
    grain: Literal["hour", "day", "week", "month"]
    #: 1: each bucket by day, week or month (grain).
    over_time: bool


class DepthsRow(TypedDict, total=False):
    launch_depth: str | None
    day: str | None
    moment: str | None
    launches: int | None
    launch_share: float | None
    launch_users: int | None
    launch_user_share: float | None


class RetentionArguments(Range, Subject, total=False):
    #: New users, or active ones: all who visited.
    users: Literal["new", "active"]
    #: The people of a day, week or month; ranges are made of whole weeks and months.
    cohort: Literal["day", "week", "month"]


class RetentionRow(TypedDict, total=False):
    day: str | None
    days_later: float | None
    weeks_later: float | None
    months_later: float | None
    cohort_users: int | None
    retained_users: int | None
    retention_rate: float | None


class PagesArguments(Range, Comparison, Subject, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal[
        "visits",
        "visitors",
        "page_time_per_visit",
        "page_time_per_visitor",
        "entries",
        "exits",
        "exit_rate",
        "bounce_rate",
        "shares",
        "sharers",
    ]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class PagesRow(TypedDict, total=False):
    page: str | None
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


class LoadTimesArguments(Range, Comparison, Subject, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal["timed_loads", "load_time"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class LoadTimesRow(TypedDict, total=False):
    page: str | None
    timed_loads: int | None
    load_time: float | None


class Traffic:
    """The reports of this tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def trend(self, **arguments: Unpack[TrendArguments]) -> Answer[TrendRow]:
        """Trend (访问趋势)."""
        return self._connection.report("traffic.trend", arguments)

    def sources(self, **arguments: Unpack[SourcesArguments]) -> Answer[SourcesRow]:
        """Sources (来源分布)."""
        return self._connection.report("traffic.sources", arguments)

    def scans(self, **arguments: Unpack[ScansArguments]) -> Answer[ScansRow]:
        """Scans (扫码)."""
        return self._connection.report("traffic.scans", arguments)

    def durations(self, **arguments: Unpack[DurationsArguments]) -> Answer[DurationsRow]:
        """Time per launch (停留时长分布)."""
        return self._connection.report("traffic.durations", arguments)

    def depths(self, **arguments: Unpack[DepthsArguments]) -> Answer[DepthsRow]:
        """Pages per launch (访问深度分布)."""
        return self._connection.report("traffic.depths", arguments)

    def retention(self, **arguments: Unpack[RetentionArguments]) -> Answer[RetentionRow]:
        """Retention (留存)."""
        return self._connection.report("traffic.retention", arguments)

    def pages(self, **arguments: Unpack[PagesArguments]) -> Answer[PagesRow]:
        """Pages (页面)."""
        return self._connection.report("traffic.pages", arguments)

    def load_times(self, **arguments: Unpack[LoadTimesArguments]) -> Answer[LoadTimesRow]:
        """Page loading (页面加载)."""
        return self._connection.report("traffic.load_times", arguments)
