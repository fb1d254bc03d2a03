"""Lengths of time as people read them: within 7 days."""

from __future__ import annotations

from minilens.text import Text

_LENGTHS = (
    (86_400_000, "天", "day"), (3_600_000, "小时", "hour"), (60_000, "分钟", "minute"), (1_000, "秒", "second"),
)  # fmt: skip


def within(milliseconds: int) -> Text:
    """A window of whole seconds; of none, the same moment."""
    found = lasting(milliseconds)
    if found is None:
        return Text("同一时刻", "at the same moment")
    return Text(f"{found.zh}内", f"within {found.en}")


def lasting(milliseconds: int) -> Text | None:
    """A length of whole seconds; None where it has none."""
    for length, zh, en in _LENGTHS:
        if milliseconds and milliseconds % length == 0:
            n = milliseconds // length
            return Text(f"{n} {zh}", many(n, en))
    return None


def many(n: int, what: str) -> str:
    """1 day, 2 days."""
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
