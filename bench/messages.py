"""A thousand messages due at once beside one person's cards: how much slower a card gets.

The queue is the server's, with its threads; channels take every message at once. Each message asks a question of its
own, so nothing comes from kept answers, and the person's cards are asked with other filters each time.
"""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from urllib.parse import parse_qsl

from bench import history
from bench.cards import AS_OF, ZONE, days, with_
from bench.history import APP, LAST, LOAD, History
from bench.options import Options
from bench.result import Row
from minilens import reports
from minilens.deliver.contents import Asking
from minilens.deliver.contents.content import Answered
from minilens.deliver.outcome import Outcome
from minilens.deliver.queue import Queue
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.prepared import AsOf
from minilens.measure.query import Query
from minilens.measure.run import AnyQuery
from minilens.measure.table import Table
from minilens.period import Range
from minilens.records.channel_content import ChannelContent
from minilens.records.sends import NewSend
from minilens.records.store import Records
from minilens.reports.request import AppContext
from minilens.serve.deliveries import Deliveries
from minilens.text import Language, Text

MESSAGES, CHANNELS = 1_000, 50
CONTENTS = tuple(
    f"report:{name}"
    for name in (
        "overview.trend", "overview.pages", "overview.entries", "traffic.sources", "sources.list",
        "audience.provinces", "audience.cities", "audience.brands", "audience.models", "audience.systems",
        "traffic.pages", "audience.networks",
    )
)  # fmt: skip
#: At most so many times as long as alone.
TARGET = 1.5
NOW = datetime(2026, 11, 26, 16, 30, tzinfo=UTC)
MOMENT = AsOf(LAST + timedelta(days=1), AS_OF, LOAD)
SCENES = (1001, 1005, 1007, 1011, 1035, 1043, 1047, 1089)


def measure(options: Options) -> list[Row]:
    """The rows."""
    with history.opened(options) as held:
        records = filled(options.folder / "messages.sqlite")
        executor = QueryExecutor(held.engine)
        cards = asked(held)
        seconds = min(20.0, options.most_seconds)
        alone = clicked(executor, cards, seconds)
        sent = list[float]()
        sending = Deliveries(queue_of(records, executor, sent))
        ended = threading.Event()
        worker = threading.Thread(target=work, args=(sending, ended), daemon=True)
        worker.start()
        while not sent:
            time.sleep(0.05)
        began, before = time.monotonic(), len(sent)
        beside = clicked(executor, cards, seconds)
        rate = (len(sent) - before) / (time.monotonic() - began)
        ended.set()
        worker.join()
        sending.stop()
        records.database.close()
    ratio = median(beside) / median(alone)
    note = f"median of {len(beside)} cards {median(beside):.0f} ms, alone {median(alone):.0f} ms of {len(alone)}"
    return [
        Row("a card beside 1,000 messages that are due: × alone", ratio, "×", TARGET, note=note),
        Row("messages made and sent beside it", rate * 60, "a minute", better="higher"),
    ]


def filled(path: Path) -> Records:
    """Messages that are due, each of other days or another report."""
    path.unlink(missing_ok=True)
    records = Records(f"sqlite:///{path}")
    records.database.migrate()
    assert records.apps.create("shop", timezone=ZONE, now=NOW).id == APP
    channels = [
        records.channels.create(
            APP, ChannelContent("webhook", f"channel {n}", "en", "https://hooks.example.com/x"), os.urandom(32), now=NOW
        )[0].id
        for n in range(CHANNELS)
    ]  # fmt: skip
    ranges = (LAST - timedelta(days=1 + n) for n in range(89))
    what = itertools.islice(itertools.product(ranges, CONTENTS), MESSAGES)
    new = [
        NewSend(
            APP, channels[n % CHANNELS], f"bench:{n}", content, NOW, over=Range(day - timedelta(days=6), day),
            alone=True,
        )
        for n, (day, content) in enumerate(what)
    ]  # fmt: skip
    assert records.sends.put(new, now=NOW) == MESSAGES
    return records


def queue_of(records: Records, executor: QueryExecutor, sent: list[float]) -> Queue:
    """As the server has it, but for channels that take everything."""

    def ask(query: AnyQuery) -> Table:
        return executor.ask(query, MOMENT, patience=120.0, behind=True)

    def asking(app: int, at: datetime) -> Asking:
        context = AppContext(ZONE, NOW, LAST - timedelta(days=89))

        def report(name: str, query: str, language: Language) -> Answered:
            given = parse_qsl(query.removeprefix("?"))
            state = reports.read(given, reports.find(name), ZONE, NOW, context.first_day)
            return Answered(state, ask(state.query(app)), "")

        return Asking(app, "shop", Text("店", "Shop"), context, records, ask, report)

    def send(*_: object) -> Outcome:
        sent.append(time.monotonic())
        return Outcome("sent", "200")

    return Queue(records, "bench", lambda: NOW, send, asking)


def work(sending: Deliveries, ended: threading.Event) -> None:
    """Look at the queue every second until it is enough."""
    while not ended.wait(1.0):
        sending.step()


def asked(held: History) -> Iterator[Query]:
    """Cards of Overview over a month, each with a filter of its own."""
    for n in itertools.count():
        last = LAST - timedelta(days=1 + n // 24 % 40)
        over = Range(last - timedelta(days=29), last)
        name = ("overview.trend", "overview.pages", "overview.entries")[n % 3]
        yield with_(days(name, over), f"scene:is:{SCENES[n // 3 % 8]}")


def clicked(executor: QueryExecutor, cards: Iterator[Query], seconds: float) -> list[float]:
    """Milliseconds of cards that are asked for one after another, half a second apart."""
    took, ends = list[float](), time.monotonic() + seconds
    while time.monotonic() < ends:
        began = time.perf_counter()
        executor.ask(next(cards), MOMENT, patience=60.0)
        took.append((time.perf_counter() - began) * 1000)
        time.sleep(0.3)
    return took
