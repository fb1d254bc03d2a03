"""Backup while running: a point is put aside in the data folder, copied from there, and let go."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import msgspec

from minilens.errors import Refused
from minilens.period import now
from minilens.records import erasure_list
from minilens.records.store import Erasure, Records
from minilens.serve.backup import archive
from minilens.serve.backup.snapshot import Point
from minilens.serve.control_client import ask
from minilens.serve.terminal import not_written
from minilens.settings import Settings
from minilens.spool.writer import sync_folder

#: Folders in which a point is put aside; they are swept where the command that made them has gone.
ASIDE = ".backup-"
#: Names of backups in a folder; by name is by age.
NAME = "minilens-%Y-%m-%dT%H%M%SZ.tar"
NAMES = "minilens-????-??-??T??????Z.tar"
#: Where the last backup is remembered, in the data folder.
LAST = "last-backup.json"
SOON = 60.0
#: Seconds that the engine may take for the point: it finishes the day that it makes. And those that servers may take to
#: copy events.
PATIENCE, PATIENCE_WITH_SERVERS = 1800.0, 12 * 3600.0


class Last(msgspec.Struct, frozen=True):
    """The last backup that was made of a data folder."""

    at: int
    file: str
    bytes: int


@dataclass(frozen=True)
class Made:
    """A backup, and which older ones were removed."""

    file: Path
    point: Point
    bytes: int
    seconds: float
    removed: list[Path]


def backup(
    settings: Settings,
    target: Path,
    *,
    keep: int | None,
    tell: Callable[[int, int], None] = lambda done, all: None,
) -> Made:
    """Make a backup: the file FILE.tar, or a new one in a folder, of which the newest `keep` are left."""
    if keep is not None and (target.suffix == ".tar" or keep < 1):
        reason = "须为备份目录，且至少保留 1 份", "a folder of backups, of which at least 1 is left"
        raise Refused("bad_shape", "keep", reason=reason)
    if target.suffix != ".tar" and target.exists() and not target.is_dir():
        reason = "须为目录，或以 .tar 结尾的新文件", "a folder, or a new file that ends in .tar"
        raise Refused("bad_shape", "target", reason=reason)
    file = target if target.suffix == ".tar" else target / now().strftime(NAME)
    if file.exists():
        raise Refused("file_exists", "", path=file)
    started = time.perf_counter()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with _put_aside(settings) as (folder, point):
            _copy(folder, point, file, tell)
    except OSError as error:
        raise not_written(file, error) from error
    _list_erased(settings, file.parent)
    size = file.stat().st_size
    _remember(settings.data, Last(point.at, str(file.absolute()), size))
    removed = _thinned(target, keep) if keep else []
    return Made(file, point, size, time.perf_counter() - started, removed)


def last(data: Path) -> Last | None:
    """The last backup of this data folder."""
    try:
        return msgspec.json.decode((data / LAST).read_bytes(), type=Last)
    except (OSError, msgspec.MsgspecError):
        return None


def _list_erased(settings: Settings, folder: Path) -> None:
    """Beside the backups: whom to leave out when one of them is restored, also one from before their erasure."""
    records = Records(settings.records_dsn)
    try:
        if not records.database.pending():
            erasure_list.add(folder / erasure_list.BESIDE, records.erasures.all())
    finally:
        records.database.close()


def tell_backups(data: Path, order: Erasure) -> None:
    """Say beside the last backup that somebody was erased after it; where it is not at hand, the next one says it."""
    if made := last(data):
        with contextlib.suppress(OSError):
            erasure_list.add(Path(made.file).parent / erasure_list.BESIDE, [order])


def _remember(data: Path, last: Last) -> None:
    """For the doctor. A backup that was made is one, also where the data's own disk is full."""
    new = data / f".{LAST}.{uuid.uuid4()}"
    with contextlib.suppress(OSError):
        try:
            new.write_bytes(msgspec.json.encode(last))
            new.replace(data / LAST)
        finally:
            new.unlink(missing_ok=True)


def sweep(data: Path) -> int:
    """Remove what backups that were killed had put aside; how many."""
    gone = 0
    for folder in data.glob(f"{ASIDE}*"):
        with contextlib.suppress(OSError), held(folder):
            shutil.rmtree(folder)
            gone += 1
    for folder in data.glob(f".new{ASIDE}*"):  # about to be held, or left so by a kill
        with contextlib.suppress(OSError):  # it got its name meanwhile
            if now().timestamp() - folder.stat().st_mtime > SOON:
                folder.rmdir()
    return gone


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder; BlockingIOError where another process does."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


@contextmanager
def _put_aside(settings: Settings) -> Iterator[tuple[Path, Point]]:
    """A folder with one point of everything, made by the server where one runs."""
    sweep(settings.data)
    folder = settings.data / f"{ASIDE}{uuid.uuid4()}"
    # under another name until it is held: the server sweeps what nobody holds
    folder.with_name(f".new{folder.name}").mkdir(mode=0o700)
    new = folder.with_name(f".new{folder.name}")
    try:
        owner = settings.data.stat()
        os.chown(
            new, owner.st_uid, owner.st_gid
        )  # the server may be another user's than this command
        with held(new):
            new.rename(folder)
            yield folder, _point(settings, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _point(settings: Settings, folder: Path) -> Point:
    patience = PATIENCE_WITH_SERVERS if settings.backup_disk else PATIENCE
    if answered := ask(settings, "backup", ("folder", folder.name), seconds=patience):
        return msgspec.convert(answered, Point)
    from minilens.serve.backup.snapshot import take
    from minilens.serve.supervisor import only_one
    from minilens.warehouse.engine import Engine

    lock = only_one(settings.data)
    try:
        engine = Engine(settings.warehouse_dsn, memory_mb=settings.memory_mb)
        try:
            made = take(settings, engine, folder, nullcontext)
        finally:
            engine.close()
    finally:
        os.close(lock)
    return msgspec.structs.replace(made, away=_others(settings))


def _others(settings: Settings) -> list[str]:
    """Receivers on other hosts, which only a server that loads asks."""
    records = Records(settings.records_dsn)
    try:
        some = [] if records.database.pending() else records.receivers.all()
        return [
            one.name
            for one in some
            if one.name != settings.receiver and (one.waiting or not one.left)
        ]
    finally:
        records.database.close()


def _copy(folder: Path, point: Point, file: Path, tell: Callable[[int, int], None]) -> None:
    """Write the file under another name, then give it its own: it is whole, or it is not there."""
    needed, done = archive.size_of(folder, point), 0
    check_room(file.parent, needed)
    _sweep_torn(file.parent)

    def step(size: int) -> None:
        nonlocal done
        tell(done := done + size, needed)

    torn = file.with_name(f".{file.name}.{uuid.uuid4()}.torn")
    try:
        with open(os.open(torn, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            fcntl.flock(out, fcntl.LOCK_EX)
            archive.write(folder, point, out, step)
            out.flush()
            os.fsync(out.fileno())
        _name(torn, file)
    except OSError as error:
        if isinstance(error, FileExistsError):
            raise Refused("file_exists", "", path=file) from error
        torn.unlink(missing_ok=True)
        check_room(file.parent, needed)
        raise
    finally:
        torn.unlink(missing_ok=True)
    sync_folder(file.parent)


def _name(torn: Path, file: Path) -> None:
    """Its own name, in place of nothing that is there."""
    try:
        os.link(torn, file)
    except FileExistsError:
        raise
    except OSError:  # disks of cameras and shares of other systems know no second names
        if file.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file)) from None
        torn.rename(file)


def _sweep_torn(folder: Path) -> None:
    """Remove files of backups that were killed."""
    for torn in folder.glob(".*.tar.*.torn"):
        with contextlib.suppress(OSError), open(torn, "rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            torn.unlink()


def check_room(folder: Path, needed: int) -> None:
    """Refused, with what is missing, where there is not so much room."""
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    if free < needed:
        said = {
            k: _mib(v) for k, v in (("needed", needed), ("free", free), ("missing", needed - free))
        }
        raise Refused("no_space", "", folder=folder, **said)


def _mib(size: int) -> str:
    return f"{-(-size >> 20):,} MiB"


def _thinned(folder: Path, keep: int) -> list[Path]:
    old = sorted(folder.glob(NAMES))[:-keep]
    for path in old:
        path.unlink(missing_ok=True)  # another backup may thin the folder too
    return old
