"""The reports of the tab campaigns.

Written by scripts/client.py, not by hand: make client.
"""

from __future__ import annotations

from typing import Literal, TypedDict, Unpack

from minilens.client.answers import Answer
from minilens.client.arguments import Comparison, Listed, Range, Subject
from minilens.client.connection import Connection


class TrendArguments(Range, Subject, total=False):
    #: Length of each point; by the hour a single day also has the whole day in values.total.
    grain: Literal["hour", "day", "week", "month"]
    #: The dimension whose values are listed.
    by: Literal["campaign", "placement", "material", "link"]
    #: The measure to sort rows by.
    sort: Literal["launches", "visits", "visitors", "new_users"]


class TrendRow(TypedDict, total=False):
    campaign: str | None
    placement: str | None
    material: str | None
    link: str | None
    day: str | None
    moment: str | None
    launches: int | None
    visits: int | None
    visitors: int | None
    new_users: int | None


class ListArguments(Range, Comparison, Subject, Listed, total=False):
    #: The dimension whose values are listed.
    by: Literal["campaign", "placement", "material", "link"]
    #: The measure to sort rows by.
    sort: Literal[
        "launches", "visitors", "new_users", "visits", "visit_depth", "duration_per_launch"
    ]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class ListRow(TypedDict, total=False):
    campaign: str | None
    placement: str | None
    material: str | None
    link: str | None
    launches: int | None
    visitors: int | None
    new_users: int | None
    visits: int | None
    visit_depth: float | None
    duration_per_launch: float | None


class Campaigns:
    """The reports of this tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def trend(self, **arguments: Unpack[TrendArguments]) -> Answer[TrendRow]:
        """Campaigns over time (推广趋势)."""
        return self._connection.report("campaigns.trend", arguments)

    def list(self, **arguments: Unpack[ListArguments]) -> Answer[ListRow]:
        """Results of campaigns (推广效果)."""
        return self._connection.report("campaigns.list", arguments)
