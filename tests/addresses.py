"""Addresses of reports, read on a day of a shop in Shanghai."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from minilens import reports
from minilens.reports.report import Report
from minilens.reports.request import Pairs

ZONE = "Asia/Shanghai"


def asked(given: Pairs, report: Report, day: date, first: date | None = None) -> Any:
    """The request that an address means at noon of that day."""
    noon = datetime.combine(day, time(12), ZoneInfo(ZONE))
    return reports.read(given, report, ZONE, noon, first)
