"""The Ads and cost tab: what advertising cost, and what it brought."""

from __future__ import annotations

from minilens.measure.table import Advice
from minilens.reports.kinds import costs
from minilens.reports.report import Report
from minilens.text import Text

MEASURES = (
    "spend", "campaign_events", "cost_per_event", "campaign_net_revenue", "roas", "impressions", "clicks", "ctr", "cpc",
    "cpm", "frequency", "ad_conversions", "campaign_revenue", "campaign_refunds",
)  # fmt: skip
ADVICE = Advice(
    Text(
        "转化按推广活动的名称对应：广告平台里的名称要与推广链接的一致。",
        "Conversions are matched by name: call campaigns in the platform as their links are called.",
    ),
    Text("投放成本", "Advertising costs"),
    "guide/ads",
)


def _list(name: str, title: Text, by: str, advice: Advice | None = None) -> Report:
    return Report(
        name=f"ads.{name}", title=title, kind=costs.LIST_OF_COSTS, measures=MEASURES, first="spend", by=by,
        top=10, advice=advice,
    )  # fmt: skip


TREND = Report(
    name="ads.trend",
    title=Text("投放趋势", "Spend and results"),
    kind=costs.KIND,
    measures=MEASURES,
    first="spend",
)
CAMPAIGNS = _list("campaigns", Text("按推广活动", "By campaign"), "ad_campaign", ADVICE)
AD_SETS = _list("ad_sets", Text("按广告组", "By ad set"), "ad_set")
CREATIVES = _list("creatives", Text("按创意", "By creative"), "creative")
LANDINGS = _list(
    "landings", Text("公众号文章与小程序落地", "Article or mini program landing"), "landing"
)
PLATFORMS = _list("platforms", Text("按投放平台", "By platform"), "platform")

#: In the order of the tab.
ALL = (TREND, CAMPAIGNS, AD_SETS, CREATIVES, LANDINGS, PLATFORMS)
