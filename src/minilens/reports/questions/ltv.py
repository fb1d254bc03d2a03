"""Questions about the value of persons: cohorts by their first touch, and what they pay.

{"kind": "ltv", "grain": "week", "groups": [{"field": "campaign"}], "period": "90d"}

{"kind": "ltv", "first": {"event": "pay_success"}, "return": {"event": "pay_success"}, "show": "triangle",
 "days": [0, 30, 60, 90], "revenue": {"event": "pay_success"}, "refunds": {"event": "refund_success"}}
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from minilens.reports.questions.activity import AskedActivity
from minilens.reports.questions.attribution import AskedKey
from minilens.reports.questions.parts import (
    AskedGroup,
    EventName,
    EventNames,
    Filter,
    FromDay,
    Period,
    Rest,
    Text,
    ToDay,
    Top,
    Traffic,
    said,
)


class AskedMoney(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Events that carry money, and where their amount stands: the field `value` unless given."""

    event: Annotated[
        EventName | EventNames,
        said(
            "The name of an event, or several that count alike.", "事件名，或同样计入的多个事件。"
        ),
    ] = ""
    where: Annotated[Filter | None, said("Conditions on this event.", "对该事件的条件。")] = None
    property: Annotated[
        Text,
        said(
            "A property sent with the event that is the amount; what is no number is nothing.",
            "作为金额的属性；非数值视为 0。",
        ),
    ] = ""
    field: Annotated[
        Text, said("`value`, which is so unless told.", "`value`，即默认的金额字段。")
    ] = ""


class AskedMargin(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What part of revenue is margin: a `rate` of all; rates by the values of a `property`, `rate` for all other
    values; or, with a `property` alone, the margin itself, as orders carry it.

    A refund takes back the margin of its amount by the same rate; where margins are carried, its own, or without one
    its whole amount.
    """

    rate: Annotated[
        Annotated[float, msgspec.Meta(ge=-1, le=1)] | None,
        said("A part, such as 0.35.", "毛利率，如 0.35。"),
    ] = None
    property: Annotated[
        Text,
        said(
            "A property sent with the event: the product, where `rates` are given, else the margin.",
            "随事件上报的属性：给出 `rates` 时为商品，否则为毛利金额。",
        ),
    ] = ""
    rates: Annotated[
        dict[str, float],
        said("Value of the property → its rate; 200 at most.", "属性值 → 毛利率，至多 200 个。"),
    ] = {}


class LtvQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="ltv",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"back": "return", "start": "from", "end": "to"},
):
    """What persons who came for the first time in each day, week or month (`grain`) have paid since: buyers, repeat
    buyers, orders, revenue, refunds on their own day, net revenue and what it is a user (LTV); and how many came back.

    Each person counts from its own first day, in the app's zone. Amounts are of one currency.
    """

    first: Annotated[
        AskedActivity | None,
        said(
            "The event with which a person enters, the first ever of it; none is the first visit ever.",
            "用户以哪个事件进入人群（有史以来首次）；不填为首次访问。",
        ),
    ] = None
    revenue: Annotated[
        AskedMoney | None,
        said("What is revenue; pay_success unless given.", "收入事件；默认 pay_success。"),
    ] = None
    refunds: Annotated[
        AskedMoney | None,
        said(
            "What is paid back, whatever its sign; refund_success unless given.",
            "退款事件，金额取绝对值；默认 refund_success。",
        ),
    ] = None
    key: Annotated[
        AskedKey | None,
        said(
            "What tells orders apart, such as the number of the order: one that comes again within 90 days counts "
            "once, where it came first; a refund with the same number as one before it, too.",
            "区分订单的字段，如订单号：90 天内重复出现只计最早一次；同一订单号的退款同样只计一次。",
        ),
    ] = None
    refund_key: Annotated[
        AskedKey | None,
        said(
            "What tells refunds apart instead, such as their own number, where orders are paid back in parts.",
            "区分退款的字段，如退款单号；同一订单分多次退款时填写。",
        ),
    ] = None
    back: Annotated[
        AskedActivity | None,
        said("What is a return; none is a visit.", "什么算回访；不填为访问。"),
    ] = None
    groups: Annotated[
        list[AskedGroup],
        said(
            "What rows are told apart by, up to five: of the first touch scene, scene_source, source, campaign, "
            "placement, material, link, utm_source …; of a first event whatever it carries.",
            "按什么分组，至多五个：首次触达的 scene、scene_source、source、campaign、placement、material、link、"
            "utm_source 等；以事件进入时为该事件携带的任意字段。",
        ),
    ] = []
    show: Annotated[
        Literal["cohorts", "triangle", "curve"],
        said(
            "cohorts: each cohort up to now, with the returns in 7, 14 and 30 days; triangle: each cohort up to so "
            "many `days` behind the first; curve: all cohorts together.",
            "cohorts 每个人群截至目前，含 7、14、30 天内回访率；triangle 每个人群截至首日后若干天（`days`）；"
            "curve 全部人群合计。",
        ),
    ] = "cohorts"
    days: Annotated[
        list[int],
        said(
            "Up to how many days behind a person's first day money is added up, in rising order, 1096 at most; "
            "0 is that day alone. 0, 7, 14, 30, 60, 90 unless given.",
            "金额累计到首日之后多少天，须递增，至多 1096；0 为首日当天。默认 0、7、14、30、60、90。",
        ),
    ] = []
    currency: Annotated[
        str | None,
        said(
            "The currency whose amounts count, such as CNY; '' those without one; that of the most orders unless "
            "given.",
            "只计哪种货币的金额，如 CNY；'' 为未注明币种的；不填为订单最多的币种。",
        ),
    ] = None
    margin: Annotated[
        AskedMargin | None,
        said(
            "What part of revenue is margin: rows then have the gross margin, what advertising of the same source, "
            "campaign, placement (ad set) and material (creative) cost on the days on which the cohort entered, what "
            "is left of the margin, and on which day it had paid back.",
            "收入中毛利的比例：给出后各行另有毛利、人群进入的那些天同名来源、推广活动、推广位（广告组）、推广素材（创意）的"
            "投放花费、贡献毛利与回本天数。",
        ),
    ] = None
    period: Period = ""
    start: FromDay = ""
    end: ToDay = ""
    grain: Annotated[
        Literal["day", "week", "month"],
        said("The length of a cohort. week unless given.", "人群的周期长度。默认 week。"),
    ] = "week"
    traffic: Traffic = "release"
    top: Top = 10
    rest: Rest = True
