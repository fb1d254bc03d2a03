"""How many come, when, and whether they come again: the curves of the ninety days."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from minilens.demo.people import LOYALTIES, Loyalty, Person
from minilens.demo.tables import draw, slots
from minilens.period import milliseconds

#: Day of the launch campaign, of ninety days; of fewer or more days it moves in proportion.
LAUNCH_DAY_OFFSET = 60
LAUNCH_LIFT = (3.0, 1.9, 1.4, 1.2)  # times the usual new people, from that day on
GROWTH = 1.7  # times the new people of the first day, at the end
WEEKDAYS = (1.08, 1.06, 1.1, 1.06, 1.08, 0.86, 0.76)  # from Monday

#: The chance to be there again k days after the first: start · k^-power · e^(-k / fading).
RETURNS: dict[Loyalty, tuple[float, float, float]] = {
    "once": (0.030, 0.5, 80.0),
    "casual": (0.40, 0.50, 80.0),
    "regular": (0.55, 0.0, 150.0),
}
AGAIN_SAME_DAY = {"once": 0.05, "casual": 0.12, "regular": 0.34}

#: Events that a first and a later day of one person bring, about; each day corrects the rest.
NEWCOMER_EVENTS = 9.5
RETURNER_EVENTS = 10.85

WORKDAY_HOURS = (
    *(4, 2, 1, 1, 1, 4, 14, 44, 92, 84, 46, 38),
    *(46, 72, 70, 48, 36, 32, 30, 27, 25, 22, 16, 9),
)
WEEKEND_HOURS = (
    *(6, 3, 2, 1, 1, 2, 5, 14, 30, 48, 60, 58),
    *(50, 56, 66, 64, 54, 44, 36, 34, 32, 28, 20, 11),
)
HOUR = 3_600_000
DAY = 24 * HOUR


@dataclass(frozen=True)
class Day:
    """One day: when it begins, when people come, what a new person of this day is worth."""

    number: int
    date: date
    start: int  # milliseconds
    hours: tuple[int, ...]  # slots to draw the hour from, none after the end
    until: int  # milliseconds after its start; the last day is over at the end
    busy: float  # times an average weekday
    weight: float  # new people, in proportion
    worth: float  # events that a new person of this day leaves up to the end, about
    launch: bool
    ninetieth: float  # its place among ninety days, for releases


def return_chance(loyalty: Loyalty, after: int) -> float:
    """The chance of an average weekday."""
    start, power, fading = RETURNS[loyalty]
    return start * math.pow(after, -power) * math.exp(-after / fading)


RETURN_CHANCES = {
    loyalty: tuple(return_chance(loyalty, k) if k else 0.0 for k in range(800))
    for loyalty, _ in LOYALTIES
}
_MEAN_RETURN = tuple(
    sum(share * RETURN_CHANCES[loyalty][k] for loyalty, share in LOYALTIES) / 100
    for k in range(800)
)


def return_days(person: Person, first: int, days: tuple[Day, ...], random: Random) -> list[int]:
    """The later days on which this person is there again."""
    chances = RETURN_CHANCES[person.loyalty]
    chance = random.random
    return [
        day.number for day in days[first + 1 :] if chance() < chances[day.number - first] * day.busy
    ]


def launch_day(days: int) -> int:
    return round(LAUNCH_DAY_OFFSET * days / 90)


def plan(end: datetime, timezone: str, days: int) -> tuple[Day, ...]:
    """The days up to `end`, the last one only as far as it has come."""
    zone = ZoneInfo(timezone)
    last = (end - timedelta(milliseconds=1)).astimezone(zone).date()  # midnight ends a day
    dates = [last - timedelta(days=days - 1 - n) for n in range(days)]
    hours = [WEEKEND_HOURS if day.weekday() >= 5 else WORKDAY_HOURS for day in dates]
    passed = milliseconds(end) - _midnight(last, zone)
    today = _until(hours[-1], passed)
    busy = [WEEKDAYS[day.weekday()] for day in dates]
    busy[-1] *= sum(today) / sum(hours[-1])
    launch = launch_day(days)
    result = []
    for n, day in enumerate(dates):
        since = n - launch
        lift = LAUNCH_LIFT[since] if 0 <= since < len(LAUNCH_LIFT) else 1.0
        returns = sum(_MEAN_RETURN[k] * busy[n + k] for k in range(1, days - n))
        result.append(
            Day(
                number=n,
                date=day,
                start=_midnight(day, zone),
                hours=slots(enumerate(today if n == days - 1 else hours[n]), 600),
                until=passed if n == days - 1 else DAY,
                busy=busy[n],
                weight=GROWTH ** (n / max(1, days - 1)) * busy[n] * lift,
                worth=NEWCOMER_EVENTS + returns * RETURNER_EVENTS,
                launch=0 <= since < len(LAUNCH_LIFT),
                ninetieth=n * 90 / days,
            )
        )
    return tuple(result)


def people(days: tuple[Day, ...], events: float) -> float:
    """How many new people in all leave that many events."""
    return events * sum(d.weight for d in days) / sum(d.weight * d.worth for d in days)


def new_people(
    days: tuple[Day, ...], today: int, wanted: int, missing: float, random: Random
) -> int:
    """How many come today, if `wanted` events in all are asked for and `missing` have no maker yet.

    Today corrects what chance did before, within bounds that keep the curve.
    """
    left = days[today:]
    share = days[today].weight / sum(d.weight for d in left)
    usual = people(days, wanted) * days[today].weight / sum(d.weight for d in days)
    mean = min(1.4 * usual, max(0.65 * usual, people(left, missing) * share))
    spread = math.sqrt(mean) * 0.8 if len(left) > 1 else 0.0
    return max(0, round(random.gauss(mean, spread)))


def moment_of(day: Day, random: Random) -> int:
    """A time of this day at which somebody opens the mini program."""
    hour = draw(day.hours, random.random()) * HOUR
    return day.start + hour + int(random.random() * min(HOUR, day.until - hour))


def _midnight(day: date, zone: ZoneInfo) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)


def _until(hours: tuple[int, ...], passed: int) -> tuple[float, ...]:
    """The hours after so many milliseconds of the day; the one that runs counts in part."""
    parts = (min(1.0, max(0.0, passed / HOUR - h)) for h in range(24))
    return tuple(weight * part for weight, part in zip(hours, parts, strict=True))
