"""The columns of retention, stickiness and lifecycle, in words."""

from __future__ import annotations

from dataclasses import replace

from minilens.measure.activity.query import (
    ActivityQuery,
    LifecycleQuery,
    Mode,
    ReturnsQuery,
    StickinessQuery,
    Unit,
)
from minilens.measure.events.columns import group_columns
from minilens.measure.measures import DAY, LATER, MOMENT
from minilens.measure.prepared import AsOf
from minilens.measure.table import Column, Cost, Row, Table
from minilens.measure.table import Unit as Kind
from minilens.text import Text

Columns = tuple[Column, ...]


def _some(name: str, zh: str, en: str, unit: Kind, how_zh: str, how_en: str) -> Column:
    return Column(name, Text(zh, en), unit, Text(how_zh, how_en), rise_is="neither")


_BRACKETS: dict[Unit, Column] = {
    "hour": Column("hours_later", Text("之后小时数", "Hours later"), "text"),
    "day": Column("days_later", Text("之后天数", "Days later"), "text"),
    "week": Column("weeks_later", Text("之后周数", "Weeks later"), "text"),
    "month": Column("months_later", Text("之后月数", "Months later"), "text"),
}
_LATER: dict[Unit, Column] = {
    "hour": Column("hours_later", Text("之后小时数", "Hours later"), "count"),
    "day": LATER["day"], "week": LATER["week"], "month": LATER["month"],
}  # fmt: skip
_USERS = _some(
    "cohort_users",
    "人群人数",
    "Users",
    "count",
    "在该周期内发生起始行为的人数",
    "Persons whose start lies in the period",
)
_RETURNED: dict[Mode, tuple[str, str]] = {
    "on": (
        "在之后第 N 个周期内发生回访行为的人数",
        "Of those, persons who returned in the Nth period after it",
    ),
    "on_or_after": (
        "在之后第 N 个周期或更晚发生回访行为的人数；仍会增长",
        "Of those, persons who returned in the Nth period after it or later; may still grow",
    ),
    "on_or_before": (
        "到之后第 N 个周期结束为止发生过回访行为的人数",
        "Of those, persons who returned by the end of the Nth period after it",
    ),
    "streak": (
        "从起始周期到之后第 N 个周期，每个周期都发生过回访行为的人数",
        "Of those, persons who returned in every period up to the Nth after it",
    ),
}
_RATE = _some(
    "retention_rate",
    "留存率",
    "Retention",
    "ratio",
    "留存人数 ÷ 人群人数；未到的周期显示“–”",
    "Returned ÷ users; “–” for periods still to come",
)
_RATE_BEFORE = _some(
    "retention_rate",
    "环节留存率",
    "Retention from before",
    "ratio",
    "留存人数 ÷ 上一格的留存人数；未到的周期显示“–”",
    "Returned ÷ returned in the cell before; “–” for periods still to come",
)
_VALUES = (
    _some(
        "value",
        "数值合计",
        "Sum",
        "number",
        "人群中的人的回访行为的数值之和",
        "What the returns of the persons of the cohort add up to",
    ),
    _some(
        "value_per_user",
        "人均数值",
        "Mean per user",
        "number",
        "数值合计 ÷ 人群人数",
        "Sum ÷ users",
    ),
    _some(
        "value_per_returned",
        "留存人均数值",
        "Mean per returned",
        "number",
        "数值合计 ÷ 留存人数",
        "Sum ÷ returned",
    ),
)
_FINAL = _some(
    "final_from",
    "确定日期",
    "Final from",
    "day",
    "自这一天起，除迟到数据外不再变化；为空：仍会增长，或为合计",
    "From this day on only late events change it; empty: it may still grow, or it is of all cohorts",
)


def of_returns(query: ReturnsQuery) -> tuple[Columns, Columns]:
    """What tells rows apart, and the figures."""
    later = _BRACKETS[query.unit] if query.brackets else _LATER[query.unit]
    rate = _RATE if query.rate_of == "cohort" else _RATE_BEFORE
    returned = _some("retained_users", "留存人数", "Returned", "count", *_RETURNED[query.mode])
    day = () if query.show == "curve" else (_day(query),)
    end = () if query.show == "curve" else (replace(_FINAL, unit=_day(query).unit),)
    values = _VALUES if query.value else ()
    return (*group_columns(query.rows), *day, later), (_USERS, returned, rate, *values, *end)


def _day(query: ActivityQuery) -> Column:
    """The column of periods."""
    return MOMENT if query.unit == "hour" else DAY


_ACTIVE: dict[Unit, Column] = {
    "hour": Column("active_hours", Text("活跃小时数", "Active hours"), "count"),
    "day": Column("active_days", Text("活跃天数", "Active days"), "count"),
    "week": Column("active_weeks", Text("活跃周数", "Active weeks"), "count"),
    "month": Column("active_months", Text("活跃月数", "Active months"), "count"),
}
#: What several of them are called behind their number.
EVERY: dict[Unit, Text] = {
    "hour": Text("小时", "hours"), "day": Text("天", "days"), "week": Text("周", "weeks"),
    "month": Text("个月", "months"),
}  # fmt: skip
_DISTRIBUTION = (
    _some(
        "persons",
        "人数",
        "Persons",
        "count",
        "恰好在这么多个周期内活跃的人数",
        "Persons active in exactly so many periods",
    ),
    _some(
        "share",
        "占比",
        "Share",
        "ratio",
        "人数 ÷ 活跃过的全部人数",
        "Persons ÷ all who were active",
    ),
    _some(
        "at_least",
        "至少",
        "At least",
        "count",
        "在这么多个或更多周期内活跃的人数",
        "Persons active in so many periods or more",
    ),
    _some(
        "at_least_share",
        "至少占比",
        "Share at least",
        "ratio",
        "至少 ÷ 活跃过的全部人数",
        "At least ÷ all who were active",
    ),
)
_RATIOS = (
    _some("dau", "日活跃人数", "DAU", "count", "当天活跃的人数", "Persons active on the day"),
    _some(
        "wau",
        "周活跃人数",
        "WAU",
        "count",
        "截至当天的 7 天内活跃的人数",
        "Persons active in the 7 days that end with it",
    ),
    _some(
        "mau",
        "月活跃人数",
        "MAU",
        "count",
        "截至当天的 30 天内活跃的人数",
        "Persons active in the 30 days that end with it",
    ),
    _some("dau_wau", "日活 ÷ 周活", "DAU ÷ WAU", "ratio", "日活跃人数 ÷ 周活跃人数", "DAU ÷ WAU"),
    _some("dau_mau", "日活 ÷ 月活", "DAU ÷ MAU", "ratio", "日活跃人数 ÷ 月活跃人数", "DAU ÷ MAU"),
    _some("wau_mau", "周活 ÷ 月活", "WAU ÷ MAU", "ratio", "周活跃人数 ÷ 月活跃人数", "WAU ÷ MAU"),
)


def of_stickiness(query: StickinessQuery) -> tuple[Columns, Columns]:
    """What tells rows apart, and the figures."""
    if query.show == "ratio":
        return (DAY,), _RATIOS
    day = () if query.per == "range" else (DAY,)
    return (*group_columns(query.rows), *day, _active(query)), _DISTRIBUTION


def _active(query: StickinessQuery) -> Column:
    """The column that says in how many periods."""
    one, n, unit = _ACTIVE[query.unit], query.every, EVERY[query.unit]
    if n == 1:
        return one
    title = Text(f"活跃时段数（每 {n} {unit.zh}）", f"Active periods of {n} {unit.en}")
    return replace(one, title=title)


_LIFECYCLE = (
    _some("new", "新增", "New", "count", "首次活跃的人数", "Persons active for the first time"),
    _some(
        "returning",
        "持续活跃",
        "Returning",
        "count",
        "本周期与上一周期都活跃的人数",
        "Persons active in this period and in the one before",
    ),
    _some(
        "resurrected",
        "回流",
        "Resurrected",
        "count",
        "本周期活跃、上一周期不活跃、更早活跃过的人数",
        "Persons active in this period, not in the one before, and before that",
    ),
    _some(
        "dormant",
        "流失",
        "Dormant",
        "count",
        "上一周期活跃、本周期不活跃的人数，以负数表示",
        "Persons active in the period before and not in this one, as a negative number",
    ),
    _some(
        "active",
        "活跃",
        "Active",
        "count",
        "新增 + 持续活跃 + 回流",
        "New + returning + resurrected",
    ),
)


def of_lifecycle(query: LifecycleQuery) -> tuple[Columns, Columns]:
    """What tells rows apart, and the figures."""
    return (_day(query),), _LIFECYCLE


def framed(query: ActivityQuery, shown: Columns, rows: tuple[Row, ...], as_of: AsOf) -> Table:
    """A table over the days of a question."""
    return Table(
        columns=shown,
        rows=rows,
        start=query.days.start,
        end=query.days.end,
        as_of=as_of.as_of,
        cost=Cost(0, 0, 0),
        today=as_of.today,
    )
