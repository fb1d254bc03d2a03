"""The measures of advertising, each once: what people read of them, and what they are made of."""

from __future__ import annotations

from minilens.measure.sums import Named
from minilens.text import Text

NAMED = (
    Named(
        "spend", Text("花费", "Spend"), "number", "neither",
        Text("广告平台报告的花费，换算成同一币种；没有汇率的不计入",
             "What the platform says it cost, in one currency: others are converted, or left out without a rate"),
        "cost",
    ),
    Named(
        "impressions", Text("曝光次数", "Impressions"), "count", "better",
        Text("广告平台报告的曝光次数；没有提供时显示“–”",
             "Times ads were shown, by the platform; “–” where it doesn't say"), "impressions",
    ),
    Named(
        "clicks", Text("点击次数", "Clicks"), "count", "better",
        Text("广告平台报告的点击次数；没有提供时显示“–”",
             "Clicks on ads, by the platform; “–” where it doesn't say"), "clicks",
    ),
    Named(
        "ctr", Text("点击率", "CTR"), "ratio", "better",
        Text("点击次数 ÷ 曝光次数", "Clicks ÷ impressions"), "clicks", "impressions",
    ),
    Named(
        "cpc", Text("点击单价", "CPC"), "number", "worse",
        Text("花费 ÷ 点击次数", "Spend ÷ clicks"), "cost", "clicks",
    ),
    Named(
        "cpm", Text("千次曝光成本", "CPM"), "number", "worse",
        Text("花费 ÷ 曝光次数 × 1000", "Spend ÷ impressions × 1,000"), "cost", "impressions", 1000,
    ),
    Named(
        "frequency", Text("人均曝光", "Frequency"), "number", "neither",
        Text("曝光次数 ÷ 触达人数，按天、按广告计：同一人在几天内或由几个广告触达，各计一次",
             "Impressions ÷ reach by day and ad: someone reached on several days or by several ads counts in each"),
        "reaching", "reach",
    ),
    Named(
        "ad_conversions", Text("平台转化数", "Platform conversions"), "count", "better",
        Text("广告平台自己统计的转化数；没有提供时显示“–”",
             "Conversions as the platform counts them; “–” where it doesn't say"), "conversions",
    ),
    Named(
        "campaign_events", Text("转化事件", "Conversions"), "count", "better",
        Text("由有成本的推广活动带来的转化事件次数，按推广活动的名称对应；默认事件为 pay_success",
             "Conversion events that came by the campaigns which have costs, matched by name; pay_success unless "
             "another event is chosen"), "events",
    ),
    Named(
        "cost_per_event", Text("转化成本", "Cost per conversion"), "number", "worse",
        Text("花费 ÷ 转化事件", "Spend ÷ conversions"), "cost", "events",
    ),
    Named(
        "campaign_revenue", Text("收入", "Revenue"), "number", "better",
        Text("这些转化事件的金额之和，换算成该币种；没有汇率的不计入。未扣退款",
             "The values of these events in this currency: others are converted, or left out without a rate; refunds "
             "are not subtracted"), "value",
    ),
    Named(
        "campaign_refunds", Text("退款", "Refunds"), "number", "worse",
        Text("退款事件的金额之和（取绝对值），计在退款当天，归入被退订单的推广活动",
             "The values of refunds, without their sign, on the day of the refund, under the campaign of the order "
             "they give back"), "returned",
    ),
    Named(
        "campaign_net_revenue", Text("净收入", "Net revenue"), "number", "better",
        Text("收入 − 退款", "Revenue − refunds"), "net",
    ),
    Named(
        "roas", Text("投放回报率", "ROAS"), "number", "better",
        Text("净收入 ÷ 花费：退款已扣除", "Net revenue ÷ spend: refunds are subtracted"), "net", "cost",
    ),
)  # fmt: skip
