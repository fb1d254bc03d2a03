"""The Data quality tab."""

from __future__ import annotations

from minilens.reports.kinds import breakdown, ledger, unknown_scenes
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
    kind=ledger.LIST_OF_LEDGER,
    measures=("not_counted_events", "quarantined_events", "refused_events"),
    first="not_counted_events",
    period="7d",
    by="reason",
)

QUARANTINE = Report(
    name="quality.quarantine",
    title=Text("隔离的事件", "Events in quarantine"),
    kind=ledger.LIST_OF_LEDGER,
    measures=("quarantined_events",),
    first="quarantined_events",
    period="7d",
    by="event",
)

KEYS = Report(
    name="quality.keys",
    title=Text("按密钥", "By key"),
    kind=ledger.LIST_OF_LEDGER,
    measures=(
        "received_events",
        "counted_events",
        "duplicate_events",
        "quarantined_events",
        "refused_events",
        "lost_events",
    ),
    first="received_events",
    period="7d",
    by="key",
)

DELAYS = Report(
    name="quality.delays",
    title=Text("迟到的事件", "Late events"),
    kind=ledger.DELAYS,
    measures=("late_share", "late_events", "day_late_events", "sent_events"),
    first="late_share",
    period="7d",
)

RESTATED = Report(
    name="quality.restated",
    title=Text("重算过的日期", "Days recalculated"),
    kind=ledger.PART_OF_LEDGER,
    measures=("added_events", "added_share", "day_events", "restated_after"),
    first="added_events",
    period="30d",
    by="restated",
)

UNDECLARED = Report(
    name="quality.undeclared",
    title=Text("未定义但计入的事件", "Undeclared events that count"),
    kind=ledger.PART_OF_LEDGER,
    measures=("sent_events",),
    first="sent_events",
    period="7d",
    by="undeclared",
)

SCENES = Report(
    name="quality.scenes",
    title=Text("未收录的场景值", "Unknown scenes"),
    kind=unknown_scenes.KIND,
    measures=("launches", "visits", "visitors"),
    first="launches",
    period="7d",
    by="scene",
)

VERSIONS = Report(
    name="quality.versions",
    title=Text("小程序版本", "Mini program versions"),
    kind=breakdown.KIND,
    measures=("visits", "visit_share", "visitors", "launches"),
    first="visits",
    period="7d",
    by="app_version",
)

TRACKERS = Report(
    name="quality.trackers",
    title=Text("追踪代码版本", "Tracker versions"),
    kind=ledger.LIST_OF_LEDGER,
    measures=("sent_events", "late_share", "late_events", "day_late_events"),
    first="sent_events",
    period="7d",
    by="tracker",
)

#: In the order of the tab.
ALL = (LEDGER, KEYS, REASONS, QUARANTINE, UNDECLARED, DELAYS, RESTATED, SCENES, VERSIONS, TRACKERS)
