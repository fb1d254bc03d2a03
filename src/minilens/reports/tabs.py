"""The pages of the rail, in its order."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.reports import ads, audience, campaigns, content, page, quality
from minilens.text import Text


@dataclass(frozen=True)
class Tab:
    """A page of the rail. One without cards is still to come, but for one of its `own` kind.

    `main` is the card whose state the page's address is: its period, grain and measure. `listed`: the rail, keys and
    palette have it; else lists lead to it. `key` opens one of its own kind. `right`: those who have it see the page.
    `beside`: its template `_beside_NAME.html` stands beside its title. `below`: the page of the rail that it
    belongs to, which stands for it there and in the guide.
    """

    name: str
    title: Text
    icon: str
    cards: tuple[str, ...] = ()
    main: str = ""
    group: str = ""
    own: bool = False
    listed: bool = True
    key: str = ""
    right: str = "report:read"
    beside: bool = False
    below: str = ""

    @property
    def listed_as(self) -> str:
        """The name of the page that stands for it in the rail and in the guide."""
        return self.below or self.name

    @property
    def there(self) -> bool:
        """Whether it leads anywhere yet."""
        return (bool(self.cards) or self.own) and self.listed


#: The start page; WeChat's six, in its order and words; then what it has not.
TABS = (
    Tab("dashboard", Text("看板", "Dashboard"), "target", own=True, key="p"),
    Tab("reviews", Text("复盘", "Reviews"), "saved", own=True, key="v"),
    Tab(
        "overview",
        Text("概况", "Overview"),
        "bars",
        ("overview.yesterday", "overview.trend", "overview.pages", "overview.entries"),
        "overview.trend",
    ),
    Tab(
        "live",
        Text("实时统计", "Live"),
        "pulse",
        ("live.online", "live.visits", "live.pages"),
        "live.visits",
    ),
    Tab(
        "traffic",
        Text("访问分析", "Traffic"),
        "line",
        (
            "traffic.trend",
            "traffic.sources",
            "traffic.scans",
            "traffic.durations",
            "traffic.depths",
            "traffic.retention",
            "traffic.pages",
            "traffic.load_times",
        ),
        "traffic.trend",
    ),
    Tab(
        "sources",
        Text("来源分析", "Sources"),
        "fork",
        ("sources.trend", "sources.list", "sources.first"),
        "sources.trend",
    ),
    Tab("events", Text("自定义分析", "Custom"), "filter", own=True, key="e"),
    Tab(
        "audience",
        Text("用户画像", "Audience"),
        "person",
        tuple(report.name for report in audience.ALL),
        "audience.provinces",
    ),
    Tab(
        "campaigns",
        Text("推广与二维码", "Campaigns"),
        "code",
        tuple(report.name for report in campaigns.ALL),
        "campaigns.trend",
        group="growth",
        beside=True,
    ),
    Tab(
        "ads",
        Text("投放与成本", "Ads and cost"),
        "money",
        tuple(report.name for report in ads.ALL),
        "ads.trend",
        group="growth",
        beside=True,
    ),
    Tab(
        "content",
        Text("公众号", "Official Account"),
        "line",
        tuple(report.name for report in content.ALL),
        "content.trend",
        group="growth",
        beside=True,
    ),
    Tab("cohorts", Text("同期群与 LTV", "Cohorts, LTV"), "columns", group="growth"),
    Tab("alarms", Text("告警", "Alarms"), "bell", group="data", own=True, key="g"),
    Tab(
        "quality",
        Text("数据质量", "Data quality"),
        "check",
        tuple(report.name for report in quality.ALL),
        "quality.ledger",
        group="data",
        beside=True,
    ),
    Tab(
        "page",
        Text("页面详情", "Page"),
        "line",
        tuple(report.name for report in page.ALL),
        "page.trend",
        listed=False,
    ),
    Tab(
        "campaign",
        Text("推广活动", "Campaign"),
        "code",
        tuple(report.name for report in campaigns.OF_ONE),
        "campaign.trend",
        listed=False,
        beside=True,
        below="campaigns",
    ),
    Tab(
        "persons",
        Text("用户查询", "User lookup"),
        "find",
        group="data",
        own=True,
        key="u",
        right="persons:read",
    ),
    Tab("messages", Text("推送", "Messages"), "send", group="data", own=True, key="s"),
    Tab("settings", Text("设置", "Settings"), "gear", group="data", own=True, key=","),
)


#: Where an app begins; and on a phone, which has no page of its own kind.
START = TABS[0]
OVERVIEW = next(tab for tab in TABS if tab.name == "overview")


def tab_of(report: str) -> Tab:
    """The page that a report stands on."""
    return next(tab for tab in TABS if tab.name == report.partition(".")[0])
