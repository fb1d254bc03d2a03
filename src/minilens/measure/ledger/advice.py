"""What to do about events that do not count, by the reason."""

from __future__ import annotations

from minilens.measure.table import Advice
from minilens.reference import field_types
from minilens.text import Text

_SETTINGS = Text("设置", "Settings")
_CODES = Text("错误代码", "Error codes")
_IMPORT = Text("导入", "Importing")
_TRACKING = Advice(
    Text(
        "检查上报代码，错误代码里有逐条说明。",
        "Check the tracking code; the error codes explain each.",
    ),
    _CODES,
    "guide/errors",
)
ADVICE: dict[str, Advice] = {
    "undeclared": Advice(
        Text(
            "多半是事件名写错了，改正上报代码；确实要用的，到隔离区定义并放行。",
            "Usually a misspelt name: correct it in the tracking code. If the event is wanted, define it in "
            "the quarantine and let it in.",
        ),
        Text("隔离区", "Quarantine"),
        "events/quarantine",
    ),
    field_types.REASON: Advice(
        Text(
            "上报的值与字段定义的类型不符：改正上报代码，已隔离的到隔离区处理。",
            "What was sent isn't of the type the field is defined with: correct the tracking code; the quarantine "
            "says what to do with events that wait.",
        ),
        Text("隔离区", "Quarantine"),
        "events/quarantine",
    ),
    "late": Advice(
        Text(
            "设备时钟不准，或离线过久；历史数据请用导入。",
            "The device's clock is wrong, or it was offline too long; import history instead.",
        ),
        _IMPORT,
        "guide/import",
    ),
    "future": Advice(
        Text(
            "设备时钟不准，或发送方用了错误的时区。",
            "The device's clock is wrong, or the sender uses the wrong time zone.",
        ),
        Text("数据上报", "Collecting events"),
        "guide/collect",
    ),
    "foreign_referer": Advice(
        Text(
            "另一个小程序用了这里的写入密钥；核对 AppID，必要时更换密钥。",
            "Another mini program uses a write key of this app; check the AppID, and rotate the key if need be.",
        ),
        _SETTINGS,
        "settings",
    ),
    "blocked_identity": Advice(
        Text(
            "标识为空或是占位文字，多半是登录前就调用了 identify。",
            "It is empty or a placeholder, usually because identify ran before sign-in.",
        ),
        Text("接入小程序", "Connecting the mini program"),
        "guide/tracker",
    ),
    "unreadable": Advice(
        Text("属性不是有效的 JSON，原文已保留。", "The properties aren't valid JSON; the event is kept as it came."),
        Text("故障排查", "Troubleshooting"),
        "guide/troubleshooting",
    ),
} | dict.fromkeys(
    (
        "bad_time", "missing", "wrong_type", "bad_value", "bad_name", "unknown_choice", "too_long", "too_many",
        "too_deep",
    ),
    _TRACKING,
)  # fmt: skip
