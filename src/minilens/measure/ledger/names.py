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
        "bad_signature": Text("签名不正确", "Wrong signature"),
        "old_signature": Text("签名已过期", "Old signature"),
        "unknown_serial": Text("公钥未知", "Unknown public key"),
        "not_decrypted": Text("无法解密", "Can't be decrypted"),
        "foreign_payment": Text("不属于此小程序", "Of another app"),
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


#: Why days that were closed were made again, as builds write it down (`load.pending.mark`), what concerns most readers
#: first. Others, such as new columns, change no figure.
RECALCULATED = {
    "events": Text("迟到的事件", "late events"),
    "import": Text("导入", "an import"),
    "quarantine": Text("放行隔离事件", "events let in from quarantine"),
    "merge": Text("合并用户", "users merged"),
    "undo": Text("撤销合并", "a merge undone"),
    "identity types": Text("更改标识设置", "identity settings changed"),
    "handed on": Text("手机号易主", "a mobile number handed on"),
    "erasure": Text("删除用户数据", "a user erased"),
    "replay": Text("重新载入事件", "events loaded again"),
    "first visits": Text("首次访问日期变动", "first visits moved"),
    "neighbour": Text("前后一天有变动", "the day before or after changed"),
    "check": Text("对账修正", "a check of figures against events"),
    "repair": Text("修复损坏的数据", "damaged data repaired"),
}


def recalculated(causes: str) -> Text:
    """`events, merge` → 迟到的事件、合并用户; of causes that change no figure nothing."""
    some = causes.split(", ")
    named = [text for cause, text in RECALCULATED.items() if cause in some]
    return Text("、".join(one.zh for one in named), ", ".join(one.en for one in named))


NO_NAMES = ValueNames()


@dataclass(frozen=True)
class Listed:
    """A list: its column, and what the SQL has behind the value."""

    column: Column
    sums: tuple[str, ...]
    names: ValueNames = NO_NAMES

    def told(self, causes: Mapping[str, str]) -> Column:
        """Its column, with why each of its days was made again."""
        why = {day: recalculated(some) for day, some in causes.items()}

        def shown(day: str, language: Language) -> str:
            said = why[day].of(language) if day in why else ""
            return f"{day} · {said}" if said else day

        return replace(self.column, shown=shown, called=why)

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
_RESTATED = Column(
    "restated", Text("日期", "Day"), "text", called_title=Text("重算原因", "Recalculated for")
)
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
