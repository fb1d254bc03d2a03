"""Events of a shop that are defined with one click: their fields with names and types. Their own names are built in.

What the tracker sends by itself (page_load_time) needs no definition.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadyField:
    """A field: its name, its Chinese name, its type (number or text), and a note."""

    name: str
    zh: str
    type: str
    note: str = ""


_ORDER = ReadyField("order_id", "订单编号", "text")
_AMOUNT = ReadyField("amount", "金额", "number", "元")
_REASON = ReadyField("reason", "原因", "text")

#: Event → its fields; all are reported by code.
READY_EVENTS: dict[str, tuple[ReadyField, ...]] = {
    "add_to_cart": (
        ReadyField("sku", "商品编号", "text"), ReadyField("quantity", "数量", "number"),
        ReadyField("price", "单价", "number", "元"),
    ),
    "start_checkout": (ReadyField("items", "商品件数", "number"), _AMOUNT),
    "select_coupon": (
        ReadyField("coupon_id", "优惠券编号", "text"), ReadyField("discount", "优惠金额", "number", "元"),
    ),
    "pay_success": (_ORDER, _AMOUNT, ReadyField("method", "支付方式", "text")),
    "refund_request": (_ORDER, _AMOUNT, _REASON),
    "return_approved": (_ORDER, _AMOUNT),
    "ticket_created": (ReadyField("ticket_id", "工单编号", "text"), ReadyField("topic", "问题类型", "text")),
    "api_error": (
        ReadyField("url", "接口地址", "text"), ReadyField("status", "状态码", "number"),
        ReadyField("message", "错误信息", "text"),
    ),
    "payment_retry": (_ORDER, ReadyField("attempt", "第几次", "number"), _REASON),
}  # fmt: skip
