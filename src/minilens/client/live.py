"""The reports of the tab live.

Written by scripts/client.py, not by hand: make client.
"""

from __future__ import annotations

from typing import Literal, TypedDict, Unpack

from minilens.client.answers import Answer
from minilens.client.arguments import Listed, Subject
from minilens.client.connection import Connection


class VisitsArguments(Subject, total=False):
    #: The other range by its dates, or the nearest days on the same weekdays (Mondays beside
    #: Mondays); not where rows are months.
    match: Literal["dates", "weekdays"]
    #: A number of hours or days up to now; today and yesterday are calendar days.
    period: Literal["1h", "6h", "12h", "24h", "today", "yesterday", "7d"]
    #: First moment in the app's time zone, instead of period.
    from_: str
    #: End, not included; defaults to now.
    to: str
    #: Minutes per point.
    step: Literal[1, 5, 10, 30, 60]
    #: Compare with the span just before, or the one that starts at the same hour a day, week,
    #: month or year earlier.
    compare: Literal["previous", "day", "week", "month", "year", "none"]
    #: First moment of the other span, instead of compare.
    compare_from: str
    #: End of the other span, not included.
    compare_to: str
    #: Only visits to this page.
    page: str


class VisitsRow(TypedDict, total=False):
    moment: str | None
    visits: int | None


class PagesArguments(Subject, Listed, total=False):
    #: The other range by its dates, or the nearest days on the same weekdays (Mondays beside
    #: Mondays); not where rows are months.
    match: Literal["dates", "weekdays"]
    #: A number of hours or days up to now; today and yesterday are calendar days.
    period: Literal["1h", "6h", "12h", "24h", "today", "yesterday", "7d"]
    #: First moment in the app's time zone, instead of period.
    from_: str
    #: End, not included; defaults to now.
    to: str
    #: Compare with the span just before, or the one that starts at the same hour a day, week,
    #: month or year earlier.
    compare: Literal["previous", "day", "week", "month", "year", "none"]
    #: First moment of the other span, instead of compare.
    compare_from: str
    #: End of the other span, not included.
    compare_to: str
    #: The measure to sort rows by.
    sort: Literal["visits", "visit_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class PagesRow(TypedDict, total=False):
    page: str | None
    visits: int | None
    visit_share: float | None


class OnlineArguments(Subject, total=False):
    pass


class OnlineRow(TypedDict, total=False):
    moment: str | None
    online: int | None


class Live:
    """The reports of this tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def visits(self, **arguments: Unpack[VisitsArguments]) -> Answer[VisitsRow]:
        """Visits (访问次数)."""
        return self._connection.report("live.visits", arguments)

    def pages(self, **arguments: Unpack[PagesArguments]) -> Answer[PagesRow]:
        """Pages (页面)."""
        return self._connection.report("live.pages", arguments)

    def online(self, **arguments: Unpack[OnlineArguments]) -> Answer[OnlineRow]:
        """Online now (当前在线)."""
        return self._connection.report("live.online", arguments)
