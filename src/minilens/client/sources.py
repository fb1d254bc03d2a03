"""The reports of the tab sources.

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
    by: Literal["scene_source", "scene_group", "scene"]
    #: The measure to sort rows by.
    sort: Literal["visits", "visitors", "launches", "new_users"]


class TrendRow(TypedDict, total=False):
    scene_source: str | None
    scene_group: str | None
    scene: str | None
    day: str | None
    moment: str | None
    visits: int | None
    visitors: int | None
    launches: int | None
    new_users: int | None


class ListArguments(Range, Comparison, Subject, Listed, total=False):
    #: The dimension whose values are listed.
    by: Literal["scene_source", "scene_group", "scene"]
    #: The measure to sort rows by.
    sort: Literal["launches", "launch_share", "visits", "visitors", "new_users"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class ListRow(TypedDict, total=False):
    scene_source: str | None
    scene_group: str | None
    scene: str | None
    launches: int | None
    launch_share: float | None
    visits: int | None
    visitors: int | None
    new_users: int | None


class FirstArguments(Range, Comparison, Subject, Listed, total=False):
    #: The dimension whose values are listed.
    by: Literal["scene_source", "scene_group", "scene"]
    #: The measure to sort rows by.
    sort: Literal["new_users", "new_user_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class FirstRow(TypedDict, total=False):
    scene_source: str | None
    scene_group: str | None
    scene: str | None
    first_scene_source: str | None
    first_scene_group: str | None
    first_scene: str | None
    new_users: int | None
    new_user_share: float | None


class ScenesArguments(Range, Comparison, Subject, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal["launches", "visits", "visitors", "visit_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class ScenesRow(TypedDict, total=False):
    scene: str | None
    launches: int | None
    visits: int | None
    visitors: int | None
    visit_share: float | None


class Sources:
    """The reports of this tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def trend(self, **arguments: Unpack[TrendArguments]) -> Answer[TrendRow]:
        """Sources over time (来源趋势)."""
        return self._connection.report("sources.trend", arguments)

    def list(self, **arguments: Unpack[ListArguments]) -> Answer[ListRow]:
        """Sources (来源)."""
        return self._connection.report("sources.list", arguments)

    def first(self, **arguments: Unpack[FirstArguments]) -> Answer[FirstRow]:
        """First source of new users (新用户首次来源)."""
        return self._connection.report("sources.first", arguments)

    def scenes(self, **arguments: Unpack[ScenesArguments]) -> Answer[ScenesRow]:
        """Scenes (场景)."""
        return self._connection.report("sources.scenes", arguments)
