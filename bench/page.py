"""The whole Traffic page over a hundred million events, as a browser asks for it: its frame, then its cards.

By HTTP from the running server. Each time the thirty days are others, so that no answer is one that was kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from http import HTTPStatus

import httpx

from bench import history
from bench.cards import SCENE
from bench.clicking import AT_ONCE
from bench.history import LAST
from bench.options import Options
from bench.result import Row
from bench.server import Server, command
from bench.timing import timed
from minilens.reports.tabs import TABS

TAB = "traffic"
#: Seconds until all of it is drawn.
TARGET, FILTERED = 1.5, 3.0
SLOWEST = 60.0
#: What a card answers that waits for its turn.
AGAIN = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


def measure(options: Options) -> list[Row]:
    """Nothing filtered, and with one filter."""
    with history.opened(options):
        pass
    data = options.folder / "page"
    warehouse = options.lasting / "history" / "warehouse"
    # the first app of new records has the number of the one that the history is of
    command(data, "apps", "create", "bench")
    with (
        Server(data, MINILENS_WAREHOUSE=f"chdb://{warehouse.resolve()}") as server,
        httpx.Client(base_url=server.url, cookies=server.signed_in(), timeout=SLOWEST) as client,
    ):
        check(client)
        return [
            of_page(client, options, f"the whole {TAB} page", TARGET),
            of_page(client, options, f"the whole {TAB} page, {SCENE}", FILTERED, SCENE),
        ]


def check(client: httpx.Client) -> None:
    """The server must show the history, and not an app without events."""
    asked = {"from": str(LAST - timedelta(days=1)), "to": str(LAST)}
    answer = client.get(f"/a/bench/{TAB}/trend.json", params=asked).raise_for_status()
    assert all(row["visits"] for row in answer.json()["rows"]), "days without a visit"


def of_page(client: httpx.Client, options: Options, name: str, target: float, *filters: str) -> Row:
    """The median, with the card that was waited for the longest."""
    slowest, took = timed(options, draw(client, filters))
    note = (
        f"{len(took.runs)} runs, three cards at a time; p95 {took.p95 / 1000:.2f} s; "
        f"of the first run the slowest card: {slowest}"
    )
    return Row(f"{name}: median", took.median / 1000, "s", target, note=note)


def draw(client: httpx.Client, filters: tuple[str, ...]) -> Callable[[], str]:
    """What draws the page once, each time over other days, and says which card was the last."""
    cards = next(tab.cards for tab in TABS if tab.name == TAB)
    ends = iter(range(1, history.DAYS))

    def once() -> str:
        end = LAST - timedelta(days=next(ends) % 25 + 1)
        asked: dict[str, str | tuple[str, ...]] = {
            "from": str(end - timedelta(days=29)),
            "to": str(end),
            "filter": filters,
        }
        client.get(f"/a/bench/{TAB}", params=asked).raise_for_status()
        with ThreadPoolExecutor(AT_ONCE) as lines:
            waits = list(lines.map(partial(fetch, client, asked), cards))
        longest = max(range(len(cards)), key=waits.__getitem__)
        return f"{cards[longest]}, {waits[longest]:.2f} s"

    return once


def fetch(client: httpx.Client, asked: Mapping[str, str | tuple[str, ...]], card: str) -> float:
    """Seconds until a card is there, however often it has to ask."""
    began = time.perf_counter()
    address = f"/a/bench/{card.replace('.', '/')}"
    while True:
        answer = client.get(address, params=asked)
        if answer.status_code not in AGAIN:
            answer.raise_for_status()
            return time.perf_counter() - began
        time.sleep(float(answer.headers.get("Retry-After", 1)))
