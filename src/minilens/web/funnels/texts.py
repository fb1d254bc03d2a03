"""What the builder of funnels calls the choices of its form."""

from __future__ import annotations

from minilens.text import Text
from minilens.web.events.ask_offered import LENGTHS

UNITS = {
    **LENGTHS,
    "mo": Text("个月", "months"),
    "n": Text("个自然日", "calendar days"),
}
ORDERS = {
    "ordered": Text("依次", "in this order"),
    "strict": Text("紧接着依次", "in this order with nothing between"),
    "any": Text("不分先后", "in any order"),
}
#: The same as they stand in the form.
ORDER_CHOICES = {
    "ordered": Text("依次完成，中间可有其他行为", "In order, anything between"),
    "strict": Text("依次完成，中间无其他行为", "In order, nothing between"),
    "any": Text("不分先后", "In any order"),
}
#: WeChat's own analysis has the last two.
MODE_CHOICES = {
    "entry": Text(
        "窗口期：时间段内进入，在窗口期内完成",
        "Window: enters in the period, goes on within the window",
    ),
    "closed": Text("闭环：各步均在所选时间段内", "Closed: all steps within the period"),
    "open": Text("开环：各步单独计数，不看先后", "Open: each step counted by itself"),
}
MODES = {"closed": Text("各步均在该时间段内", "all within that period")}
AT_ONCE = {
    "any": Text("不分先后", "in any order"),
    "open": Text("各步单独计数", "each counted by itself"),
}
ENTRIES = {
    "any": Text("任意一次进入", "any entry"),
    "first": Text("仅首次进入", "the first entry only"),
    "first_ever": Text("仅有史以来首次进入", "the first entry ever only"),
}
ENTRY_CHOICES = {
    "any": Text("任意一次，取走得最远的", "Any, the furthest counts"),
    "first": Text("仅时间段内的首次", "Only the first in the period"),
    "first_ever": Text("仅有史以来的首次", "Only the first ever"),
}
ENDED_CHOICES = {
    "dropped": Text("算作流失", "They have dropped"),
    "left_out": Text("不计入漏斗", "They are left out of the funnel"),
}
COUNTS = {
    "persons": Text("用户", "persons"),
    "sessions": Text("打开", "launches"),
    "attempts": Text("尝试", "attempts"),
}
COUNT_CHOICES = {
    "persons": Text("用户", "Persons"),
    "sessions": Text("打开次数（各步在同一次打开中）", "Launches, all steps in one"),
    "attempts": Text("尝试次数（一次接一次）", "Attempts, one after the other"),
}
SHOWS = {
    "steps": Text("各步骤", "Steps"),
    "trend": Text(
        "趋势：按进入时间拆分，合计等于整体", "Trend: by time of entry, sums to the whole"
    ),
    "each_day": Text("趋势：每期单独计算", "Trend: each period for itself"),
    "times": Text("用时分布", "Times, how many took how long"),
    "next": Text("流失者之后做了什么", "What those who dropped did next"),
    "drivers": Text("与继续转化相伴的行为或取值", "What goes with going on"),
    "compare": Text("比较各组或两个时间段", "Compare groups or periods"),
}
COMPARED = {
    "previous": Text("上一个同长时间段", "The period before"),
    "week": Text("一周前", "A week before"),
    "month": Text("一个月前", "A month before"),
    "year": Text("一年前", "A year before"),
}
GRAINS = {
    "hour": Text("小时", "Hour"),
    "day": Text("日", "Day"),
    "week": Text("周", "Week"),
    "month": Text("月", "Month"),
}
