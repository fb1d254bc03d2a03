"""Disks without second names, a full data disk, mount points, and two backups that meet."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from minilens.errors import Refused
from minilens.serve.backup import backup
from minilens.serve.backup.backup import Last
from minilens.serve.backup.restore import restore
from minilens.settings import load


def no_second_names(_old: object, _new: object) -> None:
    """As on FAT and many shares."""
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def test_a_disk_without_second_names_takes_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torn, file = tmp_path / ".one.torn", tmp_path / "one.tar"
    torn.write_text("new")
    monkeypatch.setattr(os, "link", no_second_names)
    backup._name(torn, file)
    assert (file.read_text(), torn.exists()) == ("new", False)
    torn.write_text("newer")
    with pytest.raises(FileExistsError):
        backup._name(torn, file)
    assert file.read_text() == "new"


def test_a_backup_is_one_also_where_it_cannot_be_remembered(tmp_path: Path) -> None:
    backup._remember(tmp_path / "gone", Last(1, "one.tar", 2))
    backup._remember(tmp_path, Last(1, "one.tar", 2))
    assert backup.last(tmp_path) == Last(1, "one.tar", 2)
    assert [path.name for path in tmp_path.iterdir()] == [backup.LAST]


def test_what_cannot_be_swept_is_let_be(tmp_path: Path) -> None:
    new = tmp_path / f".new{backup.ASIDE}1"
    new.mkdir()
    (new / "file").write_text("of whom?")
    os.utime(new, (0, 0))
    assert backup.sweep(tmp_path) == 0
    assert (new / "file").exists()


def test_two_that_thin_one_folder_do_not_stumble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (1, 2, 3):
        (tmp_path / f"minilens-2026-11-0{day}T000000Z.tar").write_text("")
    whole = Path.unlink

    def twice(path: Path, *, missing_ok: bool = False) -> None:
        whole(path)  # the other one was faster
        whole(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", twice)
    assert len(backup._thinned(tmp_path, 1)) == 2


def test_a_mount_point_is_named_before_anything_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume = tmp_path / "volume"
    volume.mkdir()
    monkeypatch.setattr(os.path, "ismount", lambda path: path == volume)
    with pytest.raises(Refused) as refusal:
        restore(tmp_path / "no.tar", volume, "")
    assert refusal.value.code == "mount_point"
    assert "inside it" in refusal.value.message("en")


def test_a_file_that_is_no_backup_is_no_folder_for_any(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    settings = load({"MINILENS_DATA": str(tmp_path / "data")})
    with pytest.raises(Refused, match="target: a folder, or a new file that ends in"):
        backup.backup(settings, tmp_path / "notes", keep=None)
    assert (tmp_path / "notes").read_text() == "mine"
