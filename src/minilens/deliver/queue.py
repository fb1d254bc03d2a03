"""The queue of what is to be sent: kept in the records, so it outlives whatever stops. Several may work on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from minilens.deliver.contents import Asking
from minilens.deliver.making import Making
from minilens.deliver.outcome import Outcome
from minilens.deliver.schedule import TOGETHER, enqueue
from minilens.deliver.together import again, composed, groups, late
from minilens.errors import Busy, EngineFailed, NotFound, Refused
from minilens.records.channels import Channel
from minilens.records.sends import NewSend, Send, State
from minilens.records.store import Records
from minilens.render.message import Message, decoded, encoded

#: Between two tries; after the last of them it is the same again, until a day is over.
WAITS = tuple(timedelta(minutes=n) for n in (1, 5, 30, 120, 360))
LONGEST = timedelta(days=1)
#: After this time nobody works any more on what they claimed. Asking and sending together take less.
CLAIM = timedelta(minutes=15)
#: Messages can be read again for so long; that they were sent is known for longer.
KEPT, KNOWN = timedelta(days=92), timedelta(days=400)
#: Why nobody knows: the server ended while it was sending.
INTERRUPTED = "interrupted"
#: An outcome that is not tried again → how the sending stands.
ENDS: dict[str, State] = {"sent": "sent", "failed": "failed", "unknown": "unknown"}


def put(
    records: Records, message: Message, *, app: int, channel: int, key: str, content: str, now: datetime
) -> bool:  # fmt: skip
    """Have a message sent to a channel of an app as soon as it can be, by itself; False where one with that key was
    put before. `key` is unique among all that is ever sent, up to 120 characters, and begins with a word of its
    room, such as `alarm:12:2026-11-29T10`. `content`: a word for what it is, shown in the list of what was sent.
    """
    one = new(message, app=app, channel=channel, key=key, content=content, now=now)
    return bool(records.sends.put([one], now=now))


def new(
    message: Message, *, app: int, channel: int, key: str, content: str, now: datetime
) -> NewSend:
    """What `put` puts in, for whoever puts in several at once."""
    return NewSend(app, channel, key, content, now, body=encoded(message), alone=True)


@dataclass(frozen=True)
class Queue:
    """Works the queue off. `worker`: the same after a restart, and nobody else's. `send`: one try (channel, message,
    key, now); it never raises. `asking`: what contents may ask about an app, by its number, at a moment; None where
    there is no such app. `footer`: why it is sent, in the words of a reader of the channel."""

    records: Records
    worker: str
    clock: Callable[[], datetime]
    send: Callable[[Channel, Message, str, datetime], Outcome]
    asking: Callable[[int, datetime], Asking | None]
    footer: Callable[[Channel, Sequence[Send]], str] = lambda channel, some: ""
    _making: Making = field(default_factory=Making)

    def recover(self, *, own: bool = False) -> None:
        """Take over what was claimed long ago and never settled; `own`: what this worker had claimed before it began
        anew, however lately. What no channel was asked for is due again. Of all else nobody knows whether it came: mail
        is sent again, as the same mail; to any other it is not, for it may have been confirmed."""
        now = self.clock()
        before = now if own else now - CLAIM
        for one in self.records.sends.abandoned(before, self.worker if own else ""):
            if not self.records.sends.take_over(one.id, self.worker, before, now=now):
                continue
            if one.begun is None:
                self.records.sends.settle(one.id, self.worker, "due", "", now=now, at=now)
            else:
                self._settle(one, self._channel(one), Outcome("unknown", code=INTERRUPTED))

    def ready(self) -> list[list[Send]]:
        """What is due is put in; those that are to be sent now, each list one message to a channel that takes some.
        What waits for a channel that was stopped is given up when the next of its kind comes: after a day, what is of a
        week or a month after as long a time."""
        now = self.clock()
        enqueue(self.records, now=now)
        channels = {one.id: one for one in self.records.channels.all()}
        found = []
        for some in groups(self.records.sends.due(now + TOGETHER), now):
            channel = channels.get(some[0].channel)
            waits = channel is not None and channel.stopped and not channel.removed
            if not waits or all(_over(one, now, held(one)) for one in some):
                found.append(some)
        return found

    def deliver(self, some: Sequence[Send]) -> None:
        """Send one message, unless another worker has it; what became of it is kept."""
        batch = self.records.sends.claim([one.id for one in some], self.worker, now=self.clock())
        if batch is None:
            return
        held = self.records.sends.batch(batch)
        first, channel = held[0], self._channel(held[0])
        if channel is None or channel.stopped:
            code = channel.stopped if channel else "removed"
            answer = channel.told if channel else ""
            self._settle(first, channel, Outcome("failed", answer, code=code))
            return
        try:
            message = self._message(held, channel)
        except (Busy, EngineFailed) as error:
            said = error.message(channel.language)
            self._settle(first, channel, Outcome("again", said, code="not_made"))
        except (Refused, NotFound) as error:
            said = error.message(channel.language)
            self._settle(first, channel, Outcome("failed", said, code="not_made"))
        else:
            if self.records.sends.begin(batch, self.worker, encoded(message), now=self.clock()):
                outcome = self.send(channel, message, first.key, self.clock())
                self._settle(first, channel, outcome)

    def once(self) -> None:
        """All that is to be sent now, one after another."""
        for some in self.ready():
            self.deliver(some)

    def forget(self) -> None:
        """Let go of what is old."""
        now = self.clock()
        self.records.sends.forget(now - KEPT, now - KNOWN)

    def _channel(self, one: Send) -> Channel | None:
        return self.records.channels.find(one.channel)

    def _message(self, some: Sequence[Send], channel: Channel) -> Message:
        """What was made before, or made now; that it comes late, and of a bot that it may come twice. Refused where it
        can't be."""
        first = some[0]
        if body := self.records.sends.message(first):
            return self._once_made(decoded(body), first, channel)
        with self._making.turn():
            asking = self.asking(first.app, self.clock())
            if asking is None:
                raise NotFound("unknown_app", "app", got=str(first.app), hint="")
            return composed(asking, some, channel.language, self.footer(channel, some))

    def _once_made(self, before: Message, first: Send, channel: Channel) -> Message:
        if first.twice:  # mail is the same mail
            return before if channel.kind == "mail" else again(before)
        asking = self.asking(first.app, self.clock()) if first.over else None
        return late(asking, before, first.due) if asking else before

    def _settle(self, first: Send, channel: Channel | None, found: Outcome) -> None:
        """What became of a batch, by its first one as it was claimed."""
        now, state, at, twice = self.clock(), found.state, None, False
        if state == "unknown" and _once_more(first, channel, found):
            state, twice = "again", True
        if state == "stopped":
            at = now  # as soon as somebody has mended the channel
        elif state == "again":
            at = now + _wait(first, found)
        longest = held(first) if state == "stopped" else LONGEST
        if at is not None and _over(first, at, longest):
            state, at = ("unknown" if twice else "failed"), None
        self.records.sends.settle(
            first.batch or first.id, self.worker, "due" if at else ENDS[state], found.answer, code=found.code,
            now=now, at=at, twice=twice,
        )  # fmt: skip


def _once_more(first: Send, channel: Channel | None, found: Outcome) -> bool:
    """Whether to send again what may have come: mail is then the same mail; others get it once more, and are told."""
    if channel is not None and channel.kind == "mail":
        return True
    return not first.twice and found.code != INTERRUPTED


def _wait(first: Send, found: Outcome) -> timedelta:
    if found.wait is not None:
        return timedelta(seconds=max(found.wait, 1.0))
    return WAITS[min(first.tries, len(WAITS) - 1)]


def held(one: Send) -> timedelta:
    """How long it waits for a channel that was stopped: until the next one of its kind is due, or almost."""
    return (one.over.days if one.over else 1) * LONGEST


def _over(one: Send, now: datetime, longest: timedelta) -> bool:
    return now - max(one.due, one.put) > longest
