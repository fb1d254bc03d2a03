"""Messages are sent: the queue is worked off beside everything else, by threads of its own."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

from minilens.deliver.contents import Asking
from minilens.deliver.queue import Queue
from minilens.deliver.send import remember, send
from minilens.load.pipeline import Pipeline
from minilens.period import milliseconds, now
from minilens.records.channels import Channel
from minilens.records.sends import Send
from minilens.render.schedules import reason
from minilens.serve.messages import asking
from minilens.serve.sending import sender_of
from minilens.serve.tasks import Task
from minilens.serve.wiring import pictures_of
from minilens.settings import Settings
from minilens.web.console import Console

#: Seconds between two looks at the queue, and between two times that old messages are let go of.
EVERY, FORGET_EVERY = 5.0, 3600.0
#: Longer than any mail is tried again.
MAILS_KEPT = timedelta(days=14)
#: Messages that are sent at once; a channel that is slow keeps one of them. Those with a message already go before.
AT_ONCE, MADE_AT_ONCE = 4, 2


class Deliveries:
    """Works a queue off until it is stopped. `cancel` ends the questions of messages that are being made."""

    def __init__(self, queue: Queue, cancel: Callable[[], None] = lambda: None) -> None:
        self._queue = queue
        self._cancel = cancel
        self._pools = {
            True: ThreadPoolExecutor(MADE_AT_ONCE, "made-messages"),
            False: ThreadPoolExecutor(AT_ONCE, "messages"),
        }
        self._under_way: dict[int, Future[None]] = {}
        self._begun = False

    def step(self) -> None:
        """Hand out all that is to be sent now and is not under way; raises what failed since the last time."""
        self._queue.recover(own=not self._begun)
        self._begun = True
        failed = self._settled()
        for some in self._queue.ready():
            if some[0].id not in self._under_way:
                pool = self._pools[some[0].alone]
                self._under_way[some[0].id] = pool.submit(self._queue.deliver, some)
        if failed:
            raise failed

    def _settled(self) -> BaseException | None:
        """Forget those that are done; what the last of them failed with that should not have."""
        failed = None
        for first, one in list(self._under_way.items()):
            if one.done():
                del self._under_way[first]
                failed = one.exception() or failed
        return failed

    def stop(self) -> None:
        """What channels are asked is asked to its end; the others are due when the server runs again."""
        self._cancel()
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=True)

    def _forget(self, pipeline: Pipeline, settings: Settings) -> None:
        """What was sent long ago, and which mails were taken of what nobody tries again."""
        self._queue.forget()
        pipeline.records.channel_members.sweep(now() - MAILS_KEPT)

    def tasks(self) -> tuple[Task, ...]:
        """What the engine does regularly for it."""
        return (
            Task("send messages", EVERY, lambda pipeline, settings: self.step(), beside=True),
            Task("forget old messages", FORGET_EVERY, self._forget),
        )


def deliveries(
    pipeline: Pipeline, settings: Settings, console: Console, cancel: Callable[[], None]
) -> Deliveries:
    """Those of this server. `console`: asked by messages, behind people; `cancel` ends their questions."""
    records, sender = pipeline.records, sender_of(pipeline.records, settings)
    keep = pictures_of(settings).keep
    remember(sender, now())

    def asked(app: int, at: datetime) -> Asking | None:
        found = next((one for one in console.apps() if one.id == app), None)
        return (
            asking(console, found, at, lambda png: keep(png, milliseconds(at))) if found else None
        )

    queue = Queue(
        records,
        worker_of(settings),
        now,
        lambda channel, message, key, at: send(
            channel, message, milliseconds(at), sender=sender, key=key
        ),
        asked,
        lambda channel, some: footer(pipeline, channel, some),
    )
    return Deliveries(queue, cancel)


def worker_of(settings: Settings) -> str:
    """This server among several over one database; the same after a restart."""
    folder = hashlib.sha256(str(settings.data.resolve()).encode()).hexdigest()[:12]
    return f"{socket.gethostname()[:48]}:{folder}"


def footer(pipeline: Pipeline, channel: Channel, some: Sequence[Send]) -> str:
    """Why a message is sent: its schedules, and where they can be changed."""
    known = {one.id: one.schedule for one in pipeline.records.subscriptions.of(channel.app)}
    schedules = [known[one.subscription] for one in some if one.subscription in known]
    return reason(schedules, channel.language)
