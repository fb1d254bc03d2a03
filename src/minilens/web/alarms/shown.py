"""An alarm as a page shows it, and a rule in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from minilens.errors import Refused
from minilens.records.alarms import Alarm, Pause
from minilens.records.store import SavedRule
from minilens.render import format
from minilens.render.as_alarm import AlarmWords, as_words, number
from minilens.render.as_alarm_chart import AlarmChart, as_alarm_chart
from minilens.render.i18n import translate, translate_plural
from minilens.reports.alarm_definition import (
    AlarmDefinition,
    BandAlarm,
    ChangeAlarm,
    FatigueAlarm,
    KpisAlarm,
    MissingAlarm,
    ThresholdAlarm,
)
from minilens.reports.alarm_facts import decoded
from minilens.reports.alarm_targets import Target, targets
from minilens.reports.request import AppContext
from minilens.text import Language, Text

#: Pauses that ended so long ago are not said any more.
PAUSES_SHOWN = timedelta(days=2)


@dataclass(frozen=True)
class ShownAlarm:
    """An alarm in words. `lasted`: how long it was open, '' while it is."""

    alarm: Alarm
    words: AlarmWords
    chart: AlarmChart | None
    lasted: str


@dataclass(frozen=True)
class ShownRule:
    """A rule in words. `wrong`: why it cannot be watched; `learning`: what it waits for; `banded`: whether it holds
    numbers against their bands."""

    rule: SavedRule
    kind: str
    said: str
    wrong: str = ""
    learning: str = ""
    banded: bool = False


def shown_alarm(alarm: Alarm, timezone: str, language: Language) -> ShownAlarm:
    """In one language."""
    facts = decoded(alarm.facts)
    lasted = ""
    if alarm.resolved:
        lasted = format.duration((alarm.resolved - alarm.opened).total_seconds(), language)
    chart = as_alarm_chart(facts, timezone, language)
    return ShownAlarm(alarm, as_words(facts, timezone, language), chart, lasted)


def recent(pauses: list[Pause], now: datetime) -> list[Pause]:
    """Those that hours of today and yesterday lie in, the newest first."""
    return [one for one in reversed(pauses) if now - one.ended < PAUSES_SHOWN]


def kinds(language: Language) -> dict[str, str]:
    """Kind → what people call it, in the order of the form."""
    _ = translate(language)
    return {
        "band": _("Outside of what is usual"),
        "change": _("Changed against the weeks before"),
        "threshold": _("Over or under a limit"),
        "kpis": _("Any KPI outside of what is usual"),
        "missing": _("No data comes in"),
        "release": _("A new version is worse"),
        "fatigue": _("Ads wear out"),
    }


def kind_of(definition: AlarmDefinition) -> str:
    """The `kind` of its JSON."""
    return str(definition.__struct_config__.tag)


def shown_rule(
    rule: SavedRule, definition: AlarmDefinition, context: AppContext, named: Mapping[str, Text],
    language: Language,
) -> ShownRule:  # fmt: skip
    """What a rule watches, and whether it can. `named`: event → its title."""
    _ = translate(language)
    kind = kinds(language)[kind_of(definition)]
    try:
        found = targets(definition, context, rule.app, (), named)
    except Refused as error:
        return ShownRule(rule, kind, "", wrong=error.message(language))
    said = _said(definition, found[0] if found else None, language)
    learning = _learning(definition, context, language)
    banded = isinstance(definition, BandAlarm | KpisAlarm) and not learning
    return ShownRule(rule, kind, said, learning=learning, banded=banded)


def _said(definition: AlarmDefinition, target: Target | None, language: Language) -> str:
    _ = translate(language)
    if isinstance(definition, FatigueAlarm):
        return _("Frequency above %(value)s, or CPC up and CTR down by a fifth") % {
            "value": f"{definition.cap:g}"
        }
    if target is None or not isinstance(definition, ThresholdAlarm | ChangeAlarm | BandAlarm):
        return ""
    length = _("by the hour") if definition.length == "hour" else _("by the day")
    parts = [target.title.of(language)]
    if isinstance(definition, ThresholdAlarm):
        sign = ">" if definition.side == "above" else "<"
        parts.append(f"{sign} {number(definition.value, target.unit, language)}")
    else:
        sides = {"above": _("only above"), "below": _("only below"), "both": ""}
        parts.append(sides[definition.side])
    if isinstance(definition, ChangeAlarm):
        parts.append(f"± {definition.share * 100:g}%")
    return " · ".join(filter(None, (*parts, length)))


def _learning(definition: AlarmDefinition, context: AppContext, language: Language) -> str:
    """What a young app has to wait for."""
    _, ngettext = translate(language), translate_plural(language)
    first = context.first_day or context.today
    days = (context.today - first).days
    if isinstance(definition, BandAlarm | ChangeAlarm | KpisAlarm) and days < 29:
        weeks = max(0, days - 1) // 7
        return ngettext(
            "No band yet: it takes 4 weeks of data, there is %(weeks)s",
            "No band yet: it takes 4 weeks of data, there are %(weeks)s",
            weeks,
        ) % {"weeks": weeks}
    if isinstance(definition, MissingAlarm) and days < 8:
        return _("Not watched yet: it takes a week of data")
    return ""
