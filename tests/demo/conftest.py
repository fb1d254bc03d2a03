"""One small history, made once: what the tests of this folder look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from minilens.demo import Tally, history
from minilens.spool.record import Batch, Event

APP = 7
END = datetime(2026, 11, 16, 7, 30, tzinfo=UTC)  # a Monday, 15:30 in Shanghai
EVENTS = 30_000
SECRET = b"of this server"


def make(*, seed: int = 1, events: int = EVENTS, days: int = 90) -> tuple[list[Batch], Tally]:
    """A whole history and what its maker says of it."""
    tally = Tally()
    batches = history(
        app=APP,
        timezone="Asia/Shanghai",
        end=END,
        days=days,
        events=events,
        seed=seed,
        secret=SECRET,
        tally=tally,
    )
    return list(batches), tally


@dataclass(frozen=True)
class Past:
    """All batches; of released traffic by people, the distinct events with their batch."""

    batches: list[Batch]
    tally: Tally
    events: list[tuple[Batch, Event]]

    def sessions(self) -> dict[int, list[Event]]:
        """The events of each session in their order."""
        found: dict[int, list[Event]] = {}
        for _, event in self.events:
            found.setdefault(event.session, []).append(event)
        return {number: sorted(made, key=lambda e: e.seq) for number, made in found.items()}


@pytest.fixture
def make_history() -> Callable[..., tuple[list[Batch], Tally]]:
    return make


@pytest.fixture(scope="session")
def past() -> Past:
    batches, tally = make()
    seen: dict[str, tuple[Batch, Event]] = {}
    for batch in batches:
        if batch.env == "release" and not batch.robot:
            for event in batch.events:
                seen.setdefault(event.id, (batch, event))
    return Past(batches, tally, list(seen.values()))
