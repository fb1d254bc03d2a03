"""Figures that a review looks at: the KPIs of an app, and measures that every app has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from minilens.errors import Refused, did_you_mean
from minilens.measure.measures import MEASURES
from minilens.measure.single_value import Ask, SingleValue, Source, single_value
from minilens.measure.table import Column, Rise, Unit
from minilens.period import Range
from minilens.records.kpis import SavedKpi
from minilens.reports.kpi_definition import KpiDefinition, KpiMeasure, KpiQuestion, KpiSource
from minilens.reports.kpis import OF_COSTS, OF_REPORTS, decoded, read
from minilens.reports.questions.events import AskedEvent, AskedMeasure, EventsQuestion
from minilens.reports.request import AppContext
from minilens.text import NOTHING, Text

#: How KPIs are named among figures.
KPI = "kpi."


@dataclass(frozen=True)
class Watched:
    """A figure by a name of its own. `rise_is`: what it means that it rises. `page`: where it is looked at, below the
    app's address. `after`: so many days later it is known; it is of days that are so many earlier."""

    name: str
    title: Text
    asked: KpiSource
    rise_is: Rise = "better"
    page: str = ""
    after: int = 0


def _of_payments(name: str, aggregate: str, zh: str, en: str) -> Watched:
    measure = AskedMeasure(aggregate=aggregate)
    question = EventsQuestion(events=[AskedEvent(event="pay_success")], measures=[measure])
    return Watched(name, Text(zh, en), KpiQuestion(question=question), page="events")


def _of_measure(name: str) -> Watched:
    one, page = MEASURES[name], "ads" if name in OF_COSTS else "traffic"
    return Watched(name, one.title, KpiMeasure(measure=name), one.rise_is, page)


#: Those that every app has: measures of the reports, payments, costs.
EVERYWHERE: dict[str, Watched] = {
    one.name: one
    for one in (
        *(_of_measure(name) for name in OF_REPORTS if name != "total_users"),
        _of_payments("payments", "total", "支付次数", "Payments"),
        _of_payments("buyers", "persons", "支付人数", "Buyers"),
        *(_of_measure(name) for name in OF_COSTS),
    )
}
#: Those that a review looks at, whatever the KPIs.
ALWAYS = ("visitors", "payments")


def of_kpis(saved: Sequence[SavedKpi]) -> list[Watched]:
    """The KPIs of an app as figures."""
    found = []
    for one in saved:
        made = decoded(one.body)
        rise: Rise = "better" if made.better == "more" else "worse"
        found.append(Watched(f"{KPI}{one.id}", one.name, made.source, rise, "dashboard"))
    return found


def looked_at(saved: Sequence[SavedKpi]) -> list[Watched]:
    """What a review looks at: the KPIs, and what is looked at in any case."""
    kpis = of_kpis(saved)
    told = [one.asked for one in kpis]
    more = (EVERYWHERE[name] for name in ALWAYS)
    return kpis + [one for one in more if one.asked not in told]


def named(name: str, saved: Sequence[SavedKpi], field: str = "figure") -> Watched:
    """The figure of that name; Refused, naming the field, with a hint."""
    every = {one.name: one for one in of_kpis(saved)} | EVERYWHERE
    if name not in every:
        raise Refused("unknown_choice", field, got=name[:40], hint=did_you_mean(name, every))
    return every[name]


def asked(one: KpiSource, context: AppContext, app: int) -> tuple[Source, Unit]:
    """What a figure is asked by, and its unit; Refused where it can be asked no longer."""
    return read(KpiDefinition(source=one, target=0), context, app)


def value(one: Watched, over: Range, context: AppContext, app: int, ask: Ask) -> SingleValue:
    """What it comes to over some days; of what is known later the days are earlier."""
    source, _ = asked(one.asked, context, app)
    return single_value(source, earlier(over, one.after), ask, context.today)


def earlier(over: Range, by: int) -> Range:
    """The same number of days, so many days earlier."""
    return Range(over.start - timedelta(days=by), over.end - timedelta(days=by))


def column(one: Watched, unit: Unit) -> Column:
    """The column that it would make in a table."""
    return Column(one.name, one.title, unit, NOTHING, rise_is=one.rise_is)
