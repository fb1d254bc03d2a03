"""The reports of the tab overview.

Written by scripts/client.py, not by hand: make client.
"""

from __future__ import annotations

from typing import Literal, TypedDict, Unpack

from minilens.client.answers import Answer
from minilens.client.arguments import Comparison, Listed, Range, Subject
from minilens.client.connection import Connection


class YesterdayArguments(Subject, total=False):
    pass


class YesterdayRow(TypedDict, total=False):
    day: str | None
    launches: int | None
    visits: int | None
    visitors: int | None
    new_users: int | None
    shares: int | None
    sharers: int | None


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


class PagesArguments(Range, Comparison, Subject, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal["visits", "visitors", "visit_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class PagesRow(TypedDict, total=False):
    page: str | None
    visits: int | None
    visitors: int | None
    visit_share: float | None


class EntriesArguments(Range, Comparison, Subject, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal["entries", "bounce_rate", "entry_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class EntriesRow(TypedDict, total=False):
    page: str | None
    entries: int | None
    bounce_rate: float | None
    entry_share: float | None


class Overview:
    """The reports of this tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def yesterday(self, **arguments: Unpack[YesterdayArguments]) -> Answer[YesterdayRow]:
        """Yesterday (昨日概况)."""
        return self._connection.report("overview.yesterday", arguments)

    def trend(self, **arguments: Unpack[TrendArguments]) -> Answer[TrendRow]:
        """Trend (趋势)."""
        return self._connection.report("overview.trend", arguments)

    def pages(self, **arguments: Unpack[PagesArguments]) -> Answer[PagesRow]:
        """Top pages (受访页)."""
        return self._connection.report("overview.pages", arguments)

    def entries(self, **arguments: Unpack[EntriesArguments]) -> Answer[EntriesRow]:
        """Top entry pages (入口页)."""
        return self._connection.report("overview.entries", arguments)
