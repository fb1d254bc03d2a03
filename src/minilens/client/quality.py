"""The reports of the tab quality.

Written by scripts/client.py, not by hand: make client.
"""

from __future__ import annotations

from typing import Literal, TypedDict, Unpack

from minilens.client.answers import Answer
from minilens.client.arguments import Comparison, Listed, Range
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


class Quality:
    """The reports of this tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ledger(self, **arguments: Unpack[LedgerArguments]) -> Answer[LedgerRow]:
        """Ledger (收发台账)."""
        return self._connection.report("quality.ledger", arguments)

    def reasons(self, **arguments: Unpack[ReasonsArguments]) -> Answer[ReasonsRow]:
        """Why events don't count (未计入的原因)."""
        return self._connection.report("quality.reasons", arguments)

    def quarantine(self, **arguments: Unpack[QuarantineArguments]) -> Answer[QuarantineRow]:
        """Events in quarantine (隔离的事件)."""
        return self._connection.report("quality.quarantine", arguments)
