"""Who may change marks: of several loaders the one that was elected last.

Each election has a number. The highest that changed a folder's marks is kept beside them, and lower ones are refused:
a loader that was paused and does not know that another took over can do no harm.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from minilens.errors import CannotStart
from minilens.spool.writer import sync_folder

#: Beside the marks: the highest number; and what is held while they change, by the processes of this host.
FILE, LOCK = "fence", "marks.lock"


class StaleLoader(CannotStart):
    """Another loader was elected since."""

    def __init__(self, number: int, highest: int) -> None:
        self.highest = highest
        super().__init__(
            f"Another loader has taken over (number {highest}, this one has {number})",
            f"已由另一个装载程序接管（编号 {highest}，本程序为 {number}）",
        )


def highest(folder: Path) -> int:
    """Of the elections known to a folder; 0 where none is."""
    try:
        return int((folder / FILE).read_text())
    except (OSError, ValueError):
        return 0


@contextmanager
def held(folder: Path, number: int | None) -> Iterator[None]:
    """Around a change of a folder's marks; StaleLoader where a later loader changed them. None: nobody is elected."""
    try:
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:  # the folder was removed meanwhile
        yield
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if number is not None:
            admit(folder, number)
        yield
    finally:
        os.close(lock)


def admit(folder: Path, number: int) -> None:
    """StaleLoader where a later one is known; else this is the latest, durably."""
    known = highest(folder)
    if number < known:
        raise StaleLoader(number, known)
    if number > known:
        new = folder / f"{FILE}.new"
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(str(number))
            file.flush()
            os.fsync(file.fileno())
        new.replace(folder / FILE)
        sync_folder(folder)
