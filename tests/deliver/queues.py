"""A queue over real records, whose clock is moved by hand and whose channels say what they are told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn

from minilens.deliver.contents import Asking
from minilens.deliver.outcome import Outcome
from minilens.deliver.queue import Queue
from minilens.measure.run import AnyQuery
from minilens.records.channel_content import ChannelContent, Kind
from minilens.records.channels import Channel
from minilens.records.sends import Send
from minilens.records.store import Records
from minilens.records.subscriptions import Schedule, Subscription
from minilens.render.message import Message
from minilens.reports.request import AppContext
from minilens.text import Language, Text

KEY = b"k" * 32
SENT = Outcome("sent", "200 ok")


def _no_questions(query: AnyQuery) -> NoReturn:
    raise AssertionError("an app without events is asked nothing")


def _no_reports(name: str, query: str, language: Language) -> NoReturn:
    raise AssertionError("an app without events is asked nothing")


@dataclass
class Desk:
    """`answers` are given one after another, then all is sent; `got` is what channels confirmed or may have taken."""

    records: Records
    now: datetime
    answers: list[Outcome | BaseException] = field(default_factory=list)
    got: list[tuple[int, Message, str]] = field(default_factory=list)
    worker: str = "one"
    before_making: Callable[[], None] = lambda: None

    @property
    def queue(self) -> Queue:
        return Queue(self.records, self.worker, lambda: self.now, self._send, self._asking)

    def app(self, name: str = "shop", zone: str = "Asia/Shanghai") -> int:
        return self.records.apps.create(name, timezone=zone, now=self.now).id

    def channel(self, app: int, name: str = "team", kind: Kind = "webhook") -> int:
        address = None if kind == "mail" else "https://hooks.example.com/x"
        members = (self.reader(app),) if kind == "mail" else ()
        content = ChannelContent(kind, name, "en", address, members=members)
        return self.records.channels.create(app, content, KEY, now=self.now)[0].id

    def reader(self, app: int) -> int:
        """An account that may see the app."""
        made = self.records.accounts.create(f"a{app}@example.org", "Ann", now=self.now).id
        self.records.grants.set(made, app, "viewer", now=self.now, by=None)
        return made

    def subscribe(
        self, app: int, channel: int, schedule: Schedule, content: str = "kpis"
    ) -> Subscription:
        return self.records.subscriptions.create(app, channel, content, schedule, now=self.now, by=None)  # fmt: skip

    def at(self, moment: datetime) -> None:
        """The clock shows that, and all that is to be sent then is sent."""
        self.now = moment
        self.queue.once()

    def later(self, **by: float) -> None:
        self.at(self.now + timedelta(**by))

    def states(self, app: int) -> list[str]:
        """Of an app, the newest first."""
        return [one.state for one in self.records.sends.of(app, most=1000)]

    def last(self, app: int) -> Send:
        return self.records.sends.of(app)[0]

    def _send(self, channel: Channel, message: Message, key: str, now: datetime) -> Outcome:
        found = self.answers.pop(0) if self.answers else SENT
        if isinstance(found, BaseException):
            if found.args:  # it had been confirmed
                self.got.append((channel.id, message, key))
            raise found
        if found.state in ("sent", "unknown"):
            self.got.append((channel.id, message, key))
        if found.state == "stopped":
            self.records.channels.stop(channel.id, found.code, found.answer, now=now)
        return found

    def _asking(self, app: int, now: datetime) -> Asking | None:
        self.before_making()
        for one in self.records.apps.all():
            if one.id == app:
                context = AppContext(one.timezone, now)
                title = Text(one.zh, one.en)
                return Asking(app, one.name, title, context, self.records, _no_questions, _no_reports)  # fmt: skip
        return None
