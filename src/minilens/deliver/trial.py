"""The message that shows whether a channel works."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from minilens.render.message import Message, Picture, Section
from minilens.render.panels import Course
from minilens.render.picture import picture
from minilens.text import Language, Text

TITLE = Text("测试消息", "Test message")
AS_OF = Text("发送于 {at}", "Sent {at}")
WORKS = Text(
    "渠道已接通，之后的推送会发到这里。",
    "This channel works; messages of the app will arrive here.",
)
ASKED = Text("由 {who} 在推送渠道页发起", "Asked for by {who} on the page Channels")


def trial(
    app: Text, language: Language, who: str, link: str, now: datetime, timezone: str, *, drawn: bool = False
) -> Message:  # fmt: skip
    """`app`: what the app is called; `who` asked for it; `link`: the page of channels, "" where none can be reached.
    `drawn`: with a picture, to see whether it arrives."""
    at = f"{now.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"
    works = Section(sentences=(WORKS.of(language),), picture=_picture(language) if drawn else None)
    return Message(
        f"{app.of(language)} · {TITLE.of(language)}", AS_OF.of(language).format(at=at),
        (works,), link, language, ASKED.of(language).format(who=who) if who else "",
    )  # fmt: skip


def _picture(language: Language) -> Picture:
    """Some bars."""
    title = TITLE.of(language)
    return picture(
        [Course(title, ("1", "2", "3", "4"), (1.0, 3.0, 2.0, 4.0), "count", "bars")],
        title,
        language,
    )
