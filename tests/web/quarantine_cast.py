"""What waits in quarantine in the site's tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from minilens.measure.ledger.seen import EventsSeen
from minilens.measure.ledger.waiting import FieldSeen, Mismatch, Waiting, WaitingSample
from minilens.reference.field_types import WrongType
from minilens.web.console import App, Quarantine
from minilens.web.quarantine import Group, Shown

FIRST, LAST = datetime(2026, 11, 20, 8, tzinfo=UTC), datetime(2026, 11, 21, 9, tzinfo=UTC)
MISMATCHES = (
    Mismatch((WrongType("price", "text", "number"), WrongType("sku", "list", "text")), 5),
    Mismatch((WrongType("price", "object", "number"),), 2),
)
GROUPS = [
    Group(
        Waiting("undeclared", "tea_order", 1234, FIRST, LAST, 3, sent_as="Tea-Order"), False, False
    ),
    Group(Waiting("undeclared", "refill", 12, FIRST, LAST), True, True),
    Group(Waiting("unreadable", "", 1, FIRST, LAST, 1), False, False),
    Group(Waiting("field_type", "cup", 7, FIRST, LAST, mismatches=MISMATCHES), True, True),
]
FIELDS = [
    FieldSeen("cups", "number", 1.0, ("1", "2")),
    FieldSeen("size", "text", 0.5, ("大", "3"), mixed=True),
    FieldSeen("Not-Ours", "time", 0.1, ("2026-11-20",)),
]
SAMPLES = [
    WaitingSample(LAST, FIRST, '{"name":"tea_order","props":{"cups":2}}', ""),
    WaitingSample(LAST, None, "•••", "cannot be read"),
]


def find(_app: App, reason: str, name: str) -> Shown | None:
    found = [one for one in GROUPS if (one.waiting.reason, one.waiting.name) == (reason, name)]
    return Shown(found[0], SAMPLES, FIELDS) if found else None


QUARANTINE = Quarantine(
    all=lambda app: GROUPS if app.name == "cafe" else [],
    find=find,
    seen=lambda app: EventsSeen({"wild": 4}, {"gone": date(2026, 10, 1), "never_came": None}),
)
