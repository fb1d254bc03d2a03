"""The engine process's own figures for Prometheus.

Nothing here names an app, a person or a key.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from minilens.errors import Busy
from minilens.load.pipeline import Pipeline
from minilens.measure.execution.queue import QueryCancelled
from minilens.period import now_ms
from minilens.serve import status
from minilens.serve.metrics import memory
from minilens.serve.move import progress
from minilens.settings import Settings

SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)
Kind = TypeVar("Kind")


class Asked:
    """How questions of the site ended, and how long they took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._ended = Counter(
            "minilens_questions", "QueryExecutor by how they ended", ["ended"], registry=registry
        )
        self._seconds = Histogram(
            "minilens_answer_seconds", "Time of an answer", buckets=SECONDS, registry=registry
        )
        for word in ("answered", "queued", "stopped", "failed"):
            self._ended.labels(word)

    @contextmanager
    def question(self) -> Iterator[None]:
        """Around one question."""
        started, ended = time.perf_counter(), "failed"
        try:
            yield
            ended = "answered"
            self._seconds.observe(time.perf_counter() - started)
        except Busy:
            ended = "queued"
            raise
        except QueryCancelled:
            ended = "stopped"
            raise
        finally:
            self._ended.labels(ended).inc()

    def counted(self, ask: Callable[..., Kind]) -> Callable[..., Kind]:
        """The same way of asking, counted."""

        def asked(*given: object) -> Kind:
            with self.question():
                return ask(*given)

        return asked


class OfEngine:
    """What the engine process tells, looked up when it is asked."""

    def __init__(self, pipeline: Pipeline, settings: Settings) -> None:
        self._works = pipeline
        self._settings = settings

    def collect(self) -> Iterator[Metric]:
        """All of it."""
        pipeline = self._works
        others = status.others(pipeline)
        store, spool = status.store(pipeline.engine), status.waiting(pipeline.spool, others)
        room = status.disk(self._settings)
        for name, count in (
            ("loaded", store.loaded), ("duplicate", store.duplicate), ("quarantined", store.quarantined),
            ("lost_by_trackers", store.lost),
        ):  # fmt: skip
            yield CounterMetricFamily(
                f"minilens_events_{name}", f"Events {name.replace('_', ' ')}, by the ledger", count
            )
        yield CounterMetricFamily("minilens_days_built", "Days made that hold", store.built)
        yield CounterMetricFamily(
            "minilens_build_seconds", "Time of making these", store.build_ms / 1000
        )
        for name, text, value in (
            ("spool_waiting_bytes", "Received and not loaded", spool.bytes),
            ("waiting_events", "Events received and not loaded", status.waiting_events(pipeline.spool, others)),
            ("damaged_records", "Records of the spool that could not be read", status.damaged(pipeline.spool, others)),
            ("failing", "Kinds of work that fail and are tried again", len(pipeline.failures.all())),
            ("spool_bytes", "Size of the spool, kept segments included", spool.kept),
            ("behind_seconds", "Age of the oldest event not loaded", status.behind(pipeline)),
            ("days_waiting", "Days that have to be made", len(pipeline.pending.all())),
            ("warehouse_bytes", "Size of the warehouse", store.bytes),
            ("disk_free_bytes", "Free on the disk of the data folder", room.free),
            ("disk_bytes", "Size of that disk", room.total),
            ("engine_memory_bytes", "Memory of the engine process", memory()),
            ("engine_up", "Whether the engine answers", 1),
            ("loads", "Whether this host loads", 1),
        ):  # fmt: skip
            yield GaugeMetricFamily(f"minilens_{name}", text, value)
        yield from _of_move(self._settings)
        here = status.waiting(pipeline.spool)
        own = (0.0, here.bytes, _age(here.oldest), room.free)
        yield from _of_receivers(pipeline, self._settings.receiver, own)


def _of_move(settings: Settings) -> Iterator[Metric]:
    """How far a move to another warehouse is, as it was last written down."""
    one = progress.read(settings.data) or progress.Progress("", "", "", 0, "ended")
    for name, text, value in (
        ("move_running", "Whether a move to another warehouse is under way", one.state in progress.UNDERWAY),
        ("move_rows", "Rows of the present round that are the same there", one.rows),
        ("move_rows_of_round", "Rows that the present round looks at", one.of_rows),
        ("move_loading_waits_seconds", "For how long loading has waited for it", _age(one.paused)),
    ):  # fmt: skip
        yield GaugeMetricFamily(f"minilens_{name}", text, value)


def _age(moment: int) -> float:
    """Seconds since a moment (milliseconds); 0 where there is none."""
    return max(0.0, (now_ms() - moment) / 1000) if moment else 0.0


def _of_receivers(
    pipeline: Pipeline, name: str, own: tuple[float, float, float, float]
) -> Iterator[Metric]:
    """Of each receiver: this host's, and those on others."""
    figures = (
        ("seen_seconds", "Seconds since it was last seen"),
        ("waiting_bytes", "Received there and not loaded, as it last said"),
        ("behind_seconds", "Age of the oldest event there that is not loaded"),
        ("disk_free_bytes", "Free on its disk, as it last said"),
    )
    found = {
        name: GaugeMetricFamily(f"minilens_receiver_{name}", text, labels=["receiver"])
        for name, text in figures
    }
    every = {name: own}
    for row, remote in pipeline.receivers.rows() if pipeline.receivers else ():
        age = 0.0 if remote.fresh() else row.age
        every[row.name] = (age, row.waiting, _age(row.oldest), row.free)
    for receiver, values in every.items():
        for (word, _), value in zip(figures, values, strict=True):
            found[word].add_metric([receiver], float(value))
    yield from found.values()
