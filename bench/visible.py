"""From acknowledged to visible: how long after the answer a page view stands in the trend of today."""

from __future__ import annotations

import time
import uuid
from random import Random

import httpx

from bench import demo_data
from bench.options import Options
from bench.result import Row, percentile
from bench.senders import finish, start
from bench.server import Server, command
from minilens.demo.live import HEADERS

BETWEEN_LOOKS = 0.04
SLOWEST = 30.0
MODERATE = 2_000.0


def measure(options: Options) -> list[Row]:
    """Markers into an app of their own, while another app receives at a moderate rate and at half of all."""
    data = demo_data.copied(options, "visible")
    keys = [command(data, "apps", "create", name).split()[-1] for name in ("bench", "markers")]
    rows = []
    with Server(data) as server:
        cookies = server.signed_in()
        for rate in sorted({min(MODERATE, options.rate / 2), options.rate / 2}):
            waits = under_load(server, cookies, keys, options, rate)
            rows.append(row(waits, rate))
        if said := server.complaints():
            print("  the server's log:", said)
    return rows


def row(waits: list[float], rate: float) -> Row:
    """The row of one rate."""
    return Row(
        f"acknowledged → visible p95, at {rate:,.0f} events/s",
        percentile(waits, 0.95),
        "s",
        2,
        note=f"{len(waits)} page views; median {percentile(waits, 0.5):.2f}, longest {max(waits):.2f} s; "
        f"looked for every {BETWEEN_LOOKS * 1000:.0f} ms by the card's own address",
    )


def under_load(
    server: Server, cookies: httpx.Cookies, keys: list[str], options: Options, rate: float
) -> list[float]:
    """Waits of all markers, in seconds, while the generator sends; it is stopped when they are done."""
    generator = start(
        port=server.port,
        key=keys[0],
        seconds=options.markers * 6 + 10,
        connections=options.connections,
        devices=options.devices,
        rate=rate,
        seed=int(rate),
    )
    try:
        time.sleep(min(5.0, options.idle_seconds))
        return markers(server, cookies, keys[1], options.markers)
    finally:
        if generator.poll() is None:
            generator.terminate()
            generator.communicate()
        elif generator.returncode:
            finish(generator, 0)


def markers(server: Server, cookies: httpx.Cookies, key: str, count: int) -> list[float]:
    """Send page views one after another, each from a phone not seen before, and look for each."""
    random, waits = Random(1), []
    with httpx.Client(base_url=server.url, cookies=cookies, timeout=SLOWEST) as client:
        for _ in range(count):
            time.sleep(random.uniform(0, 0.5))  # so as not to march in step with the loader
            before = visits(client)
            send(client, key)
            acknowledged = time.perf_counter()
            while visits(client) == before:
                if time.perf_counter() - acknowledged > SLOWEST:
                    break
                time.sleep(BETWEEN_LOOKS)
            waits.append(time.perf_counter() - acknowledged)
    return waits


def visits(client: httpx.Client) -> int:
    """Page views of today, as the card shows them."""
    answer = client.get(
        "/a/markers/overview/trend.json", params={"period": "today", "compare": "none"}
    )
    answer.raise_for_status()
    return sum(int(row["visits"] or 0) for row in answer.json()["rows"])


def send(client: httpx.Client, key: str) -> None:
    """One page view of a phone not seen before."""
    moment = time.time_ns() // 1_000_000
    event = {
        "id": str(uuid.uuid4()), "n": "page_view", "ty": "page", "t": moment, "s": uuid.uuid4().hex,
        "q": 1, "p": "pages/home/index",
    }  # fmt: skip
    body = {
        "v": 1, "k": key, "lib": "mp/0.1.0", "sent": moment, "d": str(uuid.uuid4()),
        "ctx": {"env": "release"}, "ev": [event],
    }  # fmt: skip
    answer = client.post("/v1/collect", json=body, headers=HEADERS)
    answer.raise_for_status()
    assert answer.json()["accepted"] == 1, answer.text
