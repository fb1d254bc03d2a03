"""Many small apps, each receiving one event a second: how soon each is seen, and what that costs the processor."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from random import Random

import httpx

from bench.options import Options
from bench.result import Row, percentile
from bench.server import Server, environment
from minilens.demo.live import HEADERS

BETWEEN_LOOKS = 0.05
SLOWEST = 60.0

_MAKE = """
import sys
from minilens import period, settings
from minilens.records.store import Records
records = Records(settings.load().records_dsn)
records.database.migrate()
for n in range(int(sys.argv[1])):
    app = records.apps.create(f"app{n}", timezone="Asia/Shanghai", now=period.now())
    print(app.name, records.keys.create(app.id, now=period.now()))
"""


class Senders:
    """One page view a second into every app, evenly spread, until told to stop."""

    def __init__(self, url: str, keys: list[tuple[str, str]]) -> None:
        self.url, self.keys = url, keys
        self.acknowledged = dict.fromkeys((name for name, _ in keys), 0)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="senders")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Send what is under way, and end."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        phones = {name: (str(uuid.uuid4()), uuid.uuid4().hex) for name, _ in self.keys}
        due, count = time.perf_counter(), 0
        with httpx.Client(base_url=self.url, timeout=SLOWEST) as client:
            while not self._stop.is_set():
                name, key = self.keys[count % len(self.keys)]
                if count % (len(self.keys) * 20) < len(
                    self.keys
                ):  # somebody new every twenty seconds
                    phones[name] = (str(uuid.uuid4()), uuid.uuid4().hex)
                send(client, key, *phones[name], count)
                self.acknowledged[name] += 1
                count += 1
                due += 1 / len(self.keys)
                time.sleep(max(0.0, due - time.perf_counter()))


def send(client: httpx.Client, key: str, device: str, session: str, count: int) -> None:
    """One page view."""
    moment = time.time_ns() // 1_000_000
    event = {
        "id": str(uuid.uuid4()), "n": "page_view", "ty": "page", "t": moment, "s": session, "q": count + 1,
        "p": f"pages/{count % 7}/index",
    }  # fmt: skip
    body = {
        "v": 1, "k": key, "lib": "mp/0.1.0", "sent": moment, "d": device, "ctx": {"env": "release"}, "ev": [event],
    }  # fmt: skip
    client.post("/v1/collect", json=body, headers=HEADERS).raise_for_status()


def measure(options: Options) -> list[Row]:
    """Looks at one app after another while all receive."""
    data = options.folder / "small-apps"
    data.mkdir(parents=True)
    keys = made(data, options.small_apps)
    with Server(data) as server:
        cookies = server.signed_in()
        senders = Senders(server.url, keys)
        senders.start()
        try:
            time.sleep(options.idle_seconds)
            before, began = used(server), time.perf_counter()
            waits = looks(server, cookies, senders, options.markers)
            cores = (used(server) - before) / (time.perf_counter() - began)
            bytes_, days = server.waiting()
        finally:
            senders.stop()
        if said := server.complaints():
            print("  the server's log:", said)
    note = (
        f"{len(waits)} looks; median {percentile(waits, 0.5):.2f}, longest {max(waits):.2f} s; "
        f"{bytes_ >> 10} KiB not loaded and {days} days not made at the end"
    )
    what = f"{len(keys)} apps, one event/s each"
    return [
        Row(f"{what}: acknowledged → visible p95", percentile(waits, 0.95), "s", 5, note=note),
        Row(f"{what}: processor", cores, "cores", 1.5),
    ]


def made(data: Path, count: int) -> list[tuple[str, str]]:
    """So many apps, each with a write key."""
    done = subprocess.run(
        [sys.executable, "-c", _MAKE, str(count)],
        env=environment(data), capture_output=True, text=True, check=True, timeout=600,
    )  # fmt: skip
    return [(name, key) for name, key in map(str.split, done.stdout.splitlines())]


def used(server: Server) -> float:
    """Processor seconds of the server with all its processes."""
    return sum(server.cpu().values())


def looks(server: Server, cookies: httpx.Cookies, senders: Senders, count: int) -> list[float]:
    """Of some apps: seconds until what was acknowledged at a moment stands in the trend of today."""
    random, waits = Random(1), []
    with httpx.Client(base_url=server.url, cookies=cookies, timeout=SLOWEST) as client:
        for _ in range(count):
            time.sleep(random.uniform(0, 0.5))
            name = random.choice(senders.keys)[0]
            wanted, began = senders.acknowledged[name], time.perf_counter()
            while visits(client, name) < wanted and time.perf_counter() - began < SLOWEST:
                time.sleep(BETWEEN_LOOKS)
            waits.append(time.perf_counter() - began)
    return waits


def visits(client: httpx.Client, app: str) -> int:
    """Page views of today, as the card shows them."""
    asked = {"period": "today", "compare": "none"}
    answer = client.get(f"/a/{app}/overview/trend.json", params=asked)
    answer.raise_for_status()
    return sum(int(row["visits"] or 0) for row in answer.json()["rows"])
