"""What the values that events which do not count are told apart by are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from minilens.measure.ledger.advice import ADVICE
from minilens.measure.ledger.query import Apart
from minilens.measure.table import Column
from minilens.measure.value_names import ValueNames
from minilens.reference import field_types
from minilens.text import Language, Text

#: Codes of `errors.py` that refuse an event, and reasons of the quarantine.
REASONS = ValueNames(
    {
        "undeclared": Text("未定义的事件", "Undeclared event"),
        field_types.REASON: Text("字段类型与定义不符", "Field not of its defined type"),
        "dropped": Text("已丢弃", "Dropped from quarantine"),
        "erased": Text("用户已删除", "User erased"),
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
#: What a value is, and what a field is declared as.
KINDS = ValueNames(
    {
        "number": Text("数值", "number"),
        "text": Text("文本", "text"),
        "boolean": Text("是/否", "yes or no"),
        "time": Text("时间", "time"),
        "list": Text("列表", "list"),
        "object": Text("对象", "object"),
    }
)
#: What a key is of.
SENDERS = ValueNames(
    {
        "tracker": Text("小程序", "Mini program"),
        "server": Text("服务器", "Server"),
        "import": Text("导入", "Import"),
        "login": Text("code 登录", "Sign-in by code"),
    }
)


def sender(value: str, language: Language) -> str:
    """小程序 · 3: of an app's keys and tokens the number."""
    via, _, key = value.partition(":")
    return f"{SENDERS.shown(via, language)}{' · ' if key else ''}{key}"


def mismatch(detail: str, language: Language) -> str:
    """What is said of an event in quarantine, as people read it: `price` 应为数字，收到文本."""
    wrong = field_types.read(detail)
    if not wrong:
        return detail
    said = "{} 应为{}，收到{}" if language == "zh" else "{}: expected {}, got {}"
    told = [
        said.format(one.field, KINDS.shown(one.declared, language), KINDS.shown(one.came, language))
        for one in wrong
    ]
    return ("；" if language == "zh" else "; ").join(told)


NO_NAMES = ValueNames()


@dataclass(frozen=True)
class Listed:
    """A list: its column, and what the SQL has behind the value."""

    column: Column
    sums: tuple[str, ...]
    names: ValueNames = NO_NAMES

    def named(self, names: Mapping[str, str]) -> Column:
        """Its column, some of whose values have names of the app's own: 小程序 · wk_3fA9…"""
        plain = self.column.shown
        if not names or plain is None:
            return self.column

        def shown(value: str, language: Language) -> str:
            if value not in names:
                return plain(value, language)
            return f"{plain(value.partition(':')[0], language)} · {names[value]}"

        return replace(self.column, shown=shown)


#: What the ledger has sums of, and what is counted of events by when they came.
RECEIPTS = (
    "received_events", "counted_events", "duplicate_events", "quarantined_events", "refused_events", "lost_events",
)  # fmt: skip
DELAYS = ("sent_events", "late_events", "day_late_events")
_NOT_COUNTED = ("quarantined_events", "refused_events")
_REASON = Column("reason", Text("原因", "Reason"), "text", shown=REASONS.shown, advice=ADVICE)
_KEY = Column("key", Text("密钥", "Key"), "text", shown=sender)
_EVENT = Column("event", Text("事件", "Event"), "text")
_RESTATED = Column("restated", Text("日期", "Day"), "text")
LISTED: dict[Apart, Listed] = {
    "reason": Listed(_REASON, _NOT_COUNTED, REASONS),
    "event": Listed(_EVENT, _NOT_COUNTED),
    "undeclared": Listed(replace(_EVENT, name="undeclared"), DELAYS),
    "key": Listed(
        _KEY,
        RECEIPTS,
        SENDERS,
    ),
    "tracker": Listed(Column("tracker", Text("追踪代码版本", "Tracker version"), "text"), DELAYS),
    "restated": Listed(_RESTATED, ("day_events", "added_events", "restated_after")),
}
