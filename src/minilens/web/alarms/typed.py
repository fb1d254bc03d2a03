"""The form of an alarm rule: what is typed becomes its definition, and a definition what stands in the fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from minilens.errors import Refused
from minilens.records.store import AlarmSettings, Records
from minilens.reports.alarm_definition import (
    AlarmDefinition,
    BandAlarm,
    Beyond,
    ChangeAlarm,
    FatigueAlarm,
    KpisAlarm,
    LengthName,
    MissingAlarm,
    ReleaseAlarm,
    ThresholdAlarm,
)
from minilens.reports.alarm_targets import KINDS
from minilens.reports.kpi_definition import KpiSource
from minilens.reports.request_values import choice
from minilens.web.alarms.shown import kind_of
from minilens.web.kpis.typed import same, source, target

#: Fields of an empty form.
EMPTY = {
    "zh": "", "en": "", "kind": "band", "what": "visitors", "by": "", "length": "hour", "side": "both", "value": "",
    "share": "30%", "cap": "3",
}  # fmt: skip
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")
_PLAIN: dict[str, AlarmDefinition] = {
    "kpis": KpisAlarm(), "missing": MissingAlarm(), "release": ReleaseAlarm(),
}  # fmt: skip


def definition(
    given: Mapping[str, str], records: Records, app: int, account: int, kept: KpiSource | None = None
) -> AlarmDefinition:  # fmt: skip
    """What the form says; Refused, naming the field. `kept`: what it watches already."""
    kind = choice(given, "kind", tuple(KINDS), EMPTY["kind"])
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "fatigue":
        return FatigueAlarm(cap=_number(given, "cap"))
    of = source(given, records, app, account, kept)
    length = cast("LengthName", choice(given, "length", ("hour", "day"), EMPTY["length"]))
    side = cast("Beyond", choice(given, "side", ("above", "below", "both"), EMPTY["side"]))
    if kind == "threshold":
        if side == "both":
            raise Refused("unknown_choice", "side", got=side, choices="above, below")
        return ThresholdAlarm(source=of, side=side, value=_number(given, "value"), length=length)
    if kind == "change":
        return ChangeAlarm(source=of, share=_number(given, "share"), side=side, length=length)
    return BandAlarm(source=of, side=side, length=length)


def fields(made: AlarmDefinition) -> dict[str, str]:
    """A definition as it stands in the form."""
    found = EMPTY | {"kind": kind_of(made)}
    if isinstance(made, FatigueAlarm):
        return found | {"cap": f"{made.cap:g}"}
    if not isinstance(made, ThresholdAlarm | ChangeAlarm | BandAlarm):
        return found
    found |= same(made.source) | {"length": made.length, "side": made.side}
    if isinstance(made, ThresholdAlarm):
        found["value"] = f"{made.value:g}"
    if isinstance(made, ChangeAlarm):
        found["share"] = f"{made.share * 100:g}%"
    return found


def settings(given: Mapping[str, str], channels: list[str]) -> AlarmSettings:
    """Where alarms go, and when they don't, as typed; Refused, naming the field."""
    numbers = tuple(int(one) if one.isdecimal() and len(one) < 10 else 0 for one in channels)
    start, end = (given.get(field, "").strip() for field in ("quiet_from", "quiet_to"))
    if not start and not end:
        return AlarmSettings(numbers)
    return AlarmSettings(numbers, (_minute(start, "quiet_from"), _minute(end, "quiet_to")))


def clock(minute: int) -> str:
    """22:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _minute(text: str, field: str) -> int:
    found = _CLOCK.fullmatch(text)
    if not found:
        raise Refused("bad_time_of_day", field, got=text[:20])
    return int(found[1]) * 60 + int(found[2])


def _number(given: Mapping[str, str], field: str) -> float:
    try:
        return target(given.get(field, ""))
    except Refused as error:
        raise error.at(field) from None
