"""A message goes to a channel; whoever calls does with the outcome what it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from minilens.deliver import webhook
from minilens.deliver.outcome import Outcome
from minilens.deliver.sender import Sender
from minilens.records.channel_content import Kind
from minilens.records.channels import Channel
from minilens.render.message import Message

#: How a message is sent to a kind of channel: channel, message, its key, now.
Way = Callable[[Sender, Channel, Message, str, int], Outcome]
WAYS: dict[Kind, Way] = {"webhook": webhook.send}


def send(channel: Channel, message: Message, now_ms: int, *, sender: Sender, key: str) -> Outcome:
    """One try; takes up to `sender.patience` seconds, and never raises. `key` names the message: the same at each try,
    so that a mail is the same mail and a webhook can tell one that comes twice. A channel that must be mended is
    stopped in the records."""
    if channel.removed:
        return Outcome("stopped", code="removed")
    if channel.stopped:
        return Outcome("stopped", channel.told, code=channel.stopped)
    way = WAYS.get(channel.kind)
    if way is None:
        return Outcome("failed", code="not_yet")
    found = way(sender, channel, message, key, now_ms)
    if found.state == "stopped":
        moment = datetime.fromtimestamp(now_ms / 1000, UTC)
        sender.records.channels.stop(channel.id, found.code, found.answer, now=moment)
    return found
