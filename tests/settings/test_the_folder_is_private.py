"""Nobody but who runs the server reads the data folder; folders that are not ours alone stay as they are."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from minilens.settings import load


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_made_so(tmp_path: Path) -> None:
    load({"MINILENS_DATA": str(tmp_path / "data")})
    assert mode(tmp_path / "data") == 0o700
    assert mode(tmp_path / "data" / "secret") == 0o600


def test_an_older_one_is_tightened(tmp_path: Path) -> None:
    data = tmp_path / "data"
    load({"MINILENS_DATA": str(data)})
    for name in ("records.sqlite", "records.sqlite-wal"):
        (data / name).touch(mode=0o644)
    data.chmod(0o755)
    load({"MINILENS_DATA": str(data)})
    assert [mode(data), mode(data / "records.sqlite"), mode(data / "records.sqlite-wal")] == [
        0o700, 0o600, 0o600,
    ]  # fmt: skip


@pytest.mark.parametrize("shared", [0o1777, 0o755])
def test_a_folder_of_others_stays(tmp_path: Path, shared: int) -> None:
    data = tmp_path / "data"
    data.mkdir()
    if shared == 0o1777:
        load({"MINILENS_DATA": str(data)})
    data.chmod(shared)
    load({"MINILENS_DATA": str(data)})
    assert mode(data) == shared
