"""Alarms and their rules as programs are told of them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from minilens.records.store import Alarm, AlarmSettings, SavedRule
from minilens.render.as_alarm import as_words
from minilens.reports.alarm_definition import AlarmDefinition
from minilens.reports.alarm_facts import AlarmFacts
from minilens.reports.alarm_facts import decoded as facts_of
from minilens.reports.alarm_targets import decoded
from minilens.web.alarms.typed import clock


class ListedAlarm(msgspec.Struct, frozen=True):
    """An alarm. `zh`, `en`: what it says. `facts`: its figures. `since`: the first hour or day that was wrong;
    `opened`: when it was found; `seen`: when it was still so; `resolved`: when it was over, null while it is open.
    `acknowledged`, `acknowledged_by`, `note`: who looks after it, since when, and what they know. `rule`: its number,
    null where the rule is gone."""

    id: int
    rule: int | None
    subject: str
    zh: str
    en: str
    facts: AlarmFacts
    since: datetime
    opened: datetime
    seen: datetime
    resolved: datetime | None
    acknowledged: datetime | None
    acknowledged_by: str
    note: str


class ListedPause(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """A time of which nothing is judged: Minilens was down, or loading was behind (`reason`)."""

    reason: str
    start: datetime
    end: datetime


class AlarmList(msgspec.Struct, frozen=True):
    """Open ones, then those that are over, the newest first, at most 200; and when nothing could be judged."""

    open: list[ListedAlarm]
    over: list[ListedAlarm]
    pauses: list[ListedPause]


class ListedRule(msgspec.Struct, frozen=True):
    """A rule under its names; `enabled`: whether it is watched."""

    id: int
    zh: str
    en: str
    enabled: bool
    definition: AlarmDefinition


class ListedSettings(msgspec.Struct, frozen=True):
    """Channels that hear of alarms, by number, and the hours without messages by the app's clock (22:00), '' none."""

    channels: list[int]
    quiet_from: str
    quiet_to: str


class RuleList(msgspec.Struct, frozen=True):
    """The oldest first, and where alarms go."""

    rules: list[ListedRule]
    settings: ListedSettings


class RemovedRule(msgspec.Struct, frozen=True):
    """The number of what is no more."""

    removed: int


def listed(alarm: Alarm, timezone: str) -> ListedAlarm:
    """As programs are told."""
    facts = facts_of(alarm.facts)
    zh, en = (_said(facts, timezone, language) for language in ("zh", "en"))
    return ListedAlarm(
        alarm.id, alarm.rule, alarm.subject, zh, en, facts, alarm.since, alarm.opened, alarm.seen, alarm.resolved,
        alarm.acknowledged, alarm.acknowledged_by, alarm.note,
    )  # fmt: skip


def _said(facts: AlarmFacts, timezone: str, language: str) -> str:
    words = as_words(facts, timezone, "zh" if language == "zh" else "en")
    lines = [words.title, words.sentence, words.usual, *words.rows]
    return ("；" if language == "zh" else "; ").join(filter(None, lines))


def listed_rule(rule: SavedRule) -> ListedRule:
    """As programs are told."""
    return ListedRule(rule.id, rule.name.zh, rule.name.en, rule.enabled, decoded(rule.body))


def listed_settings(found: AlarmSettings) -> ListedSettings:
    """As programs are told."""
    start, end = map(clock, found.quiet) if found.quiet else ("", "")
    return ListedSettings(list(found.channels), start, end)
