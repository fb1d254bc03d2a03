"""A thousand messages due at once beside one person's cards: how much slower a card gets.

The queue is the server's, with its threads; channels take every message at once. Each message asks a question of its
own, so nothing comes from kept answers, and the person's cards are asked with other filters each time. Alone and beside
take turns, some seconds each, so that whatever else the machine does is with both.
"""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
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
#: Of cards alone and of cards beside, in turn: so often, so many seconds each.
TURNS, SECONDS = 8, 4.0
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
        each = min(SECONDS, options.most_seconds / TURNS)
        sent, goes_on, ended = list[float](), threading.Event(), threading.Event()
        sending = Deliveries(queue_of(records, executor, sent, goes_on))
        worker = threading.Thread(target=work, args=(sending, ended), daemon=True)
        worker.start()
        clicked(executor, cards, each)
        alone, beside, made = list[float](), list[float](), 0
        for _ in range(TURNS):
            alone += clicked(executor, cards, each)
            before = len(sent)
            goes_on.set()
            beside += clicked(executor, cards, each)
            goes_on.clear()
            made += len(sent) - before
        goes_on.set()
        ended.set()
        worker.join()
        sending.stop()
        records.database.close()
    return rows(alone, beside, made / (each * TURNS))


def rows(alone: list[float], beside: list[float], rate: float) -> list[Row]:
    """What came of it: milliseconds of cards, messages a second."""
    (half, most), (half_alone, most_alone) = (
        (median(some), quantiles(some, n=10)[-1]) for some in (beside, alone)
    )
    note = (
        f"{half:.0f} ms of {len(beside)}, alone {half_alone:.0f} ms of {len(alone)}; the slowest tenth from "
        f"{most:.0f} ms, alone from {most_alone:.0f} ms"
    )
    name = "a card beside 1,000 messages that are due: × alone"
    return [
        Row(name, half / half_alone, "×", TARGET, note=f"median {note}"),
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


def queue_of(
    records: Records, executor: QueryExecutor, sent: list[float], goes_on: threading.Event
) -> Queue:
    """As the server has it, but for channels that take everything; none is begun while it does not go on."""

    def ask(query: AnyQuery) -> Table:
        return executor.ask(query, MOMENT, patience=120.0, behind=True)

    def asking(app: int, at: datetime) -> Asking:
        goes_on.wait()
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
