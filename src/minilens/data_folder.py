"""The data folder: who may read it (only whoever runs the server), its secret, and since when a server works on it."""

from __future__ import annotations

import os
import resource
import secrets
import stat
from contextlib import suppress
from functools import cache
from pathlib import Path

from minilens.errors import CannotStart


def make_private(data: Path) -> None:
    """Nobody else reads the data folder nor the records, whatever made them.

    A folder that is not of our making alone (of somebody else, shared by all, without our secret) stays as it is.
    """
    with suppress(OSError):
        facts = data.stat()
        if (
            facts.st_uid != os.geteuid()
            or facts.st_mode & stat.S_ISVTX
            or not (data / "secret").exists()
        ):
            return
    for path, mode in ((data, 0o700), *((file, 0o600) for file in data.glob("records.sqlite*"))):
        with suppress(OSError):
            if path.stat().st_mode & 0o077:
                path.chmod(mode)


def kept_secret(data: Path, *, make: bool) -> bytes:
    """The secret of this data folder, readable by its owner only; b"" where there is none.

    `make`: it is made where there is none, once, and the folder with it. CannotStart where it cannot be.
    """
    path = data / "secret"
    if make:
        _make_secret(path)
    try:
        secret = path.read_bytes().strip()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise CannotStart(
            f"{path} cannot be read: {error.strerror}", f"{path} 无法读取：{error.strerror}"
        ) from error
    if not secret:  # signing with nothing would look just as well
        raise CannotStart(
            f"{path} is empty. Restore it from a backup. If there is none, delete it: a new one will be created, but "
            "earlier phone numbers won't be recognized.",
            f"{path} 是空文件。请从备份取回；没有备份则删除它，会生成新的密钥，但此前的手机号将对不上。",
        )
    return secret


def _make_secret(path: Path) -> None:
    """It gets its name when all of it is on the disk: a kill leaves no half of one."""
    make_private(path.parent)
    if path.exists():
        return
    new = path.with_name(f".secret-{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            os.link(new, path)
        finally:
            new.unlink(missing_ok=True)
    except FileExistsError:  # another process was faster
        return
    except OSError as error:
        raise CannotStart(
            f"The data folder {path.parent} cannot be written: {error.strerror}",
            f"数据目录 {path.parent} 无法写入：{error.strerror}",
        ) from error


#: Held by the server that works on the folder; it says since when (milliseconds since 1970).
LOCK = "server.lock"


def note_began(lock: int, now: int) -> None:
    """Write down, in the lock's file, that the server began now."""
    with suppress(OSError):  # where nothing can be written, other things say so
        os.ftruncate(lock, 0)
        os.pwrite(lock, b"%d" % now, 0)


def began(data: Path) -> int:
    """Since when the server works that holds the folder; 0 where it is not known."""
    with suppress(OSError, ValueError):
        return int((data / LOCK).read_text())
    return 0


#: Bytes that the address of a socket of this machine may have: 108 with the one that ends it.
MOST_ADDRESS = 107


def address_of(socket: Path) -> str:
    """What a socket is made and reached by: its path, or a way through its open folder where that is too long."""
    if len(os.fsencode(socket)) <= MOST_ADDRESS:
        return str(socket)
    return f"/proc/self/fd/{_opened(socket.parent)}/{socket.name}"


@cache
def _opened(folder: Path) -> int:
    """Open for as long as the process lives."""
    return os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)


def remove_note(file: Path) -> None:
    """Remove what was noted; what cannot be removed is not worth an end."""
    with suppress(OSError):
        file.unlink(missing_ok=True)


#: More than the engine, its readers and 512 streams need.
MOST_OPEN_FILES = 65_536


def raise_open_files() -> int:
    """As many open files as this process and those that it starts may have; how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
