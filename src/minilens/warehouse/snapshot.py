"""The embedded engine's folder as it is at one moment, as hard links: a second name for each file, no second copy.

The files of a part never change, and a part that was merged into another stays for a minute. Who calls this sees
to it that nothing is inserted or deleted meanwhile; merges may go on.
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from minilens.warehouse.engine import Engine

ACTIVE = "SELECT path FROM system.parts WHERE active AND database = currentDatabase()"
#: Beside parts, in the folder of a table.
NOT_PARTS = {"deduplication_logs", "detached"}
#: Of the engine's own folder: what it makes again.
NOT_KEPT = {"tmp", "shadow", "status", "preprocessed_configs"}
TRIES = 5


def freeze(engine: Engine, folder: Path, into: Path) -> None:
    """Link what the engine's folder holds into another one. Again, where a merge took a part away."""
    for n in range(TRIES):
        try:
            _freeze({Path(row[0]) for row in engine.rows(ACTIVE)}, folder, into)
            return
        except FileNotFoundError:
            shutil.rmtree(into, ignore_errors=True)
            if n == TRIES - 1:
                raise


def _freeze(active: set[Path], folder: Path, into: Path) -> None:
    into.mkdir()
    for one in sorted(folder.iterdir()):
        if one.name == "store":
            for table in sorted(one.glob("*/*")):
                _table(table, into / table.relative_to(folder), active)
        elif one.name not in NOT_KEPT:
            _copy(one, into / one.name)
    for part in active:
        _link(part, into / part.relative_to(folder))


def _table(table: Path, into: Path, active: set[Path]) -> None:
    """The folder of a table without its parts. What is written on is copied, not linked."""
    into.mkdir(parents=True)
    for one in sorted(table.iterdir()):
        if one.is_dir() and one.name not in NOT_PARTS:
            continue
        if one.name == "detached":
            (into / one.name).mkdir()
        else:
            _copy(one, into / one.name)


def _copy(one: Path, into: Path) -> None:
    if one.is_symlink():
        into.symlink_to(os.readlink(one))
    elif one.is_dir():
        shutil.copytree(one, into, symlinks=True)
    elif one.is_file():
        shutil.copyfile(one, into)


def _link(part: Path, into: Path) -> None:
    """A part; its projections are folders in it."""
    into.mkdir()
    for one in os.scandir(part):
        if one.is_dir(follow_symlinks=False):
            _link(Path(one.path), into / one.name)
        else:
            link(one.path, into / one.name)


def link(source: str | Path, into: Path) -> None:
    """A second name of a file; a copy of it where the other folder is on another disk."""
    try:
        os.link(source, into)
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK):
            raise
        shutil.copyfile(source, into)
