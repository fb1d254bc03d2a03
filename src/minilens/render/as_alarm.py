"""An alarm in words: what is wrong, since when, and what is usual there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from babel.dates import format_date

from minilens.measure.alarms.course import Side
from minilens.measure.table import Unit
from minilens.reference.events import BUILT_IN
from minilens.render import format
from minilens.render.i18n import translate, translate_plural
from minilens.reports.alarm_facts import (
    AlarmFacts,
    FatigueFacts,
    MissingFacts,
    ReleaseFacts,
    SeriesFacts,
    WorseFacts,
)
from minilens.text import Language


@dataclass(frozen=True)
class AlarmWords:
    """`title` in a few words; `sentence` says the figures; `usual` what they are held against, '' where that is said;
    `rows` are single things that are worse."""

    title: str
    sentence: str
    usual: str = ""
    rows: tuple[str, ...] = ()


def as_words(facts: AlarmFacts, timezone: str, language: Language) -> AlarmWords:
    """In one language, by the app's clock."""
    if isinstance(facts, SeriesFacts):
        return _of_series(facts, timezone, language)
    if isinstance(facts, MissingFacts):
        return _of_missing(facts, timezone, language)
    if isinstance(facts, ReleaseFacts):
        return _of_release(facts, language)
    return _of_fatigue(facts, language)


def _local(at: int, timezone: str) -> datetime:
    return datetime.fromtimestamp(at / 1000, ZoneInfo(timezone))


def time_of(at: int, length: str, timezone: str, language: Language) -> str:
    """An hour or day by its first moment: Tue 11-24 10:00–11:00, 11-24 周二 10:00–11:00."""
    start = _local(at, timezone)
    named = f"{start:%m-%d} {format.weekday(start, language)}"
    if language == "en":
        named = f"{format.weekday(start, language)} {start:%m-%d}"
    return named if length == "day" else f"{named} {hour_of(start)}"


def hour_of(start: datetime) -> str:
    """10:00–11:00."""
    stop = start + timedelta(hours=1)
    return f"{start:%H:%M}–{stop:%H:%M}"


def number(value: float, unit: str, language: Language) -> str:
    """A figure as people read it; a count has no fraction."""
    whole = round(value) if unit == "count" or (unit == "number" and value.is_integer()) else value
    return format.short(whole, cast("Unit", unit), language)


def between(low: float | None, high: float | None, unit: str, language: Language) -> str:
    """420–610, above 420, below 610."""
    _ = translate(language)
    if low is not None and unit == "count":
        low = float(math.ceil(low))
    if high is not None and unit == "count":
        high = float(math.floor(high))
    if low is None:
        return _("at most %(value)s") % {"value": number(high or 0.0, unit, language)}
    if high is None:
        return _("at least %(value)s") % {"value": number(low, unit, language)}
    return f"{number(low, unit, language)}–{number(high, unit, language)}"


def _titles(side: Side, language: Language) -> str:
    _ = translate(language)
    return _("%(what)s is low") if side == "low" else _("%(what)s is high")


def _of_series(facts: SeriesFacts, timezone: str, language: Language) -> AlarmWords:
    _ = translate(language)
    name = facts.zh if language == "zh" else facts.en
    said = _("%(value)s on %(day)s") if facts.length == "day" else _("%(value)s at %(day)s")
    sentence = said % {
        "value": number(facts.value, facts.unit, language),
        "day": time_of(facts.at, facts.length, timezone, language),
    }
    title = _titles(facts.side, language) % {"what": name} if facts.side else name
    return AlarmWords(title, sentence, _usual(facts, timezone, language))


def _usual(facts: SeriesFacts, timezone: str, language: Language) -> str:
    _ = translate(language)
    unit = facts.unit
    if facts.by == "threshold":
        limit = number(facts.limit or 0.0, unit, language)
        return _("Limit: %(value)s") % {"value": limit}
    start = _local(facts.at, timezone)
    day = format_date(start, "EEEE", locale=language)
    days = f"{day}s" if language == "en" else day
    when = days if facts.length == "day" else f"{days} {hour_of(start)}"
    if facts.by == "change":
        told = {
            "when": when,
            "value": number(facts.middle or 0.0, unit, language),
            "change": _change(facts),
            "weeks": facts.weeks,
        }
        return _("%(when)s: %(value)s at the median of %(weeks)s weeks; now %(change)s") % told
    told = {
        "when": when,
        "range": between(facts.low, facts.high, unit, language),
        "weeks": facts.weeks,
    }
    return _("%(when)s: usually %(range)s (%(weeks)s weeks)") % told


def _change(facts: SeriesFacts) -> str:
    if not facts.middle:
        return format.UNKNOWN
    return f"{(facts.value / facts.middle - 1) * 100:+.0f}%"


def _of_missing(facts: MissingFacts, timezone: str, language: Language) -> AlarmWords:
    _, ngettext = translate(language), translate_plural(language)
    since, least = _local(facts.since, timezone), math.floor(facts.least)
    told = {
        "count": f"{least:,}",
        "usual": f"{round(facts.usual):,}",
        "days": facts.days,
    }
    if facts.weekly:
        usual = ngettext(
            "These hours had %(count)s event in the quietest of %(days)s weeks, %(usual)s in the median",
            "These hours had %(count)s events in the quietest of %(days)s weeks, %(usual)s in the median",
            least,
        )
    else:
        usual = ngettext(
            "These hours had %(count)s event on the quietest of %(days)s days, %(usual)s on the median",
            "These hours had %(count)s events on the quietest of %(days)s days, %(usual)s on the median",
            least,
        )
    sentence = _("Last event at %(time)s") % {"time": f"{since:%m-%d %H:%M}"}
    return AlarmWords(_("No data is coming in"), sentence, usual % told)


def _of_release(facts: ReleaseFacts, language: Language) -> AlarmWords:
    _ = translate(language)
    title = _("Version %(version)s is worse than %(before)s") % {
        "version": facts.version, "before": facts.before,
    }  # fmt: skip
    users = _("%(users)s users have %(version)s, %(others)s had %(before)s") % {
        "users": f"{facts.users:,}", "version": facts.version, "others": f"{facts.users_before:,}",
        "before": facts.before,
    }  # fmt: skip
    return AlarmWords(title, users, "", tuple(_worse(one, language) for one in facts.worse))


def _worse(one: WorseFacts, language: Language) -> str:
    _ = translate(language)
    if one.what == "load":
        said = _("Load time: %(new)s, was %(old)s")
        unit: Unit = "seconds"
    else:
        said, unit = _("%(event)s: %(new)s of users, was %(old)s"), "ratio"
    return said % {
        "event": _event(one.event, language),
        "new": format.exact(one.new, unit, language),
        "old": format.exact(one.old, unit, language),
    }


def _event(name: str, language: Language) -> str:
    known = BUILT_IN.get(name)
    return name if known is None else (known.zh if language == "zh" else known.en)


def _of_fatigue(facts: FatigueFacts, language: Language) -> AlarmWords:
    _ = translate(language)
    day = date.fromisoformat(facts.day)
    named = format.bucket(day, "day", language, day.year)
    rows = []
    for name, unit, now, then in (
        ("CPC", "number", facts.cpc, facts.cpc_before), ("CTR", "ratio", facts.ctr, facts.ctr_before),
    ):  # fmt: skip
        if now is not None and then is not None:
            told = {
                "what": name,
                "new": format.exact(now, cast("Unit", unit), language),
                "old": format.exact(then, cast("Unit", unit), language),
            }
            rows.append(_("%(what)s: %(new)s, %(old)s in the 7 days before") % told)
    if facts.frequency is not None:
        rows.append(_("Frequency: %(value)s") % {"value": f"{facts.frequency:.2f}"})
    title = _("Ads are wearing out") if facts.tired else _("Ads are shown too often")
    return AlarmWords(title, named, "", tuple(rows))
