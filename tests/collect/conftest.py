"""What the tests of receiving ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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
