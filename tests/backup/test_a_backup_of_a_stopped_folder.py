"""A backup of a folder on which no server runs: whole or not there, and refused where it was touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import msgspec
import pytest

from minilens.errors import Refused
from minilens.serve.backup import backup as backing_up
from minilens.serve.backup.restore import restore
from minilens.serve.backup.snapshot import Point
from tests.backup.folders import (
    contents,
    environment,
    figures,
    kept_folder,
    manifest,
    minilens,
    refused,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A data folder and a backup of it."""
    folder = tmp_path_factory.mktemp("made")
    data = kept_folder(folder)
    minilens(data, "backup", str(folder / "one.tar"))
    return data, folder / "one.tar"


def test_a_restored_folder_says_the_same_and_takes_what_waited_once(
    made: tuple[Path, Path], tmp_path: Path
) -> None:
    data, file = made
    point = manifest(file)["point"]
    assert (point["events"], point["ledger"]["loaded"]) == (330, 330)
    assert sum(point["segments"].values()) > 10_000
    minilens(None, "restore", str(file), "--data", str(tmp_path / "new"))
    assert (tmp_path / "new" / "secret").read_bytes() == (data / "secret").read_bytes()
    source = kept_folder(tmp_path / "source")
    assert figures(tmp_path / "new") == figures(source)
    minilens(None, "restore", str(file), "--data", str(tmp_path / "again"))
    before = contents(tmp_path / "again" / "spool")
    assert minilens(tmp_path / "again", "apps") == minilens(source, "apps")
    assert contents(tmp_path / "again" / "spool") == before


def test_only_the_owner_may_read_it(made: tuple[Path, Path], tmp_path: Path) -> None:
    _, file = made
    minilens(None, "restore", str(file), "--data", str(tmp_path / "new"))
    assert file.stat().st_mode & 0o077 == 0
    for one in (tmp_path / "new", tmp_path / "new" / "secret"):
        assert one.stat().st_mode & 0o077 == 0


def test_nothing_is_written_over(made: tuple[Path, Path], tmp_path: Path) -> None:
    data, file = made
    assert "already exists" in refused(data, "backup", str(file))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    said = refused(None, "restore", str(file), "--data", str(tmp_path / "full"))
    assert "is not empty" in said
    assert contents(tmp_path / "full") == {"mine": b"mine"}
    assert "is not empty" in refused(None, "restore", str(file), "--data", str(data))


def test_where_there_is_nothing_to_back_up_nothing_is_made(tmp_path: Path) -> None:
    said = refused(tmp_path / "none", "backup", str(tmp_path / "one.tar"))
    assert "nothing to back up" in said
    assert "MINILENS_DATA" in said
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_backups_keeps_the_newest(made: tuple[Path, Path], tmp_path: Path) -> None:
    data, _ = made
    (tmp_path / "minilens-2020-01-01T000000Z.tar").write_text("old")
    (tmp_path / "minilens-2020-01-02T000000Z.tar").write_text("old")
    (tmp_path / "notes.tar").write_text("mine")
    minilens(data, "backup", str(tmp_path), "--keep", "2")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names[0] == "minilens-2020-01-02T000000Z.tar"
    assert len(names) == 3
    assert names[2] == "notes.tar"
    assert "--keep" in refused(data, "backup", str(tmp_path / "x.tar"), "--keep", "1")
    assert "--keep" in refused(data, "backup", str(tmp_path), "--keep", "0")


@pytest.mark.parametrize("share", [0.001, 0.2, 0.5, 0.9, 0.999])
def test_a_torn_backup_is_refused(made: tuple[Path, Path], tmp_path: Path, share: float) -> None:
    _, file = made
    torn = tmp_path / "torn.tar"
    # tar itself ends in empty blocks, which nobody misses
    torn.write_bytes(file.read_bytes()[: int(end_of(file) * share)])
    said = refusal(torn, tmp_path / "new")
    assert "torn.tar" in said
    assert "is incomplete" in said or "altered" in said or "is not a Minilens backup" in said
    assert [path.name for path in tmp_path.iterdir()] == ["torn.tar"]


def refusal(file: Path, into: Path) -> str:
    """What restoring says, where it refuses."""
    with pytest.raises(Refused) as error:
        restore(file, into, "")
    return error.value.message("en")


def end_of(file: Path) -> int:
    """Where the last member ends."""
    with tarfile.open(file) as archive:
        last = archive.getmembers()[-1]
    return last.offset_data + last.size


@pytest.mark.parametrize("name", ["secret", "records.sqlite", "manifest.json", "data.bin", ".seg"])
def test_an_altered_backup_is_refused_by_the_name_of_the_file(
    made: tuple[Path, Path], tmp_path: Path, name: str
) -> None:
    altered = tmp_path / "altered.tar"
    altered.write_bytes(made[1].read_bytes())
    with tarfile.open(altered) as archive:
        member = next(m for m in archive.getmembers() if m.name.endswith(name))
    with open(altered, "r+b") as out:
        out.seek(member.offset_data + member.size // 2)
        byte = out.read(1)[0]
        out.seek(-1, os.SEEK_CUR)
        out.write(bytes([byte ^ 1]))
    said = refusal(altered, tmp_path / "new")
    assert "altered" in said
    assert member.name in said
    assert [path.name for path in tmp_path.iterdir()] == ["altered.tar"]


@pytest.mark.parametrize("way", ["added", "dropped", "outside"])
def test_a_backup_with_other_members_is_refused(
    made: tuple[Path, Path], tmp_path: Path, way: str
) -> None:
    altered = tmp_path / "altered.tar"
    with tarfile.open(made[1]) as old, tarfile.open(altered, "w") as new:
        for member in old.getmembers():
            if way == "dropped" and member.name == "secret":
                continue
            if member.name == "manifest.json" and way != "dropped":
                more = tarfile.TarInfo("more" if way == "added" else "../more")
                new.addfile(more)
            new.addfile(member, old.extractfile(member) if member.isreg() else None)
    said = refusal(altered, tmp_path / "new")
    assert ("secret" if way == "dropped" else "more") in said
    assert [path.name for path in tmp_path.iterdir()] == ["altered.tar"]


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    for name, content in (("text", b"hello"), ("empty", b""), ("zeros", b"\0" * 20_000)):
        (tmp_path / name).write_bytes(content)
        said = refusal(tmp_path / name, tmp_path / "new")
        assert "is not a Minilens backup" in said
    assert not (tmp_path / "new").exists()


def test_too_little_room_says_how_much_is_missing(
    made: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = msgspec.convert(manifest(made[1])["point"], Point)
    real = os.statvfs(tmp_path)
    facts = list(real)
    facts[0] = facts[1] = 4096  # block sizes
    facts[4] = 100  # free blocks
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result(facts))
    (tmp_path / "aside").mkdir()
    with open(tmp_path / "aside" / "large", "wb") as file:
        file.truncate(10 << 20)
    with pytest.raises(Refused, match=r"11 MiB needed, 1 MiB free, 10 MiB short"):
        backing_up._copy(tmp_path / "aside", point, tmp_path / "x.tar", lambda done, of: None)
    assert [path.name for path in tmp_path.iterdir()] == ["aside"]


def test_a_kill_in_the_middle_leaves_nothing_that_hurts(tmp_path: Path) -> None:
    data = kept_folder(tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    with open(data / "spool" / "main" / "01a2029a-28d2-7f39-b69c-c2d4120afec7.seg", "wb") as file:
        file.write(b"x" * (1 << 20) * 200 + b"\n")  # takes some tenths of a second
    child = subprocess.Popen(
        [sys.executable, "-m", "minilens.cli.main", "backup", str(out)], env=environment(data)
    )
    until = time.monotonic() + 30
    while not list(out.glob(".*.torn")):
        assert child.poll() is None, "it ended before it was killed"
        assert time.monotonic() < until
        time.sleep(0.001)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert list(data.glob(".backup-*"))
    assert list(out.glob("*.tar")) == []
    minilens(data, "backup", str(out))
    assert list(data.glob(".backup-*")) == []
    assert list(out.glob(".*")) == []
    assert len(list(out.glob("*.tar"))) == 1
