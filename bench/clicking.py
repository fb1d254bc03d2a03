"""Ten people clicking through Overview and Live over a hundred million events: how long each waits for a card.

A page asks for its cards at once, as the console does (three at most at a time). QueryExecutor stand in the
same line as in the server, and answers are kept as there; a card that is told to come again comes again.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from statistics import median

from bench import history
from bench.cards import AS_OF, NEW, PLACE, SCENE, days, live, with_
from bench.history import LAST, History
from bench.machine import memory
from bench.options import Options
from bench.result import Row, percentile
from minilens.errors import Busy
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.prepared import AsOf
from minilens.measure.query import Query
from minilens.period import Range

PEOPLE = 10
SECONDS = 60.0
THOUGHT = 5.0  # seconds between two pages of one person, on average
AT_ONCE = 3
AGAIN = 0.5  # seconds until a card that waits in line asks again
#: One page in so many is asked with a filter, and one in so many with two.
FILTERED, FILTERED_TWICE = 3, 12

Question = Query


@dataclass
class Seen:
    """Milliseconds that cards took, and what went wrong."""

    took: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def measure(options: Options) -> list[Row]:
    """The rows."""
    with history.opened(options) as held:
        seconds = min(SECONDS, options.most_seconds)
        seen, most = click(held, seconds)
    if seen.wrong:
        raise AssertionError(f"{len(seen.wrong)} cards failed, such as {seen.wrong[0]}")
    note = (
        f"{len(seen.took)} cards in {seconds:.0f} s, median {median(seen.took):.0f}, "
        f"p95 {percentile(seen.took, 0.95):.0f} ms; one page in {FILTERED} filtered"
    )
    return [
        Row(
            "ten people clicking: longest wait for a card", max(seen.took) / 1000, "s", 3, note=note
        ),
        Row("ten people clicking: memory of the engine", most / 1e6, "MB", 4096),
    ]


def click(held: History, seconds: float) -> tuple[Seen, int]:
    """What ten people saw, and the most memory meanwhile."""
    seen, most = Seen(), 0
    questions = QueryExecutor(held.engine)
    ends = time.monotonic() + seconds
    people = [
        threading.Thread(target=person, args=(questions, Random(n), seen, ends), daemon=True)
        for n in range(PEOPLE)
    ]
    for one in people:
        one.start()
    while any(one.is_alive() for one in people):
        most = max(most, memory(os.getpid()))  # the engine lives in this process
        time.sleep(0.2)
    return seen, most


def person(questions: QueryExecutor, random: Random, seen: Seen, ends: float) -> None:
    """Open page after page."""
    moment = AsOf(LAST, AS_OF, history.LOAD)
    with ThreadPoolExecutor(AT_ONCE) as cards:
        while time.monotonic() < ends:
            time.sleep(random.uniform(0.5, 1.5) * THOUGHT)
            waits: Iterator[float] = cards.map(waited(questions, moment, seen), page(random))
            seen.took.extend(waits)


def waited(questions: QueryExecutor, moment: AsOf, seen: Seen) -> Callable[[Question], float]:
    """How many milliseconds a card takes, however often it has to ask."""

    def ask(question: Question) -> float:
        began = time.perf_counter()
        while True:
            try:
                questions.ask(question, moment)
                break
            except Busy:
                time.sleep(AGAIN)
            except Exception as error:
                seen.wrong.append(repr(error))
                break
        return (time.perf_counter() - began) * 1000

    return ask


def page(random: Random) -> list[Question]:
    """The cards of a page that somebody opens: Live, or Overview over some range, filtered or not."""
    if random.random() < 0.2:
        return [live("online"), live("visits"), live("pages")]
    over = Range(
        *(LAST - timedelta(days=n) for n in random.choice(((7, 1), (30, 1), (90, 1), (14, 8))))
    )
    filters: tuple[str, ...] = ()
    if random.randrange(FILTERED) == 0:
        filters = (random.choice((SCENE, PLACE, NEW)),)
    elif random.randrange(FILTERED_TWICE) == 0:
        filters = (SCENE, PLACE)
        over = replace(over, start=max(over.start, LAST - timedelta(days=30)))
    yesterday = Range(LAST - timedelta(days=32), LAST - timedelta(days=1))
    asked = [days("overview.yesterday", yesterday)]
    asked += [days(f"overview.{name}", over) for name in ("trend", "pages", "entries")]
    return [with_(one, *filters) for one in asked] if filters else list(asked)
