"""The same tests on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from minilens.records.store import Records


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; Debian keeps them off the path."""
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return kept[-1].parent if kept else None


def as_nobody_special() -> dict[str, object]:
    """Who runs the server: it refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    owner = pwd.getpwnam("postgres")
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of this process, on a socket in a folder of its own."""
    there = programs()
    if there is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="minilens-pg-"))
    try:
        with served(there, folder) as address:
            yield address
    finally:
        shutil.rmtree(folder)


@contextmanager
def served(there: Path, folder: Path) -> Iterator[str]:
    """A new server in this folder while it is needed."""
    who: Any = as_nobody_special()
    if who:
        os.chown(folder, who["user"], who["group"])
    data = str(folder / "data")
    make = ["initdb", "-D", data, "-U", "minilens", "-A", "trust", "-E", "UTF8", "--no-sync"]
    serve = [
        "postgres",
        "-D",
        data,
        "-k",
        str(folder),
        "-c",
        "listen_addresses=",
        "-c",
        "fsync=off",
    ]
    subprocess.run([there / make[0], *make[1:]], check=True, capture_output=True, cwd=folder, **who)
    with subprocess.Popen(
        [there / serve[0], *serve[1:]], cwd=folder, stderr=subprocess.DEVNULL, **who
    ) as server:
        try:
            address = f"postgresql://minilens@/postgres?host={folder}"
            wait_for(address, server)
            yield address
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(30) == 0


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Until the server takes a connection."""
    for _ in range(200):
        assert server.poll() is None, "PostgreSQL ended"
        try:
            psycopg.connect(address).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise AssertionError("PostgreSQL does not answer")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the present schema, to be copied: making the tables takes longer than a test."""
    path = tmp_path_factory.mktemp("migrated") / "records.sqlite"
    migrate(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA journal_mode=DELETE")  # nothing is left in a file beside it
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str) -> str:
    """The name of a database with the present schema, to be copied."""
    migrate(database(postgres, "migrated", "template0"))
    return "migrated"


def migrate(dsn: str) -> None:
    """Make the tables there."""
    records = Records(dsn)
    records.database.migrate()
    records.database.close()


def database(postgres: str, name: str, template: str) -> str:
    """Make a database as a copy of another; its address."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return postgres.replace("postgresql:", "postgresql+psycopg:").replace("/postgres?", f"/{name}?")


@pytest.fixture
def new_database(postgres: str) -> Callable[[], str]:
    """Makes an empty database and tells its address."""
    return lambda: database(postgres, f"d{uuid.uuid4().hex}", "template0")


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> str:
    """Which of the two it is."""
    kind: str = request.param
    return kind


@pytest.fixture
def empty_dsn(request: pytest.FixtureRequest, store: str, tmp_path: Path) -> str:
    """The address of a store without any table."""
    if store == "sqlite":
        return f"sqlite:///{tmp_path / 'records.sqlite'}"
    made: str = request.getfixturevalue("new_database")()
    return made


@pytest.fixture
def dsn(request: pytest.FixtureRequest, store: str, tmp_path: Path) -> str:
    """The address of records with the present schema and nothing in them."""
    migrated = request.getfixturevalue(f"migrated_{store}")
    if store == "sqlite":
        return f"sqlite:///{shutil.copy(migrated, tmp_path / 'records.sqlite')}"
    return database(request.getfixturevalue("postgres"), f"d{uuid.uuid4().hex}", migrated)


@pytest.fixture
def records(dsn: str) -> Iterator[Records]:
    """These records, open."""
    opened = Records(dsn)
    yield opened
    opened.database.close()
