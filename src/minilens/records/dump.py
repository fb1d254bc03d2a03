"""A copy of the records as they are at one moment, and records made again from it.

SQLite is copied as a file, `records.sqlite`. Another store is written out table by table, `records.jsonl`, and
goes back into either kind.
"""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from minilens.errors import CannotStart
from minilens.records.receivers import LOADER, RECEIVERS
from minilens.records.version import VERSION, schema_version

AS_FILE, AS_LINES = "records.sqlite", "records.jsonl"
#: Rows that are inserted at once.
PORTION = 500
#: Who is at work at the moment, which is not copied: what is restored elsewhere would load from the receivers of the
#: original, and take their events.
AT_WORK = (RECEIVERS.name, LOADER.name)


@contextmanager
def held(dsn: str) -> Iterator[Callable[[Path], str]]:
    """The records as they are now; what it gives writes them into a folder and tells the schema's version."""
    try:
        if dsn.startswith("sqlite:///"):
            with _held_file(dsn.removeprefix("sqlite:///")) as write:
                yield write
        else:
            with _held_tables(dsn) as write:
                yield write
    except (sqlite3.Error, sa.exc.OperationalError) as error:
        raise CannotStart(
            f"The records cannot be copied: {error}", f"配置库无法复制：{error}"
        ) from error


@contextmanager
def _held_file(path: str) -> Iterator[Callable[[Path], str]]:
    source = sqlite3.connect(path, timeout=10, isolation_level=None)
    try:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it is held

        def write(folder: Path) -> str:
            made = sqlite3.connect(folder / AS_FILE)
            try:
                source.backup(made)
                made.execute("PRAGMA journal_mode=DELETE")  # one file, not three
                found = made.execute(f"SELECT version_num FROM {VERSION}").fetchone()
                return str(found[0]) if found else ""
            finally:
                made.close()

        yield write
    finally:
        source.close()


@contextmanager
def _held_tables(dsn: str) -> Iterator[Callable[[Path], str]]:
    whole = "SERIALIZABLE" if dsn.startswith("sqlite:") else "REPEATABLE READ"
    engine = sa.create_engine(dsn, isolation_level=whole)
    try:
        with engine.connect() as connection:
            found = schema_version(connection)

            def write(folder: Path) -> str:
                tables = _reflected(connection)
                with open(folder / AS_LINES, "w", encoding="utf-8") as file:
                    for table in (one for one in tables if one.name not in AT_WORK):
                        for row in connection.execute(sa.select(table)).mappings():
                            values = {str(key): _plain(value) for key, value in row.items()}
                            file.write(json.dumps([table.name, values], ensure_ascii=False) + "\n")
                return found

            yield write
    finally:
        engine.dispose()


def write_lines(dsn: str, folder: Path) -> None:
    """Write records out table by table, whichever store they are in."""
    with _held_tables(dsn) as write:
        write(folder)


def put_back(copy: Path, version: str, dsn: str) -> None:
    """Make the records of `records.jsonl` again, in a store that has none yet."""
    from minilens.records import schema

    if dsn.startswith("sqlite:///"):
        Path(dsn.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(dsn)
    try:
        with engine.begin() as connection:  # all or nothing: what fails leaves the database empty
            if sa.inspect(connection).get_table_names():
                raise CannotStart(
                    "The database in MINILENS_RECORDS is not empty. Choose an empty one.",
                    "MINILENS_RECORDS 指定的数据库不是空的，请换一个空的数据库。",
                )
            schema.migrate(connection, version)
            _insert(connection, copy)
    except sa.exc.OperationalError as error:
        raise CannotStart(
            f"The records cannot be opened: {error.orig}", f"配置库无法打开：{error.orig}"
        ) from error
    finally:
        engine.dispose()


def _insert(connection: sa.Connection, copy: Path) -> None:
    """All rows, in the order of the file: no table before those that it refers to."""
    tables = {table.name: table for table in _reflected(connection)}
    held: list[dict[str, Any]] = []
    of = ""
    with open(copy, encoding="utf-8", newline="\n") as lines:  # a text may hold other ends of lines
        for line in lines:
            name, values = json.loads(line)
            if held and (name != of or len(held) >= PORTION):
                connection.execute(sa.insert(tables[of]), held)
                held = []
            of = name
            held.append({key: _typed(value, tables[of].c[key]) for key, value in values.items()})
    if held:
        connection.execute(sa.insert(tables[of]), held)
    if connection.dialect.name == "postgresql":
        for table in tables.values():
            _go_on_counting(connection, table)


def _go_on_counting(connection: sa.Connection, table: sa.Table) -> None:
    """PostgreSQL counts ids apart from the rows."""
    for column in table.primary_key:
        of = sa.func.pg_get_serial_sequence(table.name, column.name)
        if isinstance(column.type, sa.Integer) and connection.execute(sa.select(of)).scalar():
            highest = connection.execute(sa.select(sa.func.max(column))).scalar()
            if highest is not None:
                connection.execute(sa.select(sa.func.setval(of, highest)))


def _reflected(connection: sa.Connection) -> list[sa.Table]:
    """The tables as they are there: the copy may be of an older schema than the program's."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != VERSION]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):  # SQLite forgets the zone; what is stored is UTC
        return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _typed(value: Any, column: sa.Column[Any]) -> Any:
    if isinstance(value, str) and isinstance(column.type, sa.DateTime):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    if isinstance(value, dict) and set(value) == {"base64"}:
        return base64.b64decode(value["base64"])
    return value
