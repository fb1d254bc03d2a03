"""The data folder: who may read it (whoever runs the server, and nobody else), and since when a server works on it."""

from __future__ import annotations

import os
import resource
import stat
from contextlib import suppress
from functools import cache
from pathlib import Path


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
