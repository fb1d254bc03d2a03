"""Alarm rules as numbers that can be asked for: which, how they are told apart, and what they are held against."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import msgspec

from minilens.errors import Refused, did_you_mean
from minilens.measure.alarms.bands import Usual
from minilens.measure.alarms.bounds import of_band, of_change, of_threshold
from minilens.measure.alarms.course import Bounds, Side
from minilens.measure.alarms.series import has_hours
from minilens.measure.alarms.slots import Length, Slot
from minilens.measure.single_value import Source, grows
from minilens.measure.table import Unit
from minilens.records.kpis import SavedKpi
from minilens.reports import kpis
from minilens.reports.alarm_definition import (
    AlarmDefinition,
    BandAlarm,
    Beyond,
    ChangeAlarm,
    FatigueAlarm,
    KpisAlarm,
    MissingAlarm,
    ReleaseAlarm,
    ThresholdAlarm,
)
from minilens.reports.kpis import LARGEST
from minilens.reports.question import as_json
from minilens.reports.request import AppContext
from minilens.text import Text

#: What every app should have, made by one tap: names and definitions.
USUAL: tuple[tuple[Text, str], ...] = (
    (Text("数据中断", "Missing data"), '{"kind":"missing"}'),
    (Text("KPI 异常", "KPIs out of their band"), '{"kind":"kpis"}'),
    (Text("版本质量", "Release guard"), '{"kind":"release"}'),
)
#: Every kind of rule, by the `kind` that says which one it is.
KINDS: Mapping[str, type[AlarmDefinition]] = {
    "threshold": ThresholdAlarm,
    "change": ChangeAlarm,
    "band": BandAlarm,
    "kpis": KpisAlarm,
    "missing": MissingAlarm,
    "release": ReleaseAlarm,
    "fatigue": FatigueAlarm,
}
_SIDES: dict[Beyond, Side] = {"above": "high", "below": "low", "both": ""}
#: The least that a number has to change by, and the most.
LEAST_SHARE, MOST_SHARE = 0.05, 100.0
#: A KPI whose days have less than this is held against its days.
ENOUGH_FOR_HOURS = 200.0


class _Kind(msgspec.Struct):
    kind: str


@dataclass(frozen=True)
class Target:
    """A number that is watched. `length` None: by the hour where it has enough, else by the day. `limit`: of a
    threshold the value, of a change the share."""

    subject: str
    title: Text
    unit: Unit
    source: Source
    length: Length | None
    by: Literal["band", "change", "threshold"]
    side: Side = ""
    limit: float = 0.0

    @property
    def counts(self) -> bool:
        """Whether it only adds up."""
        return grows(self.source)

    def bounds(self, usual: Usual, slot: Slot) -> tuple[Bounds | None, float | None, int]:
        """What it may be in an hour or day; the usual number and of how many weeks, where these are known."""
        if self.by == "threshold":
            return of_threshold(self.limit, self.side), None, 0
        band = usual.band(slot)
        if band is None:
            return None, None, 0
        if self.by == "band":
            return of_band(band, self.side), band.middle, band.weeks
        found = of_change(band.middle, self.limit, self.side, counts=self.counts)
        return found, band.middle, band.weeks


def decoded(body: bytes | str) -> AlarmDefinition:
    """A definition from its JSON; Refused, naming the path, where it is none."""
    kind = as_json(body, _Kind).kind
    if kind not in KINDS:
        raise Refused("unknown_choice", "kind", got=kind[:40], hint=did_you_mean(kind, KINDS))
    return as_json(body, KINDS[kind])


def encoded(definition: AlarmDefinition) -> str:
    """The shortest JSON that says it."""
    return msgspec.json.encode(definition).decode()


def check(definition: AlarmDefinition, context: AppContext, app: int) -> None:
    """Refused, naming the path, where it cannot be watched."""
    targets(definition, context, app, ())


def targets(
    definition: AlarmDefinition, context: AppContext, app: int, of_app: Sequence[SavedKpi],
    named: Mapping[str, Text] = MappingProxyType({}),
) -> list[Target]:  # fmt: skip
    """The numbers that a rule watches; none of one that watches something else. KPIs that can be asked no longer are
    passed over. `named`: event → its title, by which numbers are called."""
    if isinstance(definition, KpisAlarm):
        return [one for kpi in of_app for one in _of_kpi(kpi, context, app)]
    if isinstance(definition, ThresholdAlarm):
        if not math.isfinite(definition.value) or abs(definition.value) > LARGEST:
            raise Refused("bad_value", "value", got=str(definition.value))
        return [_of_source(definition, context, app, "threshold", definition.value, named)]
    if isinstance(definition, ChangeAlarm):
        if not LEAST_SHARE <= definition.share <= MOST_SHARE:
            raise _beyond("share", definition.share, LEAST_SHARE)
        return [_of_source(definition, context, app, "change", definition.share, named)]
    if isinstance(definition, BandAlarm):
        return [_of_source(definition, context, app, "band", 0.0, named)]
    if isinstance(definition, FatigueAlarm) and not 0 < definition.cap <= MOST_SHARE:
        raise _beyond("cap", definition.cap, 0)
    return []


def _beyond(field: str, got: float, least: float) -> Refused:
    return Refused(
        "out_of_range", field, got=f"{got:g}", least=f"{least:g}", most=f"{MOST_SHARE:g}"
    )


def _of_source(
    asked: ThresholdAlarm | ChangeAlarm | BandAlarm, context: AppContext, app: int,
    by: Literal["band", "change", "threshold"], limit: float, named: Mapping[str, Text],
) -> Target:  # fmt: skip
    source, unit = kpis.read_source(asked.source, context, app)
    if asked.length == "hour" and not has_hours(source):
        raise Refused("no_hours", "length")
    title = kpis.titled(asked.source, source, named)
    return Target("number", title, unit, source, asked.length, by, _SIDES[asked.side], limit)


def _of_kpi(kpi: SavedKpi, context: AppContext, app: int) -> list[Target]:
    try:
        source, unit = kpis.read(kpis.decoded(kpi.body), context, app)
    except Refused:
        return []
    by_hour = has_hours(source) and grows(source)
    return [Target(f"kpi:{kpi.id}", kpi.name, unit, source, None if by_hour else "day", "band")]
