"""Days, ranges of days, and the only clock.

A day is a natural day in the app's timezone; a week begins on Monday. Everything here is pure but
`now()` and `now_ms()`, which alone read the time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import Literal
from zoneinfo import ZoneInfo

from minilens.errors import Refused, did_you_mean

Grain = Literal["hour", "day", "week", "month"]
#: Those made of whole days.
GRAINS: tuple[Grain, ...] = ("day", "week", "month")
EVERY_GRAIN: tuple[Grain, ...] = ("hour", *GRAINS)
MOST_BUCKETS = 2000
HOUR = timedelta(hours=1)
#: Counted back from today. Those that end yesterday hold only days that are over, as WeChat's do.
RECENT = ("today", "yesterday", "7d", "30d", "90d")
#: Of the calendar. The running ones end today, so that there is a day in them on a Monday or a first as well.
RUNNING = ("this_week", "this_month", "year_to_date")
CALENDAR = ("this_week", "last_week", "this_month", "last_month", "year_to_date")
#: `all`: from the first event to today.
PRESETS = (*RECENT, *CALENDAR, "all")
#: What a range may be compared with, besides any other range.
COMPARES = ("previous", "week", "month", "year", "none")
#: How the days of the other range are chosen: by the calendar, or so that Mondays stand beside Mondays.
MATCHES = ("dates", "weekdays")
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2099, 12, 31)


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def now_ms() -> int:
    """The present moment in milliseconds since 1970 in UTC."""
    return time.time_ns() // 1_000_000


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 in UTC."""
    return round(moment.timestamp() * 1000)


def today(timezone: str, moment: datetime | None = None) -> date:
    """The natural day that `moment` (default: now) falls on in the app's timezone."""
    return (moment or now()).astimezone(ZoneInfo(timezone)).date()


@dataclass(frozen=True, order=True)
class Range:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise Refused("bad_range", "from", start=self.start, end=self.end)

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def before(self) -> Range:
        """The period of the same length that ends the day before this one starts."""
        return Range(self.start - timedelta(days=self.days), self.start - timedelta(days=1))

    def months_before(self, months: int) -> Range:
        """The same dates so many months earlier, clamped; whole months stay whole months."""
        start = months_before(self.start, months)
        whole = self.start.day == 1 and (self.end + timedelta(days=1)).day == 1
        if whole:
            end = next_bucket(floor(months_before(self.end, months), "month"), "month")
            return Range(start, end - timedelta(days=1))
        return Range(start, start + timedelta(days=self.days - 1))

    def check(self, grain: Grain) -> None:
        """Refused where there are more buckets than can be shown."""
        if grain != "hour":
            self.buckets(grain)
        elif self.days * 24 > MOST_BUCKETS:
            raise Refused("too_many_buckets", "grain", got=self.days * 24, limit=MOST_BUCKETS)

    def hours(self, timezone: str) -> list[datetime]:
        """First moment of each hour of these days, in UTC; a day on which the clock is changed has 23 or 25."""
        self.check("hour")
        return [hour for day in self for hour in hours_of(day, timezone)]

    def buckets(self, grain: Grain) -> list[date]:
        """First day of each bucket of whole days that the range touches, oldest first."""
        found: list[date] = []
        bucket = floor(self.start, grain)
        while bucket <= self.end:
            found.append(bucket)
            bucket = next_bucket(bucket, grain)
        if len(found) > MOST_BUCKETS:
            raise Refused("too_many_buckets", "grain", got=len(found), limit=MOST_BUCKETS)
        return found

    def __iter__(self) -> Iterator[date]:
        for n in range(self.days):
            yield self.start + timedelta(days=n)


def midnight(day: date, timezone: str) -> datetime:
    """The first moment of a day in UTC; where the clock skips midnight, the moment at which it does."""
    return datetime.combine(day, clock_time(), ZoneInfo(timezone)).astimezone(UTC)


def hours_of(day: date, timezone: str) -> list[datetime]:
    """First moment of each hour of a day, counted from its midnight."""
    start, end = midnight(day, timezone), midnight(day + timedelta(days=1), timezone)
    return [start + n * HOUR for n in range(-(-(end - start) // HOUR))]


def floor(day: date, grain: Grain) -> date:
    """First day of the bucket that `day` lies in."""
    if grain == "week":
        return day - timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    return day


def next_bucket(day: date, grain: Grain) -> date:
    """First day of the bucket after the one that begins on `day`."""
    if grain == "week":
        return day + timedelta(days=7)
    if grain == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day + timedelta(days=1)


def buckets_later(first: date, grain: Grain, count: int) -> date:
    """First day of the bucket so many after the one that begins on `first`."""
    if grain == "month" and count:
        year, month = divmod(first.year * 12 + first.month - 1 + count, 12)
        return date(year, month + 1, 1)
    return first + timedelta(days=count * (7 if grain == "week" else 1)) if count else first


def buckets_before(first: date, grain: Grain, count: int) -> date:
    """First day of the bucket so many before the one that begins on `first`."""
    for _ in range(count):
        first = floor(first - timedelta(days=1), grain)
    return first


def whole(over: Range, grain: Grain) -> Range:
    """The range made wider to whole buckets."""
    return Range(
        floor(over.start, grain), next_bucket(floor(over.end, grain), grain) - timedelta(days=1)
    )


def months_before(day: date, months: int) -> date:
    """The same date so many months earlier; of a shorter month its last day."""
    first = day.replace(day=1)
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    last = next_bucket(first, "month") - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def months_later(day: date, months: int) -> date:
    """The same date so many months later; of a shorter month its last day."""
    first = buckets_later(day.replace(day=1), "month", months)
    last = next_bucket(first, "month") - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def compared_with(over: Range, kind: str, period: str = "") -> Range:
    """The other range of a comparison: the one just before, or the same days a week, month or year ago.

    Before a running week, month or year comes the same part of the one before: 1 to 22 November beside
    1 to 22 October, 1 to 31 March beside all of February.
    """
    if kind == "previous" and period in CALENDAR:
        return _calendar_before(over, period)
    if kind == "week":
        week = timedelta(days=7)
        return Range(over.start - week, over.end - week)
    if kind in ("month", "year"):
        return over.months_before(1 if kind == "month" else 12)
    if kind == "previous":
        return over.before()
    raise Refused("unknown_choice", "compare", got=kind, hint=did_you_mean(kind, COMPARES))


def _calendar_before(over: Range, period: str) -> Range:
    if period == "year_to_date":
        return Range(months_before(over.start, 12), months_before(over.end, 12))
    grain: Grain = "week" if period.endswith("week") else "month"
    start = floor(over.start - timedelta(days=1), grain)
    last = over.start - timedelta(days=1)
    if period not in RUNNING:
        return Range(start, last)
    return Range(start, min(last, start + timedelta(days=over.days - 1)))


def same_hour(
    over: Range, other: Range, period: str, moment: datetime, timezone: str
) -> datetime | None:
    """Up to when the other range counts beside one that is running: to the hour of now, not to the end of its day.

    Of a week or month that runs as well, day for day; of a year the hours of a day say nothing. None where all counts.
    """
    zone = ZoneInfo(timezone)
    here = moment.astimezone(zone)
    running = over == Range(here.date(), here.date()) or period in RUNNING
    if not running or other == over or over.days > 31 or other.days != over.days:
        return None
    return datetime.combine(other.end, here.time(), zone)


def compared_in(over: Range, kind: str, grain: Grain, period: str = "") -> Range:
    """The other range where rows are weeks or months: moved by whole ones, so that it is cut where this one is.

    A month of weeks is four of them, a year fifty-two.
    """
    if kind == "previous" and period in CALENDAR:
        return compared_with(over, kind, period)
    if grain == "week":
        weeks = {"previous": -(-over.days // 7), "week": 1, "month": 4, "year": 52}.get(kind, 0)
        moved = timedelta(days=7 * weeks)
        return Range(over.start - moved, over.end - moved) if weeks else compared_with(over, kind)
    months = {"previous": len(over.buckets("month")), "month": 1, "year": 12}.get(kind, 0)
    if grain != "month" or not months:
        return compared_with(over, kind)
    start, end = months_before(over.start, months), months_before(over.end, months)
    if (over.end + timedelta(days=1)).day == 1:  # the end of a month stays one
        end = next_bucket(floor(end, "month"), "month") - timedelta(days=1)
    return Range(start, end)


def weeks_between(days: int, kind: str, length: int) -> int:
    """How many whole weeks lie nearest to so many days; before a range of some length so many that none is in both."""
    return max(1, round(days / 7), -(-length // 7) if kind == "previous" else 0)


def on_weekdays(over: Range, other: Range, kind: str) -> Range:
    """In place of the other range the days nearest to it that fall on the weekdays of this one, as many of them."""
    weeks = weeks_between((over.start - other.start).days, kind, over.days)
    moved = timedelta(days=7 * weeks)
    return Range(over.start - moved, over.end - moved)


def beside(over: Range, period: str, by: Literal[-1, 1], today: date) -> Range | None:
    """The period just before (-1) or after: whole weeks, months or years where this is one, else as many days.

    It ends today at the latest; None where most of it is still to come.
    """
    grain: Grain = "week" if period.endswith("week") else "month"
    whole = over.start.day == 1 and (over.end + timedelta(days=1)).day == 1
    if period in CALENDAR and period != "year_to_date" and (grain == "week" or not whole):
        start = floor(over.start, grain)
        found = Range(start, next_bucket(start, grain) - timedelta(days=1))
    elif period == "year_to_date":
        found = Range(over.start, over.start.replace(month=12, day=31))
    else:
        found = over
    found = _next_to(found, by)
    if found.start > today or (found.start == today < found.end):
        return None
    return Range(found.start, min(found.end, today))


def _next_to(over: Range, by: Literal[-1, 1]) -> Range:
    """Whole months move by months, all else by its length."""
    after = over.end + timedelta(days=1)
    if over.start.day != 1 or after.day != 1:
        moved = timedelta(days=by * over.days)
        return Range(over.start + moved, over.end + moved)
    months = len(over.buckets("month"))
    if by < 0:
        return Range(months_before(over.start, months), over.start - timedelta(days=1))
    end = after
    for _ in range(months):
        end = next_bucket(end, "month")
    return Range(after, end - timedelta(days=1))


def held(over: Range, bucket: date, grain: Grain) -> tuple[int, int]:
    """How many days of a bucket lie in the range, and how many it has."""
    end = next_bucket(bucket, grain)
    within = min(end, over.end + timedelta(days=1)) - max(bucket, over.start)
    return within.days, (end - bucket).days


def preset(name: str, today: date, first: date | None = None) -> Range:
    """`today`, `yesterday`, a week, month or year of the calendar, or `Nd`: the N days that end yesterday.

    `all` begins on the day of the first event; without one it is today.
    """
    if name == "all":
        return Range(min(first or today, today), today)
    if name == "today":
        return Range(today, today)
    if name in CALENDAR:
        return _of_calendar(name, today)
    yesterday = today - timedelta(days=1)
    if name == "yesterday":
        return Range(yesterday, yesterday)
    if found := re.fullmatch(r"([1-9][0-9]{0,3})d", name):
        return Range(today - timedelta(days=int(found[1])), yesterday)
    hint, choices = did_you_mean(name, PRESETS), ", ".join(PRESETS)
    raise Refused("unknown_choice", "period", got=name[:40], hint=hint, choices=choices)


def _of_calendar(name: str, today: date) -> Range:
    if name == "year_to_date":
        return Range(today.replace(month=1, day=1), today)
    start = floor(today, "week" if name.endswith("week") else "month")
    if name in RUNNING:
        return Range(start, today)
    last = start - timedelta(days=1)
    return Range(floor(last, "week" if name.endswith("week") else "month"), last)


def parse_day(text: str, field: str) -> date:
    """A date written 2026-11-22; Refused, naming the field, where it is none."""
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        day = None
    if day is None:
        raise Refused("bad_date", field, got=text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Refused("no_such_day", field, got=text, first=FIRST_DAY, last=LAST_DAY)
    return day


def asked_range(
    today: date, period: str | None, start: str | None, end: str | None, first: date | None = None
) -> Range:
    """The range a caller means: from–to where given (to defaults to from), else a preset."""
    if start or end:
        first = parse_day(start, "from") if start else parse_day(end or "", "to")
        return Range(first, parse_day(end, "to") if end else first)
    return preset(period or "30d", today, first)
