"""The measures of Official Account content, each once: what people read of them, and what they are made of."""

from __future__ import annotations

from minilens.measure.sums import Named
from minilens.text import Text

#: Where readers go on to from an article: field, what it is called.
TARGETS = {
    "to_menu": Text("菜单", "menu"),
    "to_mini_program": Text("小程序", "mini program"),
    "to_form": Text("表单", "form"),
}


def _onward(name: str, zh: str, en: str) -> tuple[Named, Named]:
    """How often readers went on, and how many of a hundred opens that is."""
    return (
        Named(
            name, Text(f"去{zh}", f"To {en}"), "count", "better",
            Text(f"从文章去往{zh}的点击次数，是总数；没有提供时显示“–”",
                 f"Clicks from articles on to the {en}: a total; “–” where none is given"), name,
        ),
        Named(
            f"{name}_rate", Text(f"去{zh}率", f"To {en} rate"), "ratio", "better",
            Text(f"去{zh}的次数 ÷ 阅读次数，只计提供了该次数的文章",
                 f"Clicks on to the {en} ÷ opens, of the articles that give them"),
            f"{name}_counted", f"{name}_opens",
        ),
    )  # fmt: skip


def _around(name: str, field: str, zh: str, en: str, end_zh: str, end_en: str) -> Named:
    return Named(
        name, Text(zh, en), "count", "worse" if field == "lost" else "better",
        Text(f"{end_zh}公众号的总数；其中有一天未知时显示“–”。不说明由文章引起",
             f"{end_en}: a total of the account, not said to be caused by the article; “–” where a day is unknown"), name,
    )  # fmt: skip


OF_ARTICLES = (
    Named(
        "article_opens", Text("阅读次数", "Opens"), "count", "better",
        Text("文章被打开的次数，是公众号后台的总数，不是用户", "How often articles were opened: the console's total, not persons"),
        "opens",
    ),
    Named(
        "article_readers", Text("阅读人数", "Readers"), "count", "better",
        Text("公众号后台的阅读人数，按文章去重；几篇之和可能重复计同一人。按天提供的不相加，显示“–”",
             "Readers as the console counts them, once an article; of several articles some may be the same. Days are not "
             "added up: “–”"), "readers",
    ),
    Named(
        "completion_rate", Text("阅读完成率", "Read to the end"), "ratio", "better",
        Text("读完的比例；几篇文章或几天合在一起时按阅读次数（没有则阅读人数）加权",
             "Share that read to the end; several articles or days are weighted by opens, or readers where there are none"),
        "completed", "completing",
    ),
    Named(
        "article_shares", Text("分享次数", "Shares"), "count", "better",
        Text("文章被分享的次数，是总数；没有提供时显示“–”", "How often articles were shared: a total; “–” where none is given"),
        "shares",
    ),
    Named(
        "article_sharing_rate", Text("分享率", "Share rate"), "ratio", "better",
        Text("分享次数 ÷ 阅读次数，只计提供了分享次数的文章", "Shares ÷ opens, of the articles that give shares"),
        "shares_counted", "shares_opens",
    ),
    Named(
        "article_follows", Text("阅读后关注", "Follows after reading"), "count", "better",
        Text("阅读后关注的人数；没有提供时显示“–”", "Readers who followed; “–” where none is given"), "follows",
    ),
    *(one for name, title in TARGETS.items() for one in _onward(name, title.zh, title.en)),
    _around("gained_before", "gained", "发布前新关注", "Followed before", "发布前若干天（参数 around）新关注人数，",
            "Followers gained on the days (parameter `around`) before publishing"),
    _around("gained_after", "gained", "发布后新关注", "Followed after", "自发布日起若干天新关注人数，",
            "Followers gained on as many days from the day of publishing on"),
    _around("lost_before", "lost", "发布前取消关注", "Unfollowed before", "发布前若干天（参数 around）取消关注人数，",
            "Followers lost on the days (parameter `around`) before publishing"),
    _around("lost_after", "lost", "发布后取消关注", "Unfollowed after", "自发布日起若干天取消关注人数，",
            "Followers lost on as many days from the day of publishing on"),
    Named(
        "article_launches", Text("文章带来的打开", "Launches from articles"), "count", "better",
        Text("从公众号文章（场景 1058 等）打开小程序的次数；一篇文章只计其推广活动（或与标题同名的活动）的，至今为止",
             "Launches of the mini program from articles (scene 1058 and the like); of one article those by its campaign, or the "
             "one called like it, up to now"), "launches",
    ),
    Named(
        "article_conversions", Text("文章带来的转化", "Conversions from articles"), "count", "better",
        Text("在这些打开里发生的转化事件次数，默认事件为 pay_success",
             "Conversion events in these launches; pay_success unless another event is chosen"), "conversions",
    ),
)  # fmt: skip
OF_DAYS = (
    Named(
        "published_articles", Text("发布文章", "Articles published"), "count", "neither",
        Text("有数据的文章中当天发布的篇数", "Articles published on the day, of those with figures"), "published",
    ),
    Named(
        "followers_total", Text("累积关注人数", "Followers"), "count", "better",
        Text("当天（周、月的最后一个已知日）结束时的关注人数；没有提供时显示“–”",
             "Followers at the end of the day, of weeks and months the last known one; “–” where none is given"), "followers",
    ),
    Named(
        "followers_gained", Text("新关注人数", "Followers gained"), "count", "better",
        Text("公众号后台的新关注人数；没有提供的日子显示“–”", "Followers gained, by the console; “–” on days without figures"),
        "gained",
    ),
    Named(
        "followers_lost", Text("取消关注人数", "Followers lost"), "count", "worse",
        Text("公众号后台的取消关注人数；没有提供的日子显示“–”", "Followers lost, by the console; “–” on days without figures"),
        "lost",
    ),
    Named(
        "followers_net", Text("净增关注人数", "Net followers"), "count", "better",
        Text("新关注 − 取消关注，只计两者都已知的日子", "Gained − lost, on days of which both are known"), "net",
    ),
    Named(
        "unfollow_rate", Text("取关率", "Unfollow rate"), "ratio", "worse",
        Text("取消关注人数 ÷ 当天开始时的关注人数；几天合在一起为每天的加权平均",
             "Followers lost ÷ followers at the start of the day; of several days their weighted mean"), "leaving", "beginning",
    ),
    Named(
        "menu_clicks", Text("菜单点击次数", "Menu clicks"), "count", "better",
        Text("公众号菜单被点击的次数，是总数；没有提供的日子显示“–”", "Clicks on the menu: a total; “–” on days without figures"),
        "clicks",
    ),
    Named(
        "menu_click_rate", Text("菜单点击率", "Menu click rate"), "ratio", "better",
        Text("菜单点击次数 ÷ 当天的关注人数，只计两者都已知的日子；几天合在一起为每天的加权平均",
             "Menu clicks ÷ followers of the day, on days of which both are known; of several days their weighted mean"),
        "clicked", "clickable",
    ),
    Named(
        "menu_launches", Text("菜单带来的打开", "Launches from the menu"), "count", "better",
        Text("从公众号菜单（场景 1035 等）打开小程序的次数", "Launches of the mini program from the menu (scene 1035 and the like)"),
        "menu_launches",
    ),
)  # fmt: skip
OF_MENU = (
    Named(
        "menu_click_share", Text("点击占比", "Share of clicks"), "ratio", "neither",
        Text("该菜单项的点击次数 ÷ 所有菜单项的点击次数", "Clicks on the item ÷ clicks on all items"), "clicks", "all_clicks",
    ),
    Named(
        "menu_clickers", Text("点击人数", "Clickers"), "count", "better",
        Text("公众号后台按天的点击人数之和：几天里同一人各计一次；没有提供时显示“–”",
             "Clickers as the console counts them by day, added up: someone who clicks on several days counts in each; “–” where none is given"),
        "clickers",
    ),
)  # fmt: skip
OF_WAYS = (
    Named(
        "way_conversions", Text("转化", "Conversions"), "count", "better",
        Text("之前 30 天内有公众号触点的转化事件次数，按小程序看到的打开", "Conversion events with a touch of the Official Account in the 30 "
             "days before, as the mini program sees launches"), "came",
    ),
    Named(
        "way_share", Text("占比", "Share"), "ratio", "neither",
        Text("占所有经过公众号的转化", "Of all conversions that came through the Official Account"), "came", "all_came",
    ),
    Named(
        "way_touches", Text("平均触点数", "Touches"), "number", "neither",
        Text("这些转化之前平均有几个触点", "Touches before these conversions, on average"), "touches", "came",
    ),
    Named(
        "way_days", Text("平均天数", "Days taken"), "number", "neither",
        Text("从首个触点到转化平均几天", "Days from the first touch to the conversion, on average"), "days", "came",
    ),
)  # fmt: skip
NAMED = (*OF_ARTICLES, *OF_DAYS, *OF_MENU, *OF_WAYS)
