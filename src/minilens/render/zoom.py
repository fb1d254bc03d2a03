"""What a part of a trend is as a range of its own: by dragging over a chart, or by the row of a table."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from minilens.measure.table import Table
from minilens.period import Grain, next_bucket
from minilens.reports.kinds.moments import local_text

#: First and last day of a point, or its first moment and its end, as an address has them.
Ends = tuple[str, str]
#: Kept in an address that zooms: what told the range before goes.
RANGE = ("period", "grain", "compare_from", "compare_to")


def ends(table: Table, grain: str) -> list[Ends]:
    """Those of each row, cut by the range; nothing where a row is as short as a range can be."""
    firsts = [row[0] for row in table.rows if isinstance(row[0], date)]
    if len(firsts) < 2:
        return []
    if not table.by_hour and isinstance(firsts[0], datetime):
        return _of_moments([one for one in firsts if isinstance(one, datetime)], table)
    if table.by_hour:
        days = [one.date() for one in firsts if isinstance(one, datetime)]
        return [(str(one), str(one)) for one in days] if days[0] != days[-1] else []
    return [_of_days(one, table, grain) for one in firsts]


def of_periods(firsts: list[date], table: Table, grain: str) -> list[Ends]:
    """Those of periods that several values have; nothing where there is but one."""
    return [_of_days(one, table, grain) for one in firsts] if len(firsts) > 1 else []


def setting(of: Ends) -> str:
    """What a link of these ends sets in the address of its page."""
    return urlencode([*((name, "") for name in RANGE), ("from", of[0]), ("to", of[1])], safe=":")


def _of_days(first: date, table: Table, grain: str) -> Ends:
    length: Grain = "week" if grain == "week" else "month" if grain == "month" else "day"
    last = next_bucket(first, length) - timedelta(days=1)
    return str(max(first, _day(table.start))), str(min(last, _day(table.end)))


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _of_moments(firsts: list[datetime], table: Table) -> list[Ends]:
    after = [*firsts[1:], table.end]
    return [
        (local_text(one), local_text(end))
        for one, end in zip(firsts, after, strict=True)
        if isinstance(end, datetime)
    ]
