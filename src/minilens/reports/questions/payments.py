"""A question about payments.

{"kind": "payments", "show": "orders", "group": "server_only", "period": "30d"}
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from minilens.reports.questions.parts import FromDay, Period, Text, ToDay, Top, Traffic, said


class PaymentsQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="payments",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """Payments as servers tell them (notifications, `POST /v1/events`, files) beside those that the tracker saw, by
    order number: the property order_id, else target_id.

    An order belongs to the day of its first payment as servers tell it, else as the tracker saw it; its other side is
    looked for up to seven days away. Refunds count up to now.
    """

    show: Annotated[
        Literal["groups", "days", "orders"],
        said(
            "A row a group of orders and currency; a day, with the share that the tracker missed; or an order of "
            "`group`. groups unless given. Orders are shown only to those who may view individual users.",
            "每行为一组订单（按币种）、一天（含漏报率），或 `group` 中的一个订单。默认 groups；"
            "订单只对可以查看单个用户的成员显示。",
        ),
    ] = "groups"
    group: Annotated[
        Literal["matched", "differing", "server_only", "tracker_only", "double", "refunded"],
        said(
            "Which orders: on both sides; there with another amount; told by servers alone; seen by the tracker alone; "
            "paid more than once; refunded. server_only unless given.",
            "哪些订单：两边一致、金额不一致、只有服务器有、只有小程序有、重复支付、有退款。默认 server_only。",
        ),
    ] = "server_only"
    told: Annotated[
        list[Text],
        said(
            "Events by which servers tell payments: pay_success and those of the settings unless given.",
            "服务器上报支付的事件；默认为 pay_success 与设置中的支付事件。",
        ),
    ] = []
    seen: Annotated[
        Text,
        said(
            "What the tracker sends; pay_success unless given.",
            "小程序上报的支付事件；默认 pay_success。",
        ),
    ] = "pay_success"
    period: Period = ""
    start: FromDay = ""
    end: ToDay = ""
    traffic: Traffic = "release"
    top: Top = 100
