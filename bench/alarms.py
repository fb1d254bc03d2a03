"""Alarms on the demo's ninety days and a year of a grocery chain: how many are false, how many faults are found.

The widths of bands were chosen by the first half of each series; the figures are of the second half, and
the notes tell those of the first. False is what opens where nothing was put in, holidays among it; the
demo's launch is a spike of its own, and is told by itself. Faults are put into every hour that has enough: an outage
(nothing), a collapse (three tenths), a spike (three and five times), for three hours each; found in time is what
opens while the first of these hours runs or ten minutes after it. A release: its version's users meet errors.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.alarm_rounds import rounds
from bench.options import Options
from bench.result import Row
from minilens.demo.growth import plan
from minilens.demo.history import history
from minilens.measure.alarms.bands import Usual
from minilens.measure.alarms.bounds import of_band
from minilens.measure.alarms.course import Course, Judged, course
from minilens.measure.alarms.learned import DAYS
from minilens.measure.alarms.releases import VersionCounts, regressions
from minilens.measure.alarms.silence import silence
from minilens.measure.alarms.slots import Length, Slot, begin
from minilens.period import HOUR

#: Faults are put into hours with so many: in an hour of few no fault can be told from chance, and numbers with few a
#: day are held against their days.
BUSY = 20.0
FAULTS = {"outage": 0.0, "collapse to 0.3": 0.3, "spike × 3": 3.0, "spike × 5": 5.0}
#: When the demo's past ends: always the same, so that figures can be compared.
END = datetime(2026, 11, 24, tzinfo=UTC)
SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"


@dataclass
class Numbers:
    """A series by the hour and by the day, in a zone. `last`: the last whole day. `size`: what one of those comes to
    that it is made of, as an order of revenue. `launch`: days of a spike that is meant."""

    name: str
    zone: str
    hours: dict[Slot, float] = field(default_factory=dict)
    first: date = date.max
    last: date = date.min
    size: float = 1.0
    launch: Sequence[date] = ()

    def filled(self) -> Numbers:
        """With nothing where nothing is known, without the first and last day, which are no whole ones."""
        days = {one.day for one in self.hours}
        self.first, self.last = min(days) + timedelta(days=1), max(days) - timedelta(days=1)
        every = (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))
        self.hours = {
            Slot(day, hour): float(self.hours.get(Slot(day, hour), 0.0))
            for day in every
            for hour in range(24)
        }
        return self

    def by_day(self) -> dict[Slot, float]:
        """Sums of days."""
        found: Counter[Slot] = Counter()
        for slot, value in self.hours.items():
            found[Slot(slot.day)] += value  # type: ignore[assignment]
        return dict(found)

    @cached_property
    def halves(self) -> tuple[list[date], list[date]]:
        """Days that have four weeks before them, the first half of them and the second."""
        start = self.first + timedelta(days=28)
        days = [start + timedelta(days=n) for n in range((self.last - start).days + 1)]
        return days[: len(days) // 2], days[len(days) // 2 :]

    @cached_property
    def known(self) -> dict[date, Usual]:
        """What was known of its hours on the morning of each of them."""
        return {
            day: learned(self.hours, "hour", day, self.first)
            for half in self.halves
            for day in half
        }


def measure(options: Options) -> list[Row]:
    """The rows of the table."""
    rows: list[Row] = []
    for numbers in (*grocery(options), *demo(options)):
        for length in ("hour", "day"):
            rows.append(false_alarms(numbers, length))
        rows += faults(numbers)
        if numbers.launch:
            rows.append(launched(numbers))
    return [*rows, *missing(options), *release(), *rounds(options)]


def learned(series: Mapping[Slot, float], length: Length, day: date, first: date) -> Usual:
    """What was known on the morning of a day."""
    known = {one: value for one, value in series.items() if day - DAYS <= one.day < day}
    return Usual(known, length, True, first)


def false_alarms(numbers: Numbers, length: Length) -> Row:
    """Alarms a month where nothing was put in, each day judged by what was known on it."""
    before, after = (_opened(numbers, length, half) for half in numbers.halves)
    months = [len(half) / 30 for half in numbers.halves]
    days = ", ".join(f"{one.day}" for one in (*before, *after))
    note = f"first half {len(before) / months[0]:.2f}" + (f": {days}" if days else "")
    return Row(
        f"alarms: false, {numbers.name} by the {length}", len(after) / months[1], "a month", 1.0, note=note
    )  # fmt: skip


def _opened(numbers: Numbers, length: Length, days: Sequence[date]) -> list[Slot]:
    """Where alarms open on these days that are none of the launch."""
    series = numbers.hours if length == "hour" else numbers.by_day()
    opened, state = [], Course()
    streak: list[Judged] = []
    for day in days:
        usual = (
            numbers.known[day] if length == "hour" else learned(series, length, day, numbers.first)
        )
        for hour in range(24 if length == "hour" else 1):
            slot = Slot(day, hour)
            band = usual.band(slot)
            if band is None:
                continue
            streak = [*streak[-47:], Judged(slot, series[slot], of_band(band))]
            now = course(streak, length, opened=state.open and len(streak) == 48)
            if now.open and not state.open and day not in numbers.launch:
                opened.append(slot)
            state = now
    return opened


def launched(numbers: Numbers) -> Row:
    """After how many hours of those with enough the launch is found."""
    start = numbers.launch[0]
    usual = numbers.known[start]
    judged = []
    for n in range(24 * len(numbers.launch)):
        slot = Slot(start + timedelta(days=n // 24), n % 24)
        band = numbers.known[slot.day].band(slot) if slot.day in numbers.known else None
        judged.append(Judged(slot, numbers.hours[slot], of_band(band, "high") if band else None))
        if course(judged, "hour").open:
            break
    busy = [one.slot for one in judged if _busy(numbers, usual, Slot(start, one.slot.hour))]
    at = judged[-1].slot
    name = f"alarms: the demo's launch, {numbers.name}"
    return Row(name, len(busy), "busy hours", note=f"found on {at.day} at {at.hour}")


def _busy(numbers: Numbers, usual: Usual, slot: Slot) -> bool:
    band = usual.band(slot)
    return band is not None and band.middle >= BUSY * numbers.size


def faults(numbers: Numbers) -> list[Row]:
    """The share of faults that are found within their hour, and in three."""
    places = [
        [
            Slot(day, hour)
            for day in half
            for hour in range(21)
            if day not in numbers.launch and _busy(numbers, numbers.known[day], Slot(day, hour))
        ]
        for half in numbers.halves
    ]
    if not all(places):
        return []
    rows = []
    for name, factor in FAULTS.items():
        (before, _), (within, later) = (_shares(numbers, half, factor) for half in places)
        note = f"in three hours {later:.0%}; first half {before:.0%}"
        target = 0.95 if name in ("outage", "spike × 5") else None
        title = f"alarms: {name}, {numbers.name}"
        rows.append(Row(title, within, "in its hour", target, "higher", note=note))
    return rows


def _shares(numbers: Numbers, some: Sequence[Slot], factor: float) -> tuple[float, float]:
    """Which share of faults at these hours is found in the first hour, and in three."""
    delays = [_found(numbers, numbers.known[one.day], one, factor) for one in some]
    within, later = (sum(d is not None and d <= most for d in delays) for most in (0, 2))
    return within / len(some), later / len(some)


def _found(numbers: Numbers, usual: Usual, start: Slot, factor: float) -> int | None:
    """After how many hours a fault is found, by its band or as missing data; None: not in three."""
    judged = []
    for n in range(3):
        slot = Slot(start.day, start.hour + n)
        band = usual.band(slot)
        value = round(numbers.hours[slot] * factor)
        judged.append(Judged(slot, float(value), of_band(band) if band else None))
        if course(judged, "hour").open or (factor == 0 and _silent(numbers, start, n)):
            return n
    return None


def _silent(numbers: Numbers, start: Slot, hours: int) -> bool:
    """Whether it is missing data ten minutes after the hour, of what came up to its beginning."""
    since = begin(start, "hour", numbers.zone)
    counted = {
        begin(slot, "hour", numbers.zone): value
        for slot, value in numbers.hours.items()
        if start.day - DAYS <= slot.day < start.day
    }
    now = since + (hours + 1) * HOUR + timedelta(minutes=10)
    return silence(counted, since, now, numbers.zone, numbers.first) is not None


def missing(options: Options) -> list[Row]:
    """Alarms of missing data a month where nothing was put in: each gap between two events, at its end."""
    rows = []
    for name, zone, moments in (
        ("grocery", NEW_YORK, _orders(options)),
        ("demo", SHANGHAI, _views(options)),
    ):
        if not moments:
            continue
        hours = Counter(one.replace(minute=0, second=0, microsecond=0) for one in moments)
        first = moments[0].astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
        counted = {hour: float(count) for hour, count in hours.items()}
        began = moments[0] + timedelta(days=29)
        wrong = [
            last
            for last, after in pairwise(moments)
            if last >= began and silence(counted, last, after, zone, first)
        ]
        months = (moments[-1] - began).days / 30
        note = ", ".join(f"{one:%Y-%m-%d}" for one in wrong)
        rows.append(
            Row(
                f"alarms: missing data, false, {name}",
                len(wrong) / months,
                "a month",
                1.0,
                note=note,
            )
        )
    return rows


def release() -> list[Row]:
    """How many users a version has before it is said: an error for one in ten, or half as many orders."""
    rows = []
    old = VersionCounts(4000, {"api_error": 40, "pay_success": 600})
    for name, rate, orders in (
        ("errors of 1 in 10", 0.1, 0.15),
        ("orders of a quarter", 0.01, 0.0375),
    ):
        needed = next(
            n
            for n in range(30, 4000)
            if regressions(
                VersionCounts(n, {"api_error": round(n * rate), "pay_success": round(n * orders)}),
                old, ("api_error",), ("pay_success",),
            )
        )  # fmt: skip
        rows.append(Row(f"alarms: release, {name}", needed, "users", note="before it is said"))
    return rows


def grocery(options: Options) -> list[Numbers]:
    """Orders, buyers and revenue of `complete_journey`, by the clock of its shops."""
    file = options.shared / "data" / "complete_journey.csv.gz"
    if not file.exists():
        return []
    orders, buyers, revenue = (
        Numbers(f"grocery {one}", NEW_YORK) for one in ("orders", "buyers", "revenue")
    )
    seen: dict[Slot, set[str]] = {}
    for at, value, user in _paid(file):
        slot = _slot(at, NEW_YORK)
        orders.hours[slot] = orders.hours.get(slot, 0) + 1
        revenue.hours[slot] = revenue.hours.get(slot, 0) + value
        seen.setdefault(slot, set()).add(user)
    buyers.hours = {slot: float(len(some)) for slot, some in seen.items()}
    revenue.size = sum(revenue.hours.values()) / sum(orders.hours.values())
    return [one.filled() for one in (orders, buyers, revenue)]


def _paid(file: Path) -> Iterator[tuple[datetime, float, str]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["event_name"] == "pay_success":
                at = datetime.fromisoformat(row["ts"]).replace(tzinfo=UTC)
                yield at, float(row["value"]), row["user_id"]


def _orders(options: Options) -> list[datetime]:
    file = options.shared / "data" / "complete_journey.csv.gz"
    return sorted(at for at, _, _ in _paid(file)) if file.exists() else []


def _views(options: Options) -> list[datetime]:
    return sorted(at for at, _ in _seen(options))


def _seen(options: Options) -> Iterator[tuple[datetime, int]]:
    """Page views of the demo: when, and whose."""
    for batch in history(app=1, timezone=SHANGHAI, end=END, events=options.demo_events):
        for event in batch.events:
            if event.name == "page_view" and not batch.robot and batch.env == "release":
                yield datetime.fromtimestamp(event.ts / 1000, UTC), event.actor


def _slot(at: datetime, zone: str) -> Slot:
    local = at.astimezone(ZoneInfo(zone))
    return Slot(local.date(), local.hour)


def demo(options: Options) -> list[Numbers]:
    """Visits and users of the demo's ninety days."""
    visits, users = (Numbers(f"demo {one}", SHANGHAI) for one in ("visits", "users"))
    seen: dict[Slot, set[int]] = {}
    for at, actor in _seen(options):
        slot = _slot(at, SHANGHAI)
        visits.hours[slot] = visits.hours.get(slot, 0) + 1
        seen.setdefault(slot, set()).add(actor)
    users.hours = {slot: float(len(some)) for slot, some in seen.items()}
    days = plan(END, SHANGHAI, 90)
    launch = [one.date for one in days if one.launch]
    visits.launch = users.launch = launch
    return [one.filled() for one in (visits, users)]
