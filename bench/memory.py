"""Memory of the server's processes when nothing happens, and after some clicks."""

from __future__ import annotations

import time

import httpx

from bench import demo_data
from bench.options import Options
from bench.result import Row
from bench.server import Server


def measure(options: Options) -> list[Row]:
    """The sum of the processes' shares (PSS) over the demo's data."""
    with Server(demo_data.copied(options, "memory")) as server:
        cookies = server.signed_in()
        time.sleep(options.idle_seconds)
        idle = server.memory()
        with httpx.Client(base_url=server.url, cookies=cookies, timeout=60) as client:
            for period in ("today", "7d", "30d", "90d") * 5:
                address = "/a/demo/overview/trend.json"
                client.get(address, params={"period": period}).raise_for_status()
        time.sleep(min(5.0, options.idle_seconds))
        clicked = server.memory()
    return [row("memory idle", idle), row("memory after twenty clicks", clicked)]


def row(name: str, by_process: dict[str, int]) -> Row:
    """The row of one moment."""
    each = ", ".join(f"{process} {size / 1e6:.0f}" for process, size in by_process.items())
    return Row(name, sum(by_process.values()) / 1e6, "MB", 500, note=f"{each} MB")
