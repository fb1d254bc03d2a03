"""The Live tab: moments and not days, seconds after they happened."""

from __future__ import annotations

from minilens.reports.kinds.live import LIVE_LIST, LIVE_TREND, NOW
from minilens.reports.report import Report

VISITS = Report(
    name="live.visits",
    zh="访问次数",
    en="Visits",
    kind=LIVE_TREND,
    measures=("visits",),
    first="visits",
    period="24h",
)

PAGES = Report(
    name="live.pages",
    zh="页面",
    en="Pages",
    kind=LIVE_LIST,
    measures=("visits", "visit_share"),
    first="visits",
    period="24h",
    by="page",
)

ONLINE = Report(
    name="live.online",
    zh="当前在线",
    en="Online now",
    kind=NOW,
    measures=("online",),
    first="online",
    period="24h",
)
