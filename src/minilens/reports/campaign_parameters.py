"""Parameters of reports about campaigns and Official Accounts: what counts as a conversion, of which campaign, over how
many days around publishing."""

from __future__ import annotations

from minilens.reports.parameter import Parameter, always
from minilens.text import Text

EVENT = Parameter(
    "event",
    Text("计为转化的事件", "The event that counts as a conversion"),
    kind="text",
    limits=(0, 128),
    example="pay_success",
    default=always("pay_success"),
    option="Event that counts as a conversion (campaigns). 推广报表：计为转化的事件",
)

CURRENCY = Parameter(
    "currency",
    Text(
        "金额的币种；默认为小程序的报表币种。其他币种的金额按汇率换算成报表币种，没有汇率的不计入",
        "The currency of money, that in which the app reports unless given. Amounts in others are converted to the "
        "app's by their rates, and left out without one",
    ),
    kind="text",
    limits=(0, 3),
    pattern=r"^[A-Za-z]{3}$",
    example="CNY",
    option="Currency of revenue (campaigns). 推广报表：收入的币种",
)

REFUND = Parameter(
    "refund",
    Text(
        "退款事件，从收入中扣除；转化事件为 pay_success 时默认 refund_success，其他事件默认不扣；“-”表示不扣",
        "The event that takes revenue back: refund_success of pay_success, nothing of other events unless given; - for "
        "nothing",
    ),
    kind="text",
    limits=(0, 128),
    example="refund_success",
    option="Event that takes revenue back (campaigns, ads). 推广、投放报表：退款事件",
)

#: What is said of conversions and their money.
EARNING = (EVENT, CURRENCY, REFUND)

CAP = Parameter(
    "cap",
    Text(
        "人均曝光的上限，超过的日期会列出",
        "Most times a person should see an ad a day; days above it are named",
    ),
    kind="number",
    limits=(1, 100),
    example="5",
    default=always("3"),
    option="Frequency cap (ads.trend). 投放趋势：人均曝光上限",
)

CAMPAIGN = Parameter(
    "campaign",
    Text("只统计该推广活动", "Only what came by this campaign"),
    kind="text",
    limits=(0, 64),
    example="spring",
    option="A single campaign (reports of a campaign). 只统计该推广活动",
)

AROUND = Parameter(
    "around",
    Text(
        "发布前后各看几天的关注人数",
        "Followers are counted over so many days before and after publishing",
    ),
    kind="number",
    limits=(1, 30),
    example="3",
    default=always("3"),
    option="Days before and after publishing (content). 公众号内容：发布前后各看几天",
    own=True,
)
