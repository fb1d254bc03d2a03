"""kill -9 while messages are sent: none comes twice to a channel that took it, none is lost without a word."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from minilens import settings
from minilens.deliver import queue
from minilens.period import now
from minilens.records.channel_content import ChannelContent
from minilens.records.sends import Send
from minilens.records.store import Records
from minilens.render.message import Message, Section
from tests.deliver.others import Got, Other, Reply, running
from tests.serve.server import Server, server_to_kill

CHANNELS = 20
#: Seconds between the confirmation of a message and the kill; None: it is not confirmed, the kill comes first.
POINTS = (None, 0.0, 0.002, None, 0.01, 0.05)
#: Messages that one process sends at once.
AT_ONCE = 4
UNSETTLED = ("due", "claimed")


@dataclass
class Killer:
    """Answers what comes, and kills the engine so often, at these points in turn and some messages apart."""

    one: Server
    kills: int
    dice: random.Random
    killed: int = 0
    apart: int = 0
    engine: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reply(self, got: Got) -> Reply:
        if self.due():
            after = POINTS[self.killed % len(POINTS)]
            if after is None:
                self.kill()
            else:
                threading.Timer(after, self.kill).start()
        return Reply(b"taken", after=0.002)

    def due(self) -> bool:
        """Whether to kill next to this request."""
        with self.lock:
            self.engine = self.engine or self.one.child("engine")
            if self.apart or not self.engine or self.killed == self.kills:
                self.apart = max(0, self.apart - 1)
                return False
            self.apart = self.dice.randrange(5)
            return True

    def kill(self) -> None:
        with self.lock, contextlib.suppress(ProcessLookupError):
            victim, self.engine = self.engine, 0
            if victim:
                os.kill(victim, signal.SIGKILL)
                self.killed += 1


@contextmanager
def channels_of(one: Server, other: Other) -> Iterator[tuple[Records, int, list[int]]]:
    """The records of a server that runs, its app, and channels that lead to the stand-in."""
    found = settings.load(one.environment)
    records = Records(found.records_dsn)
    app = records.apps.named("shop").id
    made = [
        records.channels.create(
            app, ChannelContent("webhook", f"team {n}", "en", f"{other.url}/{n}"), found.secret,
            within=found.webhook_networks, now=now(),
        )[0].id
        for n in range(CHANNELS)
    ]  # fmt: skip
    yield records, app, made
    records.database.close()


def sent_under_kills(one: Server, other: Other, kills: int) -> list[Send]:
    """All sendings once each is settled; the engine was killed so often meanwhile, and some are sent after that."""
    killer = Killer(one, kills, random.Random(kills))
    other.reply = killer.reply
    with channels_of(one, other) as (records, app, channels):
        for n in range(20 + 8 * kills):
            message = Message(f"Alarm {n}", "", (Section(sentences=("Spend is up.",)),), "", "en")
            queue.put(
                records, message, app=app, channel=channels[n % CHANNELS], key=f"alarm:{n}", content="alarm", now=now()
            )  # fmt: skip
        until = time.monotonic() + 120 + 30 * kills
        while left := [one for one in records.sends.of(app, most=1000) if one.state in UNSETTLED]:
            assert time.monotonic() < until, left
            time.sleep(0.2)
        assert killer.killed == kills
        return records.sends.of(app, most=1000)


def reconcile(other: Other, sends: list[Send], kills: int) -> None:
    """Hold what the channel got against what the queue says."""
    got = Counter(one.headers["x-minilens-delivery"] for one in other.got)
    assert max(got.values()) == 1, "a message came twice"
    for one in sends:
        assert (one.state, one.code) in (("sent", ""), ("unknown", "interrupted")), one
        if one.state == "sent":
            assert got[one.key] == 1, "what is called sent never came"
    unknown = [one for one in sends if one.state == "unknown"]
    assert {one.key for one in sends} - set(got) <= {one.key for one in unknown}, "one is lost"
    assert 0 < len(unknown) <= AT_ONCE * kills, "more is called unknown than was under way"


def killed(data: Path, kills: int) -> None:
    """Send all under so many kills, and look."""
    with running() as other, server_to_kill(data, MINILENS_WEBHOOK_NETWORKS="127.0.0.0/8") as one:
        reconcile(other, sent_under_kills(one, other, kills), kills)


@pytest.mark.serial
def test_two_kills_send_nothing_twice_and_lose_nothing(tmp_path: Path) -> None:
    killed(tmp_path / "data", 2)


@pytest.mark.long
def test_thirty_kills_send_nothing_twice_and_lose_nothing(tmp_path: Path) -> None:
    killed(tmp_path / "data", 30)
