"""What the site does with channels, handed in by the program that serves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from minilens.errors import NotFound
from minilens.networks import NOBODY, Networks
from minilens.records.channels import Channel


@dataclass(frozen=True)
class Tried:
    """What came of a test: `sent`, or why not, as a code of `render.send_reasons`; and what the other side said."""

    sent: bool
    code: str = ""
    told: str = ""


def _nobody(channel: Channel, who: str) -> NoReturn:
    """Of a site that sends nothing."""
    raise NotFound("unknown_channel", "channel", got=str(channel.id))


@dataclass(frozen=True)
class ChannelDoors:
    """`test` sends a message that says that it is one, asked for by somebody of that name; it may block for a while.
    `within`: networks that addresses may lie in. `mail`: there is a mail server."""

    test: Callable[[Channel, str], Tried] = _nobody
    within: Networks = NOBODY
    mail: bool = False
