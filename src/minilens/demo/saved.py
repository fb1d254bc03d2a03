"""What the team of the mini program saved: a funnel, retention, a conversion, margins; a cohort, links, KPIs."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.demo.arrivals import AD_LINKS, CODE_LINKS
from minilens.records.link_content import NewLink
from minilens.reference.link_codes import with_check
from minilens.reports.cohorts import Definition, Did
from minilens.reports.kpi_definition import KpiDefinition, KpiMeasure, KpiQuestion, KpiTime
from minilens.reports.question import AnyQuestion
from minilens.reports.questions.activity import AskedValue, RetentionQuestion
from minilens.reports.questions.attribution import AskedConversion, AttributionQuestion
from minilens.reports.questions.events import AskedEvent, AskedMeasure, EventsQuestion
from minilens.reports.questions.funnel import AskedStep, FunnelQuestion
from minilens.reports.questions.ltv import AskedMargin, AskedMoney, LtvQuestion
from minilens.reports.questions.parts import AskedGroup
from minilens.text import Text


@dataclass(frozen=True)
class Saved:
    """A question under its name."""

    name: Text
    question: AnyQuestion


_ORDER = FunnelQuestion(
    [AskedStep("page_view"), AskedStep("add_to_cart"), AskedStep("start_checkout"), AskedStep("pay_success")],
    window="1d", period="30d",
)  # fmt: skip
_RETURN = RetentionQuestion(grain="week", periods=6, period="90d")
_CONVERSION = EventsQuestion(
    [AskedEvent("add_to_cart"), AskedEvent("pay_success")],
    [
        AskedMeasure("conversion", to="b", window="1d"), AskedMeasure("retention", of="b", day=7),
        AskedMeasure("persons", of="b"),
    ],
    period="30d",
)  # fmt: skip
_WORTH = LtvQuestion(
    grain="month", groups=[AskedGroup(field="campaign")], refunds=AskedMoney("return_approved"),
    margin=AskedMargin(0.62), period="90d",
)  # fmt: skip
_CREDIT = AttributionQuestion(
    AskedConversion("pay_success"), counts="value", value=AskedValue(field="value"), by=["campaign"],
    models=["first", "last", "linear"], period="30d",
)  # fmt: skip
#: In the order in which they are pinned.
QUESTIONS = (
    Saved(Text("从浏览到支付", "From a page to payment"), _ORDER),
    Saved(Text("加购一天内支付", "Paid within a day of adding to cart"), _CONVERSION),
    Saved(Text("每周回访", "Back week by week"), _RETURN),
    Saved(Text("各推广活动新用户的贡献毛利", "Contribution margin by campaign"), _WORTH),
    Saved(Text("各推广活动的收入归因", "Revenue attributed to campaigns"), _CREDIT),
)
#: Code → the link that is printed with it, or that an ad leads by.
LINKS = {
    with_check(body): NewLink(
        campaign=campaign, page=page, placement=placement, material=material, method="code"
    )
    for body, campaign, placement, material, page, _ in CODE_LINKS
} | {
    with_check(body): NewLink(
        campaign=campaign,
        page=page,
        placement=placement,
        material=creative,
        method="path",
        tags=["ads"],
    )
    for body, campaign, placement, creative, page, *_ in AD_LINKS
}
#: What the team is held to.
KPIS = (
    (
        Text("加购到支付", "Cart to paid"),
        KpiDefinition(KpiQuestion(_CONVERSION, "m1"), target=0.45),
    ),
    (Text("投放回报率", "Return on ad spend"), KpiDefinition(KpiMeasure("roas"), target=2)),
    (
        Text("加购到支付用时", "Time from cart to paid"),
        KpiDefinition(KpiTime("add_to_cart", "pay_success", "1d"), target=300, better="less", period="week"),
    ),
)  # fmt: skip
COHORT = (
    Text("支付过两次的用户", "Paid twice or more"),
    Definition(did=Did("pay_success", least=2, period="90d")),
)
