"""Alarms of ads that wear out: the marks of the costs' own page, as of yesterday."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from minilens.measure.costs import fatigue
from minilens.measure.costs.figures import Sums, together
from minilens.measure.costs.query import BEFORE, CostsQuery
from minilens.measure.measures import MEASURES
from minilens.measure.single_value import Ask
from minilens.period import Range
from minilens.reports import ads
from minilens.reports import read as read_report
from minilens.reports.alarm_definition import FatigueAlarm
from minilens.reports.alarm_facts import FatigueFacts
from minilens.reports.request import AppContext

_ASKED = ("spend", "impressions", "clicks", "frequency")
#: Costs come by file, often a day late: the newest of so many days that has any is looked at.
LATE = 3
_MILLION = 1_000_000


def look(
    definition: FatigueAlarm, context: AppContext, app: int, ask: Ask
) -> list[tuple[str, FatigueFacts | None]]:
    """The newest day that has costs, marked or not; nothing where none has."""
    days = [context.today - timedelta(days=n) for n in range(1, LATE + 1)]
    sums, often = _sums(Range(days[-1] - timedelta(days=BEFORE), days[0]), context, app, ask)
    day = next((one for one in days if one in sums), None)
    if day is None:
        return []
    now = sums[day]
    before = together(
        [one for n in range(1, BEFORE + 1) if (one := sums.get(day - timedelta(days=n)))]
    )
    tired = bool(fatigue.tired([day], sums))
    frequency = often.get(day)
    if not tired and (frequency or 0) <= definition.cap:
        return [("ads", None)]
    cpc, cpc_before, ctr, ctr_before = (
        _number(one.figure(name)) for name in ("cpc", "ctr") for one in (now, before)
    )
    facts = FatigueFacts(day.isoformat(), cpc, cpc_before, ctr, ctr_before, frequency, tired=tired)
    return [("ads", facts)]


def _sums(
    over: Range, context: AppContext, app: int, ask: Ask
) -> tuple[dict[date, Sums], dict[date, float]]:
    request = read_report([], ads.TREND, context.timezone, context.now, context.first_day)
    query = request.query(app)
    assert isinstance(query, CostsQuery)
    measures = tuple(MEASURES[name] for name in _ASKED)
    rows = ask(replace(query, measures=measures, range=over, grain="day", compare=None)).rows
    sums: dict[date, Sums] = {}
    often: dict[date, float] = {}
    for day, spend, impressions, clicks, frequency in rows:
        if not isinstance(day, date) or not isinstance(spend, int | float) or not spend:
            continue
        sums[day] = Sums()
        sums[day].put("cost", round(spend * _MILLION))
        sums[day].put("impressions", _whole(impressions))
        sums[day].put("clicks", _whole(clicks))
        if isinstance(frequency, int | float):
            often[day] = float(frequency)
    return sums, often


def _whole(cell: object) -> int | None:
    return round(cell) if isinstance(cell, int | float) else None


def _number(cell: object) -> float | None:
    return float(cell) if isinstance(cell, int | float) else None
