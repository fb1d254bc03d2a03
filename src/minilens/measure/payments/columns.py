"""The columns of an answer about payments, in words."""

from __future__ import annotations

from minilens.measure.measures import DAY
from minilens.measure.payments.query import Group, Show
from minilens.measure.table import Column, Rise, Unit
from minilens.text import Language, Text

TITLES: dict[Group, Text] = {
    "matched": Text("两边一致", "On both sides"),
    "differing": Text("金额不一致", "Other amount"),
    "server_only": Text("只有服务器有", "Server only"),
    "tracker_only": Text("只有小程序有", "Tracker only"),
    "double": Text("重复支付", "Paid or sent twice"),
    "refunded": Text("有退款", "Refunded"),
}


def _shown(value: str, language: Language) -> str:
    return TITLES[value].of(language) if value in TITLES else value


def _some(
    name: str, zh: str, en: str, unit: Unit, how_zh: str, how_en: str, rise_is: Rise = "neither"
) -> Column:
    return Column(name, Text(zh, en), unit, Text(how_zh, how_en), rise_is=rise_is)


_COIN = Column("currency", Text("币种", "Currency"), "text")
_STATE = Column("group", Text("分组", "Group"), "text", shown=_shown)
_DOUBLE = _some(
    "double",
    "重复",
    "Double",
    "count",
    "服务器或小程序上报了两次及以上支付的订单数",
    "Orders of which servers told, or the tracker sent, two payments or more",
    "worse",
)
_REFUNDED = _some(
    "refunded_orders",
    "有退款",
    "Refunded",
    "count",
    "支付后至今有过退款的订单数，含部分退款",
    "Orders with a refund up to now, in part or whole",
    "worse",
)
_KEYS: dict[Show, tuple[Column, ...]] = {
    "groups": (_STATE, _COIN),
    "days": (DAY,),
    "orders": (
        Column("order", Text("订单", "Order"), "text"),
        _STATE,
        _COIN,
        Column("person", Text("用户", "Person"), "text"),
    ),
}
_MEASURES: dict[Show, tuple[Column, ...]] = {
    "groups": (
        _some(
            "orders",
            "订单数",
            "Orders",
            "count",
            "前四组合计为全部订单；“重复支付”与“有退款”是其中一部分。"
            "日期以服务器的首次支付为准，服务器没有的以小程序为准",
            "The first four groups are all orders; double and refunded ones are among them. An order's day is that of "
            "its first payment as servers tell it, else as the tracker saw it",
        ),
        _some(
            "amount",
            "金额",
            "Amount",
            "number",
            "订单首次支付的金额之和，以服务器为准，服务器没有的以小程序为准",
            "Amounts of the first payments: as servers tell them, else as the tracker saw them",
        ),
        _some(
            "tracker_amount",
            "小程序上报金额",
            "Seen by the tracker",
            "number",
            "其中由小程序上报、币种相同的首次支付的金额之和",
            "What the tracker saw of them, in the same currency",
        ),
        _some(
            "refunded",
            "已退款金额",
            "Refunded amount",
            "number",
            "这些订单至今的退款之和，只计相同币种",
            "Refunds of these orders up to now, in the same currency",
        ),
    ),
    "days": (
        _some(
            "missing_share",
            "漏报率",
            "Missing share",
            "ratio",
            "小程序漏报的订单 ÷ 服务器订单",
            "Orders that the tracker missed ÷ orders of servers",
            "worse",
        ),
        _some(
            "server_orders",
            "服务器订单",
            "Orders of servers",
            "count",
            "服务器上报的已支付订单数",
            "Paid orders that servers told",
        ),
        _some(
            "seen_orders",
            "小程序也有",
            "Seen by the tracker",
            "count",
            "其中小程序也上报了的",
            "Of these, orders that the tracker sent as well",
        ),
        _some(
            "missing_orders",
            "小程序漏报",
            "Missing",
            "count",
            "其中小程序没有上报的",
            "Of these, orders that the tracker did not send",
            "worse",
        ),
        _some(
            "differing_orders",
            "金额不一致",
            "Other amount",
            "count",
            "两边都有、但首次支付的金额或币种不同的订单数",
            "Orders on both sides whose first payments have other amounts or currencies",
            "worse",
        ),
        _some(
            "tracker_orders",
            "只有小程序有",
            "Tracker only",
            "count",
            "小程序上报、服务器没有的订单数：未支付或测试",
            "Orders that the tracker sent and no server told: not paid, or tests",
            "worse",
        ),
        _DOUBLE,
        _REFUNDED,
    ),
    "orders": (
        _some(
            "amount",
            "服务器金额",
            "Amount of the server",
            "number",
            "服务器首次支付的金额",
            "Of the first payment that a server told",
        ),
        _some(
            "payments",
            "服务器次数",
            "Told",
            "count",
            "服务器上报的支付次数",
            "Payments that servers told",
        ),
        _some(
            "tracker_amount",
            "小程序金额",
            "Amount of the tracker",
            "number",
            "小程序首次上报的金额",
            "Of the first payment that the tracker sent",
        ),
        Column("tracker_currency", Text("小程序币种", "Tracker's currency"), "text"),
        _some(
            "seen",
            "小程序次数",
            "Seen",
            "count",
            "小程序上报的支付次数",
            "Payments that the tracker sent",
        ),
        _some(
            "refunded",
            "已退款金额",
            "Refunded amount",
            "number",
            "至今的退款，只计相同币种",
            "Refunds up to now, in the same currency",
        ),
        Column("paid", Text("支付时间", "Paid"), "moment"),
    ),
}


def columns(show: Show) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """What tells rows apart, and the measures."""
    return _KEYS[show], _MEASURES[show]
