"""What the alarm rules of an app find at a moment. Asked again it finds the same: nothing is kept here but what was
learned of days that are over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Literal

from minilens.errors import Refused
from minilens.measure.alarms.bands import Usual
from minilens.measure.alarms.course import Judged, course
from minilens.measure.alarms.learned import Learned
from minilens.measure.alarms.series import has_hours, series
from minilens.measure.alarms.silence import Hours
from minilens.measure.alarms.slots import Length, Series, Slot, begin, end
from minilens.measure.single_value import Ask, Source
from minilens.period import Range, milliseconds
from minilens.records.kpis import SavedKpi
from minilens.reports import alarm_fatigue, alarm_missing, alarm_release
from minilens.reports.alarm_definition import (
    AlarmDefinition,
    FatigueAlarm,
    MissingAlarm,
    ReleaseAlarm,
)
from minilens.reports.alarm_facts import AlarmFacts, Place, SeriesFacts
from minilens.reports.alarm_targets import ENOUGH_FOR_HOURS, Target, targets
from minilens.reports.request import AppContext
from minilens.text import Text

#: An hour is judged so long after it is over: phones send within it, unless they had no network.
GRACE = timedelta(minutes=10)
#: Days of which hours, and of which days, are judged.
OF_HOURS, OF_DAYS = 2, 14
#: Places of a course that are kept with an alarm.
MOST_PLACES = 48


@dataclass(frozen=True)
class Finding:
    """What a rule says of one thing it watches. `off`: it is out since `since`; `fine`: it is not, `facts` None where
    nothing is known of it; `unjudged`: that cannot be said now, and whatever was said before stays."""

    rule: int
    subject: str
    state: Literal["off", "fine", "unjudged"]
    facts: AlarmFacts | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Situation:
    """An app at a moment.

    `complete`: up to then all has been loaded. `last`: when its last event happened, None: it never had any; `hours`:
    its events by the hour. `paused`: whether our server was down or behind between two moments. `opened`: rule and
    subject of alarms that are open, and since when. `named`: event → its title.
    """

    context: AppContext
    app: int
    ask: Ask
    complete: datetime
    last: datetime | None
    hours: Callable[[], Hours]
    learned: Learned
    kpis: Sequence[SavedKpi] = ()
    paused: Callable[[datetime, datetime], bool] = lambda _start, _end: False
    opened: Mapping[tuple[int, str], datetime] = field(default_factory=dict)
    named: Mapping[str, Text] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        """The app's time zone."""
        return self.context.timezone

    @property
    def first(self) -> date:
        """The first whole day of the app."""
        return (self.context.first_day or self.context.today) + timedelta(days=1)


def findings(rules: Mapping[int, AlarmDefinition], at: Situation) -> list[Finding]:
    """What all rules (by number) find. Numbers that they watch are asked for together."""
    found: list[Finding] = []
    watched: list[tuple[int, Target]] = []
    for rule, definition in rules.items():
        try:
            some = targets(definition, at.context, at.app, at.kpis, at.named)
        except Refused:  # what it watches is no more; its page says so
            continue
        watched += [(rule, one) for one in some]
        found += _of_others(rule, definition, at)
    return found + _of_numbers(watched, at)


def _of_others(rule: int, definition: AlarmDefinition, at: Situation) -> list[Finding]:
    """What rules find that watch no number."""
    if isinstance(definition, MissingAlarm):
        return [_missing(rule, at)]
    if isinstance(definition, ReleaseAlarm):
        return [_off(rule, *one, at) for one in alarm_release.look(at.context, at.app, at.ask)]
    if isinstance(definition, FatigueAlarm):
        return [
            _off(rule, *one, at)
            for one in alarm_fatigue.look(definition, at.context, at.app, at.ask)
        ]
    return []


def _missing(rule: int, at: Situation) -> Finding:
    now, last = at.context.now, at.last
    if last is None or at.paused(last, now) or at.complete < now - GRACE:
        return Finding(rule, "missing", "unjudged")
    since = at.opened.get((rule, "missing"))
    facts = alarm_missing.look(at.hours(), at.context, at.first, last, since)
    if facts is None:
        return Finding(rule, "missing", "fine")
    return Finding(rule, "missing", "off", facts, datetime.fromtimestamp(facts.since / 1000, UTC))


def _off(rule: int, subject: str, facts: AlarmFacts | None, at: Situation) -> Finding:
    if facts is None:
        return Finding(rule, subject, "fine")
    return Finding(rule, subject, "off", facts, at.context.now)


def _of_numbers(watched: Sequence[tuple[int, Target]], at: Situation) -> list[Finding]:
    found = []
    judged = lengths([one for _, one in watched], at)
    for length, days in (("hour", OF_HOURS), ("day", OF_DAYS)):
        some = [(rule, one) for rule, one in watched if judged[one] == length]
        if some:
            found += _of_length(some, length, days, at)  # type: ignore[arg-type]
    return found


def lengths(some: Sequence[Target], at: Situation) -> dict[Target, Length]:
    """Whether each is judged by the hour or the day, where that hangs on how much there is of it."""
    told: dict[Target, Length] = {one: one.length for one in some if one.length}
    free = [one for one in some if one.length is None and has_hours(one.source)]
    for one, usual in zip(free, usual_of([each.source for each in free], "hour", at), strict=True):
        days: dict[date, float] = {}
        for slot, value in usual.series.items():
            days[slot.day] = days.get(slot.day, 0.0) + (value or 0.0)
        much = median(days.values()) if days else 0.0
        told[one] = "hour" if much >= ENOUGH_FOR_HOURS else "day"
    return told


def usual_of(sources: Sequence[Source], length: Length, at: Situation) -> list[Usual]:
    """What each of them usually is, as of the day."""
    return (
        at.learned.usual(sources, length, at.context.today, at.first, at.zone, at.ask)
        if sources
        else []
    )


def _of_length(
    some: Sequence[tuple[int, Target]], length: Length, days: int, at: Situation
) -> list[Finding]:
    """What numbers of one length are, the newest days asked for anew."""
    today, sources = at.context.today, [one.source for _, one in some]
    first = max(today - timedelta(days=days - 1), min(at.first, today))
    recent = series(sources, Range(first, today), length, at.zone, at.ask)
    usual = usual_of(sources, length, at)
    return [
        _finding(rule, one, length, numbers, known, at)
        for (rule, one), numbers, known in zip(some, recent, usual, strict=True)
    ]


def _finding(
    rule: int, target: Target, length: Length, numbers: Series, usual: Usual, at: Situation
) -> Finding:
    judged = list(_judged(target, length, numbers, usual, at))
    before = at.opened.get((rule, target.subject))
    start = judged[0].slot if judged else None
    reaches_back = before is not None and (start is None or before < begin(start, length, at.zone))
    now = course(judged, length, opened=reaches_back)
    if not any(one.bounds and one.value is not None for one in judged):
        return Finding(rule, target.subject, "unjudged")
    if not now.open:
        return Finding(
            rule, target.subject, "fine", _facts(target, length, judged, usual, None, at)
        )
    last = now.last or max(one.slot for one in judged if one.bounds)
    since = begin(now.since, length, at.zone) if now.since and not reaches_back else before
    return Finding(
        rule, target.subject, "off", _facts(target, length, judged, usual, last, at), since
    )


def _judged(
    target: Target, length: Length, numbers: Series, usual: Usual, at: Situation
) -> list[Judged]:
    """Hours or days beside their bounds: none that a pause of ours lies in, and none that is not whole, but for what is
    too much already."""
    found, complete = [], min(at.complete, at.context.now) - GRACE
    for slot in sorted(numbers):
        start, stop = (each(slot, length, at.zone) for each in (begin, end))
        if start > at.context.now or slot.day < at.first:
            continue
        running = stop > complete
        free = not at.paused(start, min(stop, at.context.now)) and (target.counts or not running)
        bounds = target.bounds(usual, slot)[0] if free else None
        found.append(Judged(slot, numbers[slot], bounds, running))
    return found


def _facts(
    target: Target, length: Length, judged: Sequence[Judged], usual: Usual, last: Slot | None, at: Situation
) -> SeriesFacts | None:  # fmt: skip
    """At its last hour or day that was out; of one that is fine, at the newest that was judged."""
    known = [one for one in judged if one.bounds and one.value is not None and not one.running]
    one = next((each for each in judged if each.slot == last), None) or (
        known[-1] if known else None
    )
    if one is None or one.bounds is None or one.value is None:
        return None
    _, middle, weeks = target.bounds(usual, one.slot)
    return SeriesFacts(
        by=target.by, zh=target.title.zh, en=target.title.en, unit=target.unit, length=length,
        side=one.bounds.side(one.value), at=milliseconds(begin(one.slot, length, at.zone)), value=one.value,
        low=one.bounds.low, high=one.bounds.high, middle=middle, weeks=weeks, limit=target.limit or None,
        course=[_place(each, length, at) for each in judged[-MOST_PLACES:]],
    )  # fmt: skip


def _place(one: Judged, length: Length, at: Situation) -> Place:
    start = milliseconds(begin(one.slot, length, at.zone))
    bounds = one.bounds
    return Place(start, one.value, bounds.low if bounds else None, bounds.high if bounds else None)
