"""What the console shows; each report declared once, without logic."""

from __future__ import annotations

from minilens.errors import NotFound, did_you_mean
from minilens.reports import live, overview
from minilens.reports.report import Report

#: In the order of the console.
ALL = (
    overview.YESTERDAY,
    overview.TREND,
    overview.PAGES,
    overview.ENTRIES,
    live.VISITS,
    live.PAGES,
    live.ONLINE,
)
REPORTS: dict[str, Report] = {report.name: report for report in ALL}

__all__ = ["REPORTS", "Report", "find"]


def find(name: str) -> Report:
    """The report of that name; NotFound with a hint where there is none."""
    if name not in REPORTS:
        raise NotFound("unknown_report", got=name, hint=did_you_mean(name, REPORTS))
    return REPORTS[name]
