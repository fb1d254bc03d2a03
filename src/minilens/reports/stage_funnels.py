"""Funnels to start from: the four stages of growth, as questions over events that every app has or is offered."""

from __future__ import annotations

from minilens.reports.questions.funnel import AskedStep, FunnelQuestion
from minilens.reports.questions.parts import Filter
from minilens.text import Language, Text

_PRODUCT = Filter(field="page_type", operator="is", values=["product"])
_FOUND = Filter(field="scene_group", operator="is", values=["扫码", "搜索"])
_DEEP = Filter(session="depth", operator="gte", values=[3.0])
#: Stage → its name, its steps as titles, events and conditions, its window, who goes through.
_Step = tuple[Text, str | list[str], Filter | None]
_STAGES: dict[str, tuple[Text, tuple[_Step, ...], FunnelQuestion]] = {
    "discovery": (
        Text("发现", "Discovery"),
        (
            (Text("扫码或搜索进入", "Came by a scan or a search"), "app_launch", _FOUND),
            (Text("访问页面", "Saw a page"), "page_view", None),
            (Text("查看商品", "Saw a product"), "page_view", _PRODUCT),
        ),
        FunnelQuestion([], window="1d", period="30d"),
    ),
    "engagement": (
        Text("互动", "Engagement"),
        (
            (Text("访问页面", "Saw a page"), "page_view", None),
            (Text("看到 3 页以上", "Went on to 3 pages or more"), "page_view", _DEEP),
            (Text("分享或收藏", "Shared or kept it"), ["share", "add_favorite"], None),
        ),
        FunnelQuestion([], window="1d", counts="sessions", period="30d"),
    ),
    "conversion": (
        Text("转化", "Conversion"),
        (
            (Text("访问页面", "Saw a page"), "page_view", None),
            (Text("加入购物车", "Added to cart"), "add_to_cart", None),
            (Text("开始结算", "Started checkout"), "start_checkout", None),
            (Text("支付成功", "Paid"), "pay_success", None),
        ),
        FunnelQuestion([], window="7d", period="30d"),
    ),
    "retention": (
        Text("留存", "Retention"),
        (
            (Text("支付成功", "Paid"), "pay_success", None),
            (Text("再次打开", "Came back"), "app_launch", None),
            (Text("再次支付", "Paid again"), "pay_success", None),
        ),
        FunnelQuestion([], window="30d", period="90d"),
    ),
}  # fmt: skip


def starts(language: Language) -> list[tuple[str, FunnelQuestion]]:
    """Each stage by its name, with steps that are called in the reader's language."""
    found = []
    for title, steps, whole in _STAGES.values():
        asked = [AskedStep(event, where, title=of.of(language)) for of, event, where in steps]
        found.append((title.of(language), _with(whole, asked)))
    return found


def _with(whole: FunnelQuestion, steps: list[AskedStep]) -> FunnelQuestion:
    return FunnelQuestion(steps, window=whole.window, counts=whole.counts, period=whole.period)
