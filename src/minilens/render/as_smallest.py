"""The smallest faults that a rule shows, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from minilens.measure.alarms.smallest import Smallest
from minilens.render import format
from minilens.render.as_alarm import number
from minilens.render.i18n import translate
from minilens.reports.alarm_smallest import TargetSmallest
from minilens.text import Language


@dataclass(frozen=True)
class SmallestRow:
    """`when`: which hour or day; `usual`: its number; `low`, `high`: what is an alarm in it."""

    when: str
    usual: str
    low: str
    high: str


@dataclass(frozen=True)
class SmallestWords:
    """Of a number. `rows` has none while its band is being learned. `hours`: it is judged by the hour."""

    title: str
    rows: tuple[SmallestRow, ...]
    hours: bool = False


def as_smallest(one: TargetSmallest, language: Language) -> SmallestWords:
    """In one language."""
    _ = translate(language)
    hours = one.length == "hour"
    title = f"{one.target.title.of(language)} · {_('by the hour') if hours else _('by the day')}"
    if one.found is None:
        return SmallestWords(title, ())
    most, median = one.found
    if hours:
        names = _("Busiest hour") if one.target.counts else _("Highest hour"), _("Median hour")
    else:
        names = _("Busiest day") if one.target.counts else _("Highest day"), _("Median day")
    rows = _row(names[0], most, one, language), _row(names[1], median, one, language)
    return SmallestWords(title, rows, hours=hours)


def _row(name: str, one: Smallest, of: TargetSmallest, language: Language) -> SmallestRow:
    _ = translate(language)
    unit, when = of.target.unit, format.weekday(one.slot.day, language)
    if of.length == "hour":
        when = f"{when} {one.slot.hour:02d}:00–{(one.slot.hour + 1) % 24:02d}:00"
    low = high = format.UNKNOWN
    if one.low is not None:
        low = _told(math.ceil(one.low) - 1 if unit == "count" else one.low, one, unit, language)
    elif one.falls:
        low = _("Even none may be chance")
    if one.high is not None:
        high = _told(math.floor(one.high) + 1 if unit == "count" else one.high, one, unit, language)
    named = f"{name}（{when}）" if language == "zh" else f"{name} ({when})"
    return SmallestRow(named, number(one.middle, unit, language), low, high)


def _told(bound: float, one: Smallest, unit: str, language: Language) -> str:
    """A bound, and how far it is from what is usual."""
    change = f"{(bound / one.middle - 1) * 100:+.0f}%"
    return (
        f"{number(bound, unit, language)}{f'（{change}）' if language == 'zh' else f' ({change})'}"
    )
