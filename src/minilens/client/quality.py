"""The reports of the tab quality.

Written by scripts/client.py, not by hand: make client.
"""

from __future__ import annotations

from typing import Literal, TypedDict, Unpack

from minilens.client.answers import Answer
from minilens.client.arguments import Comparison, Listed, Range, Subject
from minilens.client.connection import Connection


class LedgerArguments(Range, Comparison, total=False):
    #: Length of each point; by the hour a single day also has the whole day in values.total.
    grain: Literal["hour", "day", "week", "month"]


class LedgerRow(TypedDict, total=False):
    day: str | None
    moment: str | None
    received_events: int | None
    counted_events: int | None
    duplicate_events: int | None
    quarantined_events: int | None
    refused_events: int | None
    unaccounted_events: int | None
    lost_events: int | None


class KeysArguments(Range, Comparison, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal[
        "received_events",
        "counted_events",
        "duplicate_events",
        "quarantined_events",
        "refused_events",
        "lost_events",
    ]


class KeysRow(TypedDict, total=False):
    key: str | None
    received_events: int | None
    counted_events: int | None
    duplicate_events: int | None
    quarantined_events: int | None
    refused_events: int | None
    lost_events: int | None


class ReasonsArguments(Range, Comparison, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal["not_counted_events", "quarantined_events", "refused_events"]


class ReasonsRow(TypedDict, total=False):
    reason: str | None
    not_counted_events: int | None
    quarantined_events: int | None
    refused_events: int | None


class QuarantineArguments(Range, Comparison, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal["quarantined_events"]


class QuarantineRow(TypedDict, total=False):
    event: str | None
    quarantined_events: int | None


class SamplesArguments(Range, total=False):
    pass


class SamplesRow(TypedDict, total=False):
    reason: str | None
    event: str | None
    received: str | None
    detail: str | None
    sample: str | None
    quarantined_events: int | None


class DelaysArguments(Range, Comparison, total=False):
    #: Length of each point; by the hour a single day also has the whole day in values.total.
    grain: Literal["hour", "day", "week", "month"]


class DelaysRow(TypedDict, total=False):
    day: str | None
    moment: str | None
    late_share: float | None
    late_events: int | None
    day_late_events: int | None
    sent_events: int | None


class RestatedArguments(Range, Comparison, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal["added_events", "added_share", "day_events", "restated_after"]


class RestatedRow(TypedDict, total=False):
    restated: str | None
    added_events: int | None
    added_share: float | None
    day_events: int | None
    restated_after: float | None


class UndeclaredArguments(Range, Comparison, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal["sent_events"]


class UndeclaredRow(TypedDict, total=False):
    undeclared: str | None
    sent_events: int | None


class ScenesArguments(Range, Comparison, Subject, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal["launches", "visits", "visitors"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class ScenesRow(TypedDict, total=False):
    scene: str | None
    launches: int | None
    visits: int | None
    visitors: int | None


class PagesArguments(Range, Comparison, Subject, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal["visits", "visit_share", "visitors", "entries"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class PagesRow(TypedDict, total=False):
    page: str | None
    visits: int | None
    visit_share: float | None
    visitors: int | None
    entries: int | None


class VersionsArguments(Range, Comparison, Subject, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal["visits", "visit_share", "visitors", "launches"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class VersionsRow(TypedDict, total=False):
    app_version: str | None
    visits: int | None
    visit_share: float | None
    visitors: int | None
    launches: int | None


class TrackersArguments(Range, Comparison, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal["sent_events", "late_share", "late_events", "day_late_events"]


class TrackersRow(TypedDict, total=False):
    tracker: str | None
    sent_events: int | None
    late_share: float | None
    late_events: int | None
    day_late_events: int | None


class Quality:
    """The reports of this tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ledger(self, **arguments: Unpack[LedgerArguments]) -> Answer[LedgerRow]:
        """Ledger (收发台账)."""
        return self._connection.report("quality.ledger", arguments)

    def keys(self, **arguments: Unpack[KeysArguments]) -> Answer[KeysRow]:
        """By key (按密钥)."""
        return self._connection.report("quality.keys", arguments)

    def reasons(self, **arguments: Unpack[ReasonsArguments]) -> Answer[ReasonsRow]:
        """Why events don't count (未计入的原因)."""
        return self._connection.report("quality.reasons", arguments)

    def quarantine(self, **arguments: Unpack[QuarantineArguments]) -> Answer[QuarantineRow]:
        """Events in quarantine (隔离的事件)."""
        return self._connection.report("quality.quarantine", arguments)

    def samples(self, **arguments: Unpack[SamplesArguments]) -> Answer[SamplesRow]:
        """Samples from quarantine (隔离事件样本)."""
        return self._connection.report("quality.samples", arguments)

    def delays(self, **arguments: Unpack[DelaysArguments]) -> Answer[DelaysRow]:
        """Late events (迟到的事件)."""
        return self._connection.report("quality.delays", arguments)

    def restated(self, **arguments: Unpack[RestatedArguments]) -> Answer[RestatedRow]:
        """Days recalculated (重算过的日期)."""
        return self._connection.report("quality.restated", arguments)

    def undeclared(self, **arguments: Unpack[UndeclaredArguments]) -> Answer[UndeclaredRow]:
        """Undeclared events that count (未定义但计入的事件)."""
        return self._connection.report("quality.undeclared", arguments)

    def scenes(self, **arguments: Unpack[ScenesArguments]) -> Answer[ScenesRow]:
        """Unknown scenes (未收录的场景值)."""
        return self._connection.report("quality.scenes", arguments)

    def pages(self, **arguments: Unpack[PagesArguments]) -> Answer[PagesRow]:
        """Undeclared pages (未声明的页面)."""
        return self._connection.report("quality.pages", arguments)

    def versions(self, **arguments: Unpack[VersionsArguments]) -> Answer[VersionsRow]:
        """Mini program versions (小程序版本)."""
        return self._connection.report("quality.versions", arguments)

    def trackers(self, **arguments: Unpack[TrackersArguments]) -> Answer[TrackersRow]:
        """Tracker versions (追踪代码版本)."""
        return self._connection.report("quality.trackers", arguments)
