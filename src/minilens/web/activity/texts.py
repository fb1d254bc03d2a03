"""What the builders of retention, stickiness and lifecycle call the choices of their forms."""

from __future__ import annotations

from minilens.text import Text

WHICH = {"event": Text("指定事件", "An event"), "any": Text("任意行为", "Any activity")}
WHICH_RETURN = {
    "same": Text("与起始行为相同", "The start once more"),
    **WHICH,
}
ENTRIES = {
    "first": Text("有史以来首次满足条件", "First time ever under its conditions"),
    "first_event": Text(
        "有史以来首次，且须满足条件", "First time ever, if it fulfils the conditions"
    ),
    "first_in_range": Text("时间段内首次", "First time in the period"),
    "each": Text("每个周期各计一次", "In each hour, day, week or month"),
}
MODES = {
    "on": Text("当期回访", "In the period itself"),
    "on_or_after": Text("当期或之后回访", "In it or any later one"),
    "on_or_before": Text("截至当期回访", "By its end"),
    "streak": Text("每期连续回访", "In every period up to it"),
}
BLOCKS = {
    "calendar": Text("自然日、自然周、自然月", "Calendar days, weeks or months"),
    "from_start": Text("自每人起始时刻起每 24 小时", "24 hours since each person’s start"),
}
RATES_OF = {
    "cohort": Text("人群人数", "All of the cohort"),
    "cell_before": Text("上一期的留存人数", "Who returned in the period before"),
}
MEANS = {
    "weighted": Text("按人数加权", "Weighted by persons"),
    "simple": Text("各人群简单平均", "Mean of the cohorts"),
}
SHOWS = {
    "cohorts": Text("各人群与曲线", "Cohorts and curve"),
    "curve": Text("仅曲线", "Curve alone"),
}
PERS = {
    "range": Text("整个时间段", "The whole period"),
    "week": Text("每周", "Each week"),
    "month": Text("每月", "Each month"),
}
SHOWS_STICKINESS = {
    "distribution": Text("活跃天数分布", "By number of active days"),
    "ratio": Text("日活、周活、月活及其比值", "DAU, WAU, MAU and their ratios"),
}
NEW = {
    "event": Text("首次发生该事件", "With the first of this event ever"),
    "any": Text("首次发生任意行为", "With the first activity of any kind"),
}
WEEK_STARTS = {"monday": Text("周一", "Monday"), "sunday": Text("周日", "Sunday")}
GRAINS = {
    "hour": Text("小时", "Hour"),
    "day": Text("日", "Day"),
    "week": Text("周", "Week"),
    "month": Text("月", "Month"),
}
