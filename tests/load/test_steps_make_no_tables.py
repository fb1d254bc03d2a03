"""Loading and making days write no description of a table: a full disk could leave one half made, for good."""

from __future__ import annotations

from pathlib import Path

import pytest

from minilens.settings import Settings
from tests.pipeline import Happening, House, at

pytestmark = pytest.mark.embedded("it looks at the files of its tables")


def descriptions(settings: Settings) -> dict[Path, tuple[int, int]]:
    """Each file that describes a table: its number on the disk and when it was written."""
    found = (settings.data / "warehouse").glob("store/*/*/*.sql")
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in found}


def test_descriptions_of_tables_stay_as_they_are(house: House, settings: Settings) -> None:
    before = descriptions(settings)
    assert {"chunk.sql", "judged.sql", "known.sql", "building.sql", "spans.sql"} <= {
        path.name for path in before
    }
    house.load([Happening(at("2026-03-02 09:00"), device=device) for device in "ab"])
    house.build()
    assert house.rows("SELECT count() FROM events WHERE app = {app:UInt32}") == [(2,)]
    assert descriptions(settings) == before
