"""The columns of an answer about the value of persons, in words."""

from __future__ import annotations

from minilens.measure.events.columns import group_columns
from minilens.measure.ltv.query import RETURNS, LtvQuery
from minilens.measure.measures import DAY, DAYS_LATER
from minilens.measure.table import Column, Unit
from minilens.text import Text

Columns = tuple[Column, ...]


#: Columns of persons, who can be asked for: those of a row, of these who came back, who ordered and who ordered again.
PERSONS = (
    "cohort_users",
    *(f"return_rate_{days}" for days in RETURNS),
    "buyers",
    "repeat_buyers",
    "orders",
)


def _some(name: str, zh: str, en: str, unit: Unit, how_zh: str, how_en: str) -> Column:
    return Column(
        name, Text(zh, en), unit, Text(how_zh, how_en), rise_is="neither", has_persons=name in PERSONS
    )  # fmt: skip


USERS = _some(
    "cohort_users",
    "人群人数",
    "Users",
    "count",
    "首次到来落在该周期内的人数",
    "Persons whose first touch lies in the period",
)
_RETURNS = tuple(
    _some(
        f"return_rate_{days}",
        f"{days} 天内回访率",
        f"Returned in {days} days",
        "ratio",
        f"首日之后 {days} 天内（不含首日）回访过的人数 ÷ 人群人数；人群中最后一人满 {days} 天后才显示",
        f"Persons who came back in the {days} days behind their first, that day left out, ÷ users; "
        f"shown once {days} days are over for the last of them",
    )
    for days in RETURNS
)
MONEY = (
    _some(
        "buyers",
        "付费人数",
        "Buyers",
        "count",
        "自首日起有过收入事件的人数",
        "Persons with an event of revenue since their first day",
    ),
    _some(
        "buyer_rate",
        "付费率",
        "Buyer rate",
        "ratio",
        "付费人数 ÷ 人群人数",
        "Buyers ÷ users",
    ),
    _some(
        "repeat_buyers",
        "复购人数",
        "Repeat buyers",
        "count",
        "自首日起有过两次或以上收入事件的人数",
        "Persons with two events of revenue or more since their first day",
    ),
    _some(
        "repeat_rate",
        "复购率",
        "Repeat rate",
        "ratio",
        "复购人数 ÷ 付费人数",
        "Repeat buyers ÷ buyers",
    ),
    _some(
        "orders",
        "订单数",
        "Orders",
        "count",
        "收入事件的次数",
        "Times of the events of revenue",
    ),
    _some(
        "revenue",
        "收入",
        "Revenue",
        "number",
        "自首日起收入事件的金额之和，不扣退款",
        "What events of revenue come to since the first day, refunds not taken off",
    ),
    _some(
        "refunds",
        "退款",
        "Refunds",
        "number",
        "自首日起退款事件的金额之和（取绝对值），计在退款发生的那天",
        "What refunds come to since the first day, without their sign, each on its own day",
    ),
    _some(
        "net_revenue",
        "净收入",
        "Net revenue",
        "number",
        "收入 − 退款",
        "Revenue − refunds",
    ),
    _some(
        "ltv",
        "人均净收入（LTV）",
        "Net revenue per user (LTV)",
        "number",
        "净收入 ÷ 人群人数，未付费的人也计入",
        "Net revenue ÷ users, those who paid nothing included",
    ),
)
MARGINS = (
    _some(
        "gross_margin",
        "毛利",
        "Gross margin",
        "number",
        "收入的毛利 − 退款冲回的毛利，按查询给出的毛利率或属性",
        "The margin of revenue − that which refunds take back, by the rate or property of the question",
    ),
    _some(
        "ad_cost",
        "投放花费",
        "Ad cost",
        "number",
        "人群进入的那些天、同名推广的花费；“–”为未知",
        "What advertising of these names cost on the days on which the cohort entered; “–” where it isn't known",
    ),
    _some(
        "contribution_margin",
        "贡献毛利",
        "Contribution margin",
        "number",
        "毛利 − 投放花费；花费未知时为“–”",
        "Gross margin − ad cost; “–” where the cost isn't known",
    ),
)
PAYBACK = _some(
    "payback_day",
    "回本天数",
    "Payback day",
    "count",
    "从首日之后第几天起毛利不低于投放花费；0 为首日当天。尚未回本、因退款又低于花费或没有花费时为“–”",
    "From which day behind the first on the gross margin has covered the ad cost; 0 is that day itself, “–” where it "
    "has not, a refund took it back, or nothing was spent",
)
CURRENCY = _some(
    "currency",
    "币种",
    "Currency",
    "text",
    "金额的币种；其他币种的金额不计入，另有说明",
    "That of the amounts; those in other currencies are left out, which is said",
)
#: Figures that have one value a person of the cohort, and their places among the measures of a row.
COUNTS = ("buyers", "repeat_buyers")


def columns(query: LtvQuery) -> tuple[Columns, Columns]:
    """What tells rows apart, and the figures."""
    groups = group_columns(query.rows)
    margins = MARGINS if query.margin else ()
    if query.show == "cohorts":
        payback = (PAYBACK,) if query.margin else ()
        return (*groups, DAY), (USERS, *_RETURNS, *MONEY, *margins, *payback, CURRENCY)
    day = (DAY,) if query.show == "triangle" else ()
    return (*groups, *day, DAYS_LATER), (USERS, *MONEY, *margins, CURRENCY)
