"""A message goes to a channel; whoever calls does with the outcome what it says."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from minilens.deliver import dingtalk, feishu, mail, webhook, wecom
from minilens.deliver.http import bucket
from minilens.deliver.outcome import Outcome
from minilens.deliver.sender import Sender
from minilens.period import milliseconds
from minilens.records.channel_content import BOTS, Access, Kind
from minilens.records.channels import Channel
from minilens.render.message import Message

log = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)

#: How a message is sent to a kind of channel: channel, message, its key, now, and where it leads.
Way = Callable[[Sender, Channel, Message, str, int, Access], Outcome]
WAYS: dict[Kind, Way] = {
    "wecom": wecom.send,
    "feishu": feishu.send,
    "dingtalk": dingtalk.send,
    "webhook": webhook.send,
    "mail": mail.send,
}


def send(channel: Channel, message: Message, now_ms: int, *, sender: Sender, key: str) -> Outcome:
    """One try; takes up to `sender.patience` seconds, and never raises. `key` names the message: the same at each try,
    so that a mail is the same mail and a webhook can tell one that comes twice. A channel that must be mended is
    stopped in the records."""
    if channel.removed:
        return Outcome("stopped", code="removed")
    if channel.stopped:
        return Outcome("stopped", channel.told, code=channel.stopped)
    found = _tried(channel, message, now_ms, sender, key)
    if found.state == "stopped":
        moment = datetime.fromtimestamp(now_ms / 1000, UTC)
        sender.records.channels.stop(channel.id, found.code, found.answer, now=moment)
    return found


def remember(sender: Sender, now: datetime) -> None:
    """For a server that begins: bots that were sent something in the last minute rest until it is over, as nobody
    knows any more how much it was."""
    for number, at in sender.records.sends.begun_since(now - MINUTE).items():
        channel = sender.records.channels.find(number)
        access = channel.access(sender.secret) if channel and channel.kind in BOTS else None
        if access and access.address:
            left = (at + MINUTE - now).total_seconds()
            sender.rates.close(bucket(access.address), milliseconds(now), left)


def tried(channel: Channel, message: Message, now_ms: int, *, sender: Sender, key: str) -> Outcome:
    """One try by somebody who wants to know whether the channel works: also where it is stopped, and then it is on
    again if it does."""
    found = _tried(channel, message, now_ms, sender, key)
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    if found.state == "stopped":
        sender.records.channels.stop(channel.id, found.code, found.answer, now=moment)
    elif found.state == "sent" and channel.stopped:
        sender.records.channels.restart(channel.id, now=moment)
    return found


def _tried(channel: Channel, message: Message, now_ms: int, sender: Sender, key: str) -> Outcome:
    way, access = WAYS[channel.kind], channel.access(sender.secret)
    if access is None:
        return Outcome("stopped", code="sealed_otherwise")
    try:
        return way(sender, channel, message, key, now_ms, access)
    except (
        Exception
    ) as error:  # a fault of ours must not hold back the others; its text may hold an address
        log.error(
            "a message could not be sent",
            extra={"kind": channel.kind, "reason": type(error).__name__},
        )
        return Outcome("failed", type(error).__name__, code="our_fault")
