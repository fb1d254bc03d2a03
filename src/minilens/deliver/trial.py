"""The message that shows whether a channel works."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from minilens.render.message import Message, Section
from minilens.text import Language, Text

TITLE = Text("测试消息", "Test message")
AS_OF = Text("发送于 {at}", "Sent {at}")
WORKS = Text(
    "渠道已接通，之后的推送会发到这里。",
    "This channel works; messages of the app will arrive here.",
)
ASKED = Text("由 {who} 在推送渠道页发起", "Asked for by {who} on the page Channels")


def trial(
    app: Text, language: Language, who: str, link: str, now: datetime, timezone: str
) -> Message:
    """`app`: what the app is called; `who` asked for it; `link`: the page of channels, "" where none can be reached."""
    at = f"{now.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"
    return Message(
        f"{app.of(language)} · {TITLE.of(language)}", AS_OF.of(language).format(at=at),
        (Section(sentences=(WORKS.of(language),)),), link, language, ASKED.of(language).format(who=who) if who else "",
    )  # fmt: skip
