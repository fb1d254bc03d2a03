"""What the site does with messages, handed in by the program that serves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NoReturn

from minilens.errors import Refused
from minilens.records.subscriptions import Cadence, Subscription
from minilens.render.message import Message
from minilens.text import Language, Text


@dataclass(frozen=True)
class Offered:
    """A content that can be sent: the name that a subscription has it by, and how often it is mostly sent."""

    name: str
    title: Text
    cadence: Cadence
    group: Literal["ready", "report", "question"] = "ready"


def _unknown(app: int, name: str) -> NoReturn:
    """Of a site that sends nothing."""
    raise Refused("unknown_choice", "content", got=name[:40], hint="")


@dataclass(frozen=True)
class MessageDoors:
    """All take the number of an app, or a subscription of it. `offered`: what can be sent; `title`: that of a content
    by its name, Refused where there is none, and `cadence`: how often it is mostly sent; `coming`: when a subscription
    is sent next after a moment, None while it is paused; `send_now`: have it sent at once as well. `preview`: what
    would be sent now of a content, given the site's doors and an app of them; Refused, naming `content`, where there
    is none."""

    offered: Callable[[int], list[Offered]] = lambda app: []
    title: Callable[[int, str], Text] = _unknown
    cadence: Callable[[int, str], Cadence] = _unknown
    coming: Callable[[Subscription, datetime], datetime | None] = lambda one, now: None
    preview: Callable[[Any, Any, str, Cadence, Language, datetime], Message] = (
        lambda console, app, content, cadence, language, now: Message("", "", (), "", language)
    )
    send_now: Callable[[Subscription, datetime], None] = lambda one, now: None
