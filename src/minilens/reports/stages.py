"""The four stages of growth, each by a few figures: found, engaged, converted, kept; and those of a daily look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from minilens.measure.measures import MEASURES
from minilens.measure.single_value import Ask, Source, single_value
from minilens.measure.table import Column
from minilens.period import Range
from minilens.reports.kpi_definition import KpiDefinition, KpiMeasure, KpiQuestion, KpiSource
from minilens.reports.kpis import read
from minilens.reports.questions.events import AskedEvent, AskedMeasure, EventsQuestion
from minilens.reports.request import AppContext
from minilens.text import NOTHING, Text


@dataclass(frozen=True)
class StageFigure:
    """A figure of a stage. `page` is where it is looked at in full, below the app's address. `after`: so many days
    later it is known; it is of days that are so many earlier."""

    title: Text
    source: KpiSource
    page: str
    after: int = 0


@dataclass(frozen=True)
class Stage:
    """A stage and its figures."""

    title: Text
    figures: tuple[StageFigure, ...]


@dataclass(frozen=True)
class FigureNow:
    """A figure over some days, `over` as far as it is known of them, and over as many before; None is unknown."""

    column: Column
    over: Range
    now: float | None
    then: float | None


def source_of(one: StageFigure, context: AppContext, app: int) -> tuple[Source, Column]:
    """Where a figure comes from, and the column that it makes."""
    source, unit = read(KpiDefinition(source=one.source, target=0), context, app)
    told = MEASURES.get(one.source.measure) if isinstance(one.source, KpiMeasure) else None
    return source, Column("figure", one.title, unit, NOTHING, told.rise_is if told else "better")


def figure_now(one: StageFigure, over: Range, context: AppContext, ask: Ask, app: int) -> FigureNow:
    """A figure over some days, beside as many before."""
    source, column = source_of(one, context, app)
    after = timedelta(days=one.after)
    days = Range(over.start - after, over.end - after)
    now, then = (
        single_value(source, some, ask, context.today).value for some in (days, days.before())
    )
    return FigureNow(column, days, now, then)


def _of_measure(measure: str, zh: str, en: str, page: str) -> StageFigure:
    return StageFigure(Text(zh, en), KpiMeasure(measure=measure), page)


def _of_event(event: str, measure: AskedMeasure, zh: str, en: str, page: str) -> StageFigure:
    question = EventsQuestion(events=[AskedEvent(event=event)], measures=[measure])
    return StageFigure(Text(zh, en), KpiQuestion(question=question), page, measure.day or 0)


STAGES = (
    Stage(
        Text("发现", "Discovery"),
        (
            _of_measure("scans", "扫码次数", "Scans", "campaigns"),
            _of_measure("clicks", "广告点击", "Ad clicks", "ads"),
            _of_measure("new_users", "新用户数", "New users", "sources"),
        ),
    ),
    Stage(
        Text("互动", "Engagement"),
        (
            _of_measure("visitors", "访问人数", "Visitors", "traffic"),
            _of_measure("visit_depth", "平均访问深度", "Visit depth", "traffic"),
            _of_measure("sharers", "分享人数", "Sharers", "shares"),
        ),
    ),
    Stage(
        Text("转化", "Conversion"),
        (
            _of_event(
                "add_to_cart", AskedMeasure(aggregate="persons"), "加购人数", "Added to cart", "events"
            ),
            _of_event("pay_success", AskedMeasure(aggregate="persons"), "支付人数", "Buyers", "events"),
            _of_event("pay_success", AskedMeasure(aggregate="total"), "支付次数", "Payments", "events"),
        ),
    ),
    Stage(
        Text("留存", "Retention"),
        (
            _of_event(
                "page_view", AskedMeasure(aggregate="retention", day=1), "次日再访", "Back the next day", "retention",
            ),
            _of_event(
                "page_view", AskedMeasure(aggregate="retention", day=7), "7 日后再访", "Back on day 7", "retention",
            ),
            _of_event(
                "pay_success", AskedMeasure(aggregate="per_person"), "人均支付次数", "Payments per buyer", "events",
            ),
        ),
    ),
)  # fmt: skip
#: What a team looks at each day.
HEALTH = (
    _of_measure("spend", "投放花费", "Ad spend", "ads"),
    _of_measure("ctr", "广告点击率", "Ad CTR", "ads"),
    _of_event("start_checkout", AskedMeasure(aggregate="total"), "发起结算", "Checkouts", "events"),
    _of_event("pay_success", AskedMeasure(aggregate="total"), "支付次数", "Payments", "events"),
    _of_measure("visitors", "访问人数", "Visitors", "traffic"),
    _of_measure("new_users", "新用户数", "New users", "sources"),
)
