"""The Live tab: moments and not days, seconds after they happened."""

from __future__ import annotations

from minilens.reports.kinds.live import LIVE_LIST, LIVE_TREND, NOW
from minilens.reports.report import Report
from minilens.text import Text

VISITS = Report(
    name="live.visits",
    title=Text("访问次数", "Visits"),
    kind=LIVE_TREND,
    measures=("visits",),
    first="visits",
    period="24h",
)

PAGES = Report(
    name="live.pages",
    title=Text("页面", "Pages"),
    kind=LIVE_LIST,
    measures=("visits", "visit_share"),
    first="visits",
    period="24h",
    by="page",
)

ONLINE = Report(
    name="live.online",
    title=Text("当前在线", "Online now"),
    kind=NOW,
    measures=("online",),
    first="online",
    period="24h",
)
