"""The four stages of growth, each by a few figures: found, engaged, converted, kept."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.reports.kpi_definition import KpiMeasure, KpiQuestion, KpiSource
from minilens.reports.questions.events import AskedEvent, AskedMeasure, EventsQuestion
from minilens.text import Text


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
