"""The Audience tab."""

from __future__ import annotations

from minilens.reports.kinds import breakdown
from minilens.reports.report import Report
from minilens.text import Text

PROVINCES = Report(
    name="audience.provinces",
    title=Text("省份", "Provinces"),
    kind=breakdown.KIND,
    measures=("visitors", "new_users", "visits"),
    first="visitors",
    by="province",
)

CITIES = Report(
    name="audience.cities",
    title=Text("城市", "Cities"),
    kind=breakdown.KIND,
    measures=("visitors", "new_users", "visits"),
    first="visitors",
    by="city",
)
