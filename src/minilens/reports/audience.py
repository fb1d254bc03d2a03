"""The Audience tab."""

from __future__ import annotations

from minilens.reports.kinds import breakdown
from minilens.reports.report import Report

CITIES = Report(
    name="audience.cities",
    zh="城市",
    en="Cities",
    kind=breakdown.KIND,
    measures=("visitors", "new_users", "visits"),
    first="visitors",
    by="city",
)
