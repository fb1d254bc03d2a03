"""The receiver's own figures for Prometheus, and what both processes tell of themselves.

Nothing here names an app, a person or a key.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from minilens.collect.counters import Counters


class OfReceiver:
    """What the receiver tells."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    def collect(self) -> Iterator[Metric]:
        """All of it."""
        yield CounterMetricFamily(
            "minilens_events_accepted",
            "Events acknowledged since the receiver started",
            self._counters.accepted,
        )
        for name, text, counts, label in (
            ("events_refused", "Events refused, by code", self._counters.refused, "code"),
            ("collect_requests", "Requests of senders by how they ended", self._counters.requests, "ended"),
        ):  # fmt: skip
            family = CounterMetricFamily(f"minilens_{name}", text, labels=[label])
            for word, count in sorted(counts.items()):
                family.add_metric([word], count)
            yield family
        yield GaugeMetricFamily(
            "minilens_receiver_memory_bytes", "Memory of the receiver process", memory()
        )


def text_of(registry: CollectorRegistry) -> str:
    """As Prometheus reads it."""
    return generate_latest(registry).decode()


def memory() -> int:
    """Bytes that this process holds in memory."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    return pages * os.sysconf("SC_PAGE_SIZE")
