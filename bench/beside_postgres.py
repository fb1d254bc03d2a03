"""Questions by hand in PostgreSQL, over ten million events at most, in an instance of our own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from bench.beside import Exported, Question
from bench.options import Options
from bench.timing import Timed, timed

SLOWEST_QUESTION = 180
_TABLE = """
CREATE TABLE events
(
    day date, name text, person int, session bigint, duration int, ts bigint, page text, scene int, province text,
    props text
)
"""


def measure(
    exported: Exported, options: Options, questions: Sequence[Question]
) -> dict[str, dict[str, Timed]]:
    """Times of the questions that are answered within the time allowed."""
    if (programs := newest()) is None:
        print("  PostgreSQL is not installed: left out")
        return {}
    found: dict[str, Timed] = {}
    with instance(programs, options.folder / "postgres") as dsn, psycopg.connect(dsn) as connection:
        connection.autocommit = True
        began = time.perf_counter()
        fill(connection, exported.csv)
        print(f"  PostgreSQL filled in {time.perf_counter() - began:.0f} s", flush=True)
        for one in questions:
            try:
                _, found[one.name] = timed(options, partial(rows, connection, one.text))
            except psycopg.errors.QueryCanceled:
                print(f"  PostgreSQL: {one.name} took over {SLOWEST_QUESTION} s")
                continue
            print(f"  PostgreSQL {one.name}: median {found[one.name].median:,.0f} ms", flush=True)
        version = connection.info.server_version // 10_000
    return {f"PostgreSQL {version}, {exported.in_csv:,} events": found}


def rows(connection: psycopg.Connection[tuple[object, ...]], text: str) -> list[tuple[object, ...]]:
    """All rows of a question."""
    return connection.execute(text.encode()).fetchall()


def fill(connection: psycopg.Connection[tuple[object, ...]], file: Path) -> None:
    """The table, its index by day, and what the planner wants to know."""
    connection.execute(_TABLE)
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY events FROM STDIN (FORMAT csv, NULL '')") as copy,
        open(file, "rb") as source,
    ):
        while piece := source.read(1 << 20):
            copy.write(piece)
    connection.execute("ALTER TABLE events ADD COLUMN traffic text NOT NULL DEFAULT 'release'")
    connection.execute("CREATE INDEX ON events (day)")
    connection.execute("VACUUM ANALYZE events")
    connection.execute(f"SET statement_timeout = '{SLOWEST_QUESTION}s'".encode())


def newest() -> Path | None:
    """The folder of the newest version's programs."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3])
    )
    return found[-1].parent if found else None


@contextmanager
def instance(programs: Path, folder: Path) -> Iterator[str]:
    """A server of our own on a socket in `folder`; as the user postgres where we are root."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    owner = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        reachable(folder)
        shutil.chown(folder, owner, owner)
    who: dict[str, Any] = {"user": owner, "group": owner} if os.geteuid() == 0 else {}
    data = folder / "data"
    quiet: dict[str, Any] = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.DEVNULL,
        "cwd": folder,
    }
    subprocess.run(
        [programs / "initdb", "-D", data, "-A", "trust", "-U", owner, "--no-locale", "-E", "UTF8", "--no-sync"],
        check=True, timeout=120, **quiet, **who,
    )  # fmt: skip
    with open(folder / "log", "ab") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *tuned()],
            stderr=log, **quiet, **who,
        )  # fmt: skip
    try:
        dsn = f"host={folder} user={owner} dbname=postgres"
        wait_until_ready(dsn, process)
        yield dsn
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def tuned() -> list[str]:
    """Memory as one would give it on this machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    settings = {
        "shared_buffers": f"{memory // 4}MB",
        "effective_cache_size": f"{memory // 2}MB",
        "work_mem": f"{memory // 16}MB",
        "maintenance_work_mem": f"{memory // 16}MB",
        "max_parallel_workers_per_gather": str(os.cpu_count() or 1),
        "max_wal_size": "8GB",
    }
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def reachable(folder: Path) -> None:
    """Let another user pass through the folders above, which are ours."""
    for parent in folder.parents:
        if parent.stat().st_uid == os.geteuid() and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)


def wait_until_ready(dsn: str, process: subprocess.Popen[bytes]) -> None:
    """Return when it takes connections."""
    limit = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(dsn, connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > limit:
                raise
            time.sleep(0.1)
