"""The connection to the records: opened, brought up to date, changed in whole steps."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from minilens.errors import CannotStart, Refused
from minilens.records.tables import AUDIT
from minilens.records.version import newest, schema_version

#: Signs that turn the direction of what follows: a name would write over its neighbours.
_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


#: What is over is removed so long after: by a clock that is ahead for a while nobody is signed out for good.
KEPT_LONGER = timedelta(days=90)
#: By this number PostgreSQL knows that somebody migrates; any would do.
MIGRATING = 6_945_742
#: What PostgreSQL says of a table or a column that there is not.
NOT_THERE = ("42P01", "42703")


class Database:
    """Opened once a process; safe to use from several threads."""

    def __init__(self, dsn: str) -> None:
        if dsn.startswith("sqlite:///"):
            Path(dsn.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        try:
            self._engine = sa.create_engine(
                dsn,
                pool_pre_ping=True,
                connect_args=_patience(dsn),
                hide_parameters=True,  # a failure is logged with its trace; what people wrote is not
            )
        except (sa.exc.ArgumentError, ModuleNotFoundError) as error:
            raise CannotStart(
                f"MINILENS_RECORDS cannot be used: {error}", f"MINILENS_RECORDS 无法使用：{error}"
            ) from error
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _careful_sqlite)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def pending(self) -> list[str]:
        """Migrations not run yet, oldest first; CannotStart where the schema is newer."""
        with self.read() as connection:
            if schema_version(connection) == newest():
                return []
            # Alembic is large, and seldom is there something to do
            from minilens.records import schema

            return schema.pending(connection)

    def migrate(self) -> list[str]:
        """Run the pending migrations; which they were. Of two at once one waits, and finds nothing to do."""
        if not self.pending():
            return []
        from minilens.records import schema

        with _said("changed"), self._engine.begin() as connection:
            if self._engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATING)))
            if taken := schema.pending(connection):
                schema.migrate(connection)
        return taken

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection to look with; CannotStart where there is none."""
        with _said("opened"), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self, *, alone: bool = False) -> Iterator[sa.Connection]:
        """One transaction. `alone`: what is read in it stays true until it ends.

        SQLite has one writer at a time anyway, which here takes its place at once: one that reads first
        and writes then would be refused where another wrote meanwhile.
        """
        with _said("changed"), self._engine.begin() as connection:
            if self._engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            elif alone:
                connection.execute(sa.text("LOCK TABLE people IN SHARE ROW EXCLUSIVE MODE"))
            yield connection

    def touch(self, statement: sa.Update) -> None:
        """Write down when something was used; not worth an error where the store is busy."""
        with suppress(CannotStart), self.write() as connection:
            connection.execute(statement)


class RecordsNotMade(CannotStart):
    """The records answer, and have not the tables that this program reads."""

    def __init__(self) -> None:
        super().__init__(
            "The records have no tables yet, or those of an older version; start the host that loads, or run "
            "minilens upgrade there",
            "配置库尚未建表，或仍是旧版本；请启动负责装载的主机，或在那里执行 minilens upgrade",
        )


@contextmanager
def _said(done: str) -> Iterator[None]:
    """Whatever is the store's own trouble, and no mistake of ours, in a sentence."""
    try:
        yield
    except sa.exc.DatabaseError as error:
        if getattr(error.orig, "sqlstate", None) in NOT_THERE:
            raise RecordsNotMade from error
        # a file that is no database, or a damaged one, is of the kind above all others
        if type(error) not in (sa.exc.DatabaseError, sa.exc.OperationalError):
            raise
        why = str(error.orig).strip()
        zh = {"opened": "打开", "changed": "写入"}[done]
        raise CannotStart(
            f"The records cannot be {done}: {why}", f"配置库无法{zh}：{why}"
        ) from error


def record_audit(
    connection: sa.Connection,
    action: str,
    *,
    now: datetime,
    by: int | None,
    app: int | None = None,
    target: object = "",
    **details: object,
) -> None:
    """A row of the audit, in the transaction of what it tells of. `by` None: the command line."""
    connection.execute(
        sa.insert(AUDIT).values(
            at=now, person_id=by, app_id=app, action=action, target=str(target)[:64],
            details=json.dumps(details, ensure_ascii=False, default=str),
        )
    )  # fmt: skip


def plain(text: str, field: str, most: int = 64) -> str:
    """The text without what no line of text holds; Refused where it is long."""
    kept = "".join(
        c for c in text if unicodedata.category(c) not in ("Cc", "Cs") and c not in _TURNS
    )
    if len(kept.strip()) > most:
        raise Refused("too_long", field, limit=most)
    return kept.strip()


def lines(text: str, field: str, most: int) -> str:
    """The same of a text of several lines."""
    kept = (plain(line, field, most) for line in text.replace("\r\n", "\n").split("\n"))
    whole = "\n".join(kept).strip()
    if len(whole) > most:
        raise Refused("too_long", field, limit=most)
    return whole


def hashed(secret: str) -> str:
    """What is kept of a long random secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def utc(moment: datetime) -> datetime:
    """SQLite forgets the zone; what is stored is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def maybe_utc(moment: datetime | None) -> datetime | None:
    """The same of what may be empty."""
    return utc(moment) if moment else None


def _patience(dsn: str) -> dict[str, int]:
    """Of a server that has vanished without a word one hears nothing for a quarter of an hour by default."""
    url = sa.make_url(dsn)
    if url.get_backend_name() != "postgresql":
        return {}
    most = {"connect_timeout": 10, "tcp_user_timeout": 20_000}  # seconds, milliseconds
    return {name: value for name, value in most.items() if name not in url.query}


def _careful_sqlite(connection: object, _record: object) -> None:
    """Write-ahead log (readers never wait), a full sync (tenet 2), patience with another writer."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
