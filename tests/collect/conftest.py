"""What the tests of receiving ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from minilens.records.keys import Key, Keys
from tests.collect.receiving import House, close_house, empty_records, open_house


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records to be copied: making their tables takes longer than a test."""
    return empty_records(tmp_path_factory.mktemp("records") / "empty.sqlite")


@pytest.fixture
def door(tmp_path: Path, empty: Path) -> Iterator[House]:
    """A receiver of its own, in this process."""
    house = open_house(tmp_path, empty)
    yield house
    close_house(house)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let so many seconds pass for the receiver."""
    passed = [1000.0]
    monkeypatch.setattr("minilens.collect.access.time.monotonic", lambda: passed[0])

    def wait(seconds: float) -> None:
        passed[0] += seconds

    return wait


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one each time all keys are read from the records."""
    found: list[int] = []
    whole = Keys.all

    def counted(keys: Keys) -> list[Key]:
        found.append(1)
        return whole(keys)

    monkeypatch.setattr(Keys, "all", counted)
    return found
