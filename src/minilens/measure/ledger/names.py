"""What the values that events which do not count are told apart by are called."""

from __future__ import annotations

from minilens.measure.table import Column
from minilens.measure.value_names import ValueNames
from minilens.text import Text

#: Codes of `errors.py` that refuse an event, and reasons of the quarantine.
REASONS = ValueNames(
    {
        "undeclared": Text("未定义的事件", "Undeclared event"),
        "unreadable": Text("属性无法读取", "Unreadable properties"),
        "foreign_referer": Text("AppID 不匹配", "AppID doesn't match"),
        "late": Text("时间过早", "Too old to be accepted"),
        "future": Text("时间在未来", "Time in the future"),
        "bad_time": Text("时间无效", "Invalid time"),
        "missing": Text("缺少字段", "Missing field"),
        "wrong_type": Text("字段类型不对", "Wrong field type"),
        "bad_value": Text("数值无效", "Invalid number"),
        "bad_name": Text("事件名不合规则", "Invalid event name"),
        "unknown_choice": Text("取值不在范围内", "Value not allowed"),
        "blocked_identity": Text("用户标识无效", "Invalid user identity"),
        "too_long": Text("内容过长", "Too long"),
        "too_many": Text("数量过多", "Too many items"),
        "too_deep": Text("嵌套过深", "Nested too deeply"),
    }
)
REASON = Column("reason", Text("原因", "Reason"), "text", shown=REASONS.shown)
EVENT = Column("event", Text("事件", "Event"), "text")
