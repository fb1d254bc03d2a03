"""The Data quality tab."""

from __future__ import annotations

from minilens.reports.kinds import ledger
from minilens.reports.report import Report
from minilens.text import Text

LEDGER = Report(
    name="quality.ledger",
    title=Text("收发台账", "Ledger"),
    kind=ledger.KIND,
    measures=(
        "received_events",
        "counted_events",
        "duplicate_events",
        "quarantined_events",
        "refused_events",
        "unaccounted_events",
        "lost_events",
    ),
    first="received_events",
    period="7d",
)

REASONS = Report(
    name="quality.reasons",
    title=Text("未计入的原因", "Why events don't count"),
    kind=ledger.NOT_COUNTED,
    measures=("not_counted_events", "quarantined_events", "refused_events"),
    first="not_counted_events",
    period="7d",
    by="reason",
)

QUARANTINE = Report(
    name="quality.quarantine",
    title=Text("隔离的事件", "Events in quarantine"),
    kind=ledger.NOT_COUNTED,
    measures=("quarantined_events",),
    first="quarantined_events",
    period="7d",
    by="event",
)
