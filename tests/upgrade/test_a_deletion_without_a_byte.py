"""A full disk may leave the file of a deletion without a byte: the folder opens all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.upgrade.test_kept_data_folders import KEPT, asked, expected, unpacked


@pytest.mark.parametrize("kept", KEPT[-1:], ids=["the newest"])
def test_the_folder_opens_and_says_the_same(kept: Path, tmp_path: Path) -> None:
    data = unpacked(kept, tmp_path)
    tables = {part.parent.parent for part in (data / "warehouse").glob("store/*/*/*/columns.txt")}
    assert len(tables) > 3
    for table in tables:
        (table / "mutation_999.txt").touch()
    question, rows = next(iter(expected(kept).items()))
    assert asked(data, {question: rows}) == {question: rows}
    assert not [file for file in data.rglob("mutation_999.txt") if not file.stat().st_size]
