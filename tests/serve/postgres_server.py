"""A PostgreSQL that a test may stop, kill and start again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.records.conftest import as_nobody_special, programs, wait_for


@dataclass
class Postgres:
    """A server on a socket in a folder of its own."""

    programs: Path
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def dsn(self) -> str:
        return f"postgresql+psycopg://minilens@/postgres?host={self.folder}"

    def start(self) -> None:
        """Return when it takes connections."""
        who: Any = as_nobody_special()
        words = [
            str(self.programs / "postgres"),
            "-D",
            str(self.folder / "data"),
            "-k",
            str(self.folder),
        ]
        quick = ["-c", "listen_addresses=", "-c", "fsync=off"]
        started: subprocess.Popen[bytes] = subprocess.Popen(
            [*words, *quick], cwd=self.folder, stderr=subprocess.DEVNULL, **who
        )
        self.process = started
        wait_for(self.dsn.replace("+psycopg", ""), started)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: in order; SIGQUIT: at once, as after a power cut."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def all(self) -> list[int]:
        """Its processes: the first one and those it has made."""
        assert self.process is not None
        parent = str(self.process.pid)
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", parent], capture_output=True, text=True
        )
        return [self.process.pid, *map(int, found.stdout.split())]


@contextmanager
def postgres_server() -> Iterator[Postgres | None]:
    """Such a server while it is needed; None where PostgreSQL is not installed."""
    there = programs()
    if there is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="minilens-pg-"))
    who: Any = as_nobody_special()
    if who:
        os.chown(folder, who["user"], who["group"])
    make = ["-D", str(folder / "data"), "-U", "minilens", "-A", "trust", "-E", "UTF8", "--no-sync"]
    one = Postgres(there, folder)
    try:
        subprocess.run(
            [there / "initdb", *make], check=True, capture_output=True, cwd=folder, **who
        )
        one.start()
        yield one
    finally:
        one.stop()
        shutil.rmtree(folder)
