"""Whoever looks whether another server of a cluster could be asked goes on looking, whatever a look ends with."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import cast

import pytest

from minilens.serve import engine
from minilens.warehouse.cluster import Cluster


class Ended(BaseException):
    """Stands for the end of the process."""


class Looks:
    """A cluster whose first look fails; then another server could be asked."""

    def __init__(self) -> None:
        self.looks: Iterator[Exception | bool] = iter(
            [True, RuntimeError("no thread"), False, *[True] * engine.LOOKS]
        )

    def answers_elsewhere(self) -> bool:
        """What the next look finds."""
        found = next(self.looks)
        if isinstance(found, Exception):
            raise found
        return found


def test_a_look_that_fails_is_not_the_last(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def end(code: int) -> None:
        raise Ended(code)

    monkeypatch.setattr(engine, "LOOK_EVERY", 0.0)
    monkeypatch.setattr("os._exit", end)
    cluster = Looks()
    with pytest.raises(Ended):
        asyncio.run(engine._while_asked(cast(Cluster, cluster)))
    assert not list(cluster.looks)
    assert "could not be looked at" in caplog.text
