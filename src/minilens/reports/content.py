"""The Official Account tab: what articles, followers and menu came to, and what came of them."""

from __future__ import annotations

from minilens.measure.content.names import OF_ARTICLES, OF_WAYS
from minilens.measure.table import Advice
from minilens.reports.kinds import content
from minilens.reports.report import Report
from minilens.text import Text

TREND = Report(
    name="content.trend",
    title=Text("文章、关注与菜单", "Articles, followers and menu"),
    kind=content.KIND,
    measures=(
        "article_opens", "published_articles", "article_shares", "followers_gained", "followers_lost", "followers_net",
        "followers_total", "unfollow_rate", "menu_clicks", "menu_click_rate", "article_launches", "menu_launches",
        "article_conversions",
    ),
    first="article_opens",
    advice=Advice(
        Text(
            "在公众号后台的内容分析、用户分析、菜单分析中导出数据，另存为 CSV 后导入。",
            "Export figures in the Official Account's console (content, user and menu analysis), save them as CSV and "
            "import them.",
        ),
        Text("公众号内容", "Official Account content"),
        "guide/content",
    ),
)  # fmt: skip
ARTICLES = Report(
    name="content.articles",
    title=Text("发布的文章", "Articles published"),
    kind=content.ARTICLES,
    measures=tuple(one.name for one in OF_ARTICLES),
    first="article_opens",
    by="article",
    top=20,
    told_by=Text(
        "在所选时间段发布的文章，数字为至今的总数。",
        "Articles published in the period, with all they came to up to now.",
    ),
)
MENU = Report(
    name="content.menu",
    title=Text("菜单点击", "Menu clicks"),
    kind=content.MENU,
    measures=("menu_clicks", "menu_click_share", "menu_clickers", "menu_click_rate"),
    first="menu_clicks",
    by="menu_item",
    top=10,
)
WAYS = Report(
    name="content.ways",
    title=Text("从公众号到转化的路径", "Ways from the Official Account to conversion"),
    kind=content.WAYS,
    measures=tuple(one.name for one in OF_WAYS),
    first="way_conversions",
    by="way",
    top=10,
    told_by=Text(
        "小程序看到的：转化前 30 天内依次的打开，其中至少一次来自公众号。",
        "As the mini program sees it: launches one after the other in the 30 days before, one of them from the "
        "Official Account at least.",
    ),
)

#: In the order of the tab.
ALL = (TREND, ARTICLES, MENU, WAYS)
