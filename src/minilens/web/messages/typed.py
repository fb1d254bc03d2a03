"""What is typed of a subscription: content, channel, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minilens.errors import NotFound, Refused
from minilens.records.subscriptions import CADENCES, LAST, LATEST_DAY, Schedule, Subscription
from minilens.reports.request_values import choice
from minilens.web.console import App, Console

#: Fields of an empty form.
EMPTY = {
    "content": "", "channel": "", "cadence": "day", "weekday": "0", "month_day": "1", "time": "09:00",
}  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """What is sent, to the channel of that number, and when."""

    content: str
    channel: int
    schedule: Schedule


def typed(given: Mapping[str, str]) -> Typed:
    """What a form says; Refused, naming the field."""
    return Typed(
        given.get("content", "").strip(),
        _whole(given, "channel", 2**31 - 1),
        Schedule(
            choice(given, "cadence", CADENCES, "week"),  # type: ignore[arg-type]
            given.get("time", "").strip(),
            _whole(given, "weekday", 6),
            _whole(given, "month_day", LATEST_DAY),
        ),
    )


def checked(made: Typed, console: Console, app: App) -> Typed:
    """The same; Refused, naming the field, where the app has no such content or channel."""
    if not made.content:
        raise Refused("missing", "content")
    try:
        console.messages.title(app.id, made.content)
    except (Refused, NotFound) as error:
        raise error.at("content") from None
    if not any(one.id == made.channel for one in console.records.channels.of(app.id)):
        raise NotFound("unknown_channel", "channel", got=str(made.channel))
    return made


def fields(one: Subscription) -> dict[str, str]:
    """A subscription as it stands in its form."""
    when = one.schedule
    return {
        "content": one.content, "channel": str(one.channel), "cadence": when.cadence,
        "weekday": str(when.weekday), "month_day": str(when.month_day), "time": when.at,
    }  # fmt: skip


def _whole(given: Mapping[str, str], field: str, most: int) -> int:
    text = given.get(field, "").strip() or EMPTY[field]
    if not text:
        raise Refused("missing", field)
    if not text.isascii() or not text.isdecimal() or len(text) > 9 or not LAST <= int(text) <= most:
        raise Refused("unknown_choice", field, got=text[:20])
    return int(text)
