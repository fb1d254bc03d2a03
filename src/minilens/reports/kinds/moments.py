"""Moments as an address writes them, and the spans between two of them.

    period=24h   step=30   from=2026-11-22T10:30   to=2026-11-22T12:00   page=pages/index

Moments are written in the app's timezone; of an hour that comes twice the second one has its offset.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from minilens.errors import Refused
from minilens.measure.span import Span, Step, widened
from minilens.period import FIRST_DAY, LAST_DAY, months_before, today, weeks_between

MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(Z|[+-]\d\d:\d\d)?)?")


def of_period(period: str, step: Step, timezone: str, moment: datetime) -> Span:
    """A natural day, or so many hours that end with the step that is running."""
    if period in ("today", "yesterday"):
        day = today(timezone, moment) - timedelta(days=period == "yesterday")
        start, end = (midnight(one, timezone) for one in (day, day + timedelta(days=1)))
        return widened(start, end, step, timezone)
    number, unit = int(period[:-1]), period[-1]
    end = widened(moment, moment + timedelta(milliseconds=1), step, timezone).end
    return widened(end - number * timedelta(hours=24 if unit == "d" else 1), end, step, timezone)


def moved(span: Span, kind: str, timezone: str, *, weekdays: bool = False) -> Span:
    """The span as long that lies just before, or begins at the same hour of another day.

    `weekdays`: at the same hour so many whole weeks before as come nearest to that.
    """
    if weekdays:
        passed = round((span.start - moved(span, kind, timezone).start) / timedelta(days=1))
        length = -(-span.length // timedelta(days=1))
        earlier = timedelta(weeks=weeks_between(passed, kind, length))
        local = span.start.astimezone(ZoneInfo(timezone))
        same_hour = datetime.combine(local.date() - earlier, local.timetz())
        return span.from_(same_hour.astimezone(UTC))
    if kind == "previous":
        return span.from_(span.start - span.length)
    local = span.start.astimezone(ZoneInfo(timezone))
    day = local.date()
    days = {"day": day - timedelta(days=1), "week": day - timedelta(days=7)}
    months = {"month": 1, "year": 12}
    other = days[kind] if kind in days else months_before(day, months[kind])
    return span.from_(datetime.combine(other, local.timetz()).astimezone(UTC))


def midnight(day: date, timezone: str) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), ZoneInfo(timezone))


def written(moment: datetime, timezone: str) -> str:
    """The moment as an address has it."""
    return local_text(moment.astimezone(ZoneInfo(timezone)))


def local_text(local: datetime) -> str:
    """The same of a moment that is in the app's zone already."""
    offset = local.isoformat()[-6:] if local.fold else ""
    return f"{local:%Y-%m-%dT%H:%M}{offset}"


def parse_moment(text: str, field: str, timezone: str, *, end: bool) -> datetime:
    """A moment, or a day: then its first moment or, as an end, that of the next day."""
    found = MOMENT.fullmatch(text)
    try:
        day = date.fromisoformat(found[1]) if found else None
        clock = time.fromisoformat(found[2] or "00:00") if found else time()
    except ValueError:
        day = None
    if found is None or day is None or not FIRST_DAY <= day < LAST_DAY:
        raise Refused("bad_time", field, got=text)
    if found[2] is None:
        return midnight(day + timedelta(days=end), timezone)
    if found[3]:
        return datetime.fromisoformat(text)
    return datetime.combine(day, clock, ZoneInfo(timezone))
