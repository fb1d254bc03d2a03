"""The secret is made once and whole; an empty one signs nothing."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from minilens.errors import CannotStart
from minilens.settings import load


def test_many_who_start_at_once_get_the_same(tmp_path: Path) -> None:
    data, found, start = tmp_path / "data", set[bytes](), threading.Barrier(8)

    def begin() -> None:
        start.wait()
        found.add(load({"MINILENS_DATA": str(data)}).secret)

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(secret) for secret in found] == [64]
    assert [path.name for path in data.iterdir()] == ["secret"]
    assert (data / "secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("make", [True, False])
def test_an_empty_one_is_refused(tmp_path: Path, make: bool) -> None:  # noqa: FBT001
    (tmp_path / "secret").write_text("\n")
    with pytest.raises(CannotStart, match="secret is empty"):
        load({"MINILENS_DATA": str(tmp_path)}, make=make)
    assert load({"MINILENS_DATA": str(tmp_path), "MINILENS_SECRET": "words"}).secret == b"words"


def test_who_only_looks_makes_none(tmp_path: Path) -> None:
    assert load({"MINILENS_DATA": str(tmp_path / "data")}, make=False).secret == b""
    assert not (tmp_path / "data").exists()
