"""Records go where the setting says, also into a file elsewhere; a link is followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from minilens.errors import CannotStart
from minilens.records.store import Records
from minilens.serve.backup.restore import restore
from tests.backup.folders import kept_folder, minilens


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup."""
    folder = tmp_path_factory.mktemp("made")
    minilens(kept_folder(folder), "backup", str(folder / "one.tar"))
    return folder / "one.tar"


def apps(path: Path) -> list[str]:
    """The names of the apps that a file of records knows."""
    records = Records(f"sqlite:///{path}")
    records.database.migrate()
    names = [app.name for app in records.apps.all()]
    records.database.close()
    return names


def test_records_in_a_file_elsewhere(file: Path, tmp_path: Path) -> None:
    dsn = f"sqlite:///{tmp_path / 'else' / 'records.sqlite'}"
    restore(file, tmp_path / "new", dsn)
    assert not (tmp_path / "new" / "records.sqlite").exists()
    assert "shop" in apps(tmp_path / "else" / "records.sqlite")
    with pytest.raises(CannotStart, match="is not empty"):
        restore(file, tmp_path / "newer", dsn)
    assert not (tmp_path / "newer").exists()


def test_records_in_the_folder_said_at_length(file: Path, tmp_path: Path) -> None:
    restore(file, tmp_path / "new", f"sqlite:///{tmp_path / 'new' / 'records.sqlite'}")
    assert "shop" in apps(tmp_path / "new" / "records.sqlite")


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_followed(file: Path, tmp_path: Path, there: bool) -> None:  # noqa: FBT001
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    if there:
        (tmp_path / "disk").mkdir()
    restore(file, tmp_path / "link", "")
    assert (tmp_path / "disk" / "secret").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["disk", "link"]
