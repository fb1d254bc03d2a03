"""The Live tab: moments and not days, seconds after they happened."""

from __future__ import annotations

from minilens.reports.report import Report

VISITS = Report(
    name="live.visits",
    zh="访问次数",
    en="Visits",
    measures=("visits",),
    first="visits",
    period="24h",
    clock=True,
)

PAGES = Report(
    name="live.pages",
    zh="页面",
    en="Pages",
    measures=("visits", "visit_share"),
    first="visits",
    chart="list",
    period="24h",
    by="page",
    clock=True,
)

ONLINE = Report(
    name="live.online",
    zh="当前在线",
    en="Online now",
    measures=("online",),
    first="online",
    period="24h",
    clock=True,
)
