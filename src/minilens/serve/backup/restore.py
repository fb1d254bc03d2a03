"""A data folder made again from a backup. Nothing is there before all of it is there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from minilens.errors import Refused
from minilens.records import dump, erasure_list, schema
from minilens.serve.backup import archive
from minilens.serve.backup.backup import check_room, held
from minilens.serve.backup.snapshot import Point
from minilens.serve.terminal import not_written
from minilens.spool.writer import sync_folder
from minilens.warehouse.migrate import steps

UNDER_WAY = ".restoring-"


def restore(
    file: Path,
    into: Path,
    records: str,
    tell: Callable[[int, int], None] = lambda done, all: None,
    *,
    erasures: Path | None = None,
) -> Point:
    """Make the folder; `records` is where records go, or empty for a file in the folder. Who stands in `erasures`, else
    in the list beside the backup, is erased again by the first start."""
    into = into.resolve()
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise Refused("not_empty", "data", folder=into)
    if os.path.ismount(into):  # what is made beside it could not get its name
        raise Refused("mount_point", "data", folder=into)
    said = archive.manifest(file)
    _check_known(said)
    all_bytes, done = sum(size for size, _ in said.files.values()), 0

    def step(size: int) -> None:
        nonlocal done
        tell(done := done + size, all_bytes)

    new = into.with_name(f"{UNDER_WAY}{into.name}")
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        if new.exists():  # of a restore that was killed, or is under way: then it is held
            with held(new):
                shutil.rmtree(new)
        check_room(into.parent, all_bytes)
        new.mkdir(mode=0o700)
        with held(new):
            own = records == f"sqlite:///{into / dump.AS_FILE}"
            _fill(file, said, new, "" if own else records, step)
            erasure_list.copy(erasures or file.parent / erasure_list.BESIDE, new)
            os.rename(new, into)
        sync_folder(into.parent)
    except OSError as error:
        raise not_written(new, error) from error
    return said.point


def _fill(
    file: Path, said: archive.Manifest, new: Path, records: str, tell: Callable[[int], None]
) -> None:
    try:
        archive.unpack(file, said, new, tell)
        os.sync()
        _records(new, said.point, records)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _check_known(said: archive.Manifest) -> None:
    """A schema that this program does not know is the newer program's to restore."""
    newer = said.format > archive.FORMAT or said.point.warehouse_schema > steps()[-1].version
    version = said.point.records_schema
    if newer or (version and not schema.known(version)):
        raise Refused("newer_backup", "", got=said.point.program)


def _records(new: Path, point: Point, dsn: str) -> None:
    """Put the records where they belong: their file is there already, or they are written row by row."""
    own = f"sqlite:///{new / dump.AS_FILE}"
    if point.records == dump.AS_FILE and not dsn:
        return
    if point.records == dump.AS_FILE:
        dump.write_lines(own, new)
        (new / dump.AS_FILE).unlink()
    dump.put_back(new / dump.AS_LINES, point.records_schema, dsn or own)
    (new / dump.AS_LINES).unlink()
