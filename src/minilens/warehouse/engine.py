"""The only door to the events: one engine, embedded (chDB) or a ClickHouse server, behind one DSN.

    chdb:///var/lib/minilens/warehouse          in this process, one process at a time
    clickhouse://user:password@host:8123/name   a server; ?cluster=name: all shards of a cluster (warehouse.cluster)

SQL is the same for all. Values are bound as typed parameters, never formatted into text, but for large sets of numbers
(`warehouse.bitmaps`).
"""

from __future__ import annotations

import contextlib
import copy
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

import msgspec
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from minilens.errors import CannotStart, EngineFailed, MinilensError, ShardAway, TooLarge
from minilens.warehouse.address import address
from minilens.warehouse.cluster import OF_A_CLUSTER, Cluster, Node
from minilens.warehouse.connection import ALWAYS, connect, reason_of
from minilens.warehouse.each_shard import EachShard
from minilens.warehouse.kept import kept_of
from minilens.warehouse.limits import Limits
from minilens.warehouse.seal import Seal
from minilens.warehouse.watch import Named, Watch
from minilens.warehouse.working import own, own_table

Row = Sequence[Any]
Found = TypeVar("Found")
#: What statements fail with: by the engine's answer, or because there is no connection to it.
Failure = ClickHouseError | CannotStart
FAILURES = (ClickHouseError, CannotStart)


class _Statistics(msgspec.Struct):
    rows_read: int
    bytes_read: int


class _Found(msgspec.Struct):
    meta: list[dict[str, str]]
    data: list[list[Any]]
    statistics: _Statistics


_decode = msgspec.json.Decoder(_Found).decode
_DATES = {"Date", "Nullable(Date)", "Date32"}


@dataclass(frozen=True)
class Answer:
    """Rows and what they cost."""

    rows: Sequence[Row]
    read_rows: int
    read_bytes: int
    milliseconds: float


class Engine:
    """A small pool: one connection a thread, because queries on one run one after another."""

    def __init__(
        self, dsn: str, *, memory_mb: int = 4096, limits: Limits | None = None, named: Named | None = None
    ) -> None:  # fmt: skip
        self.dsn = dsn
        self.kept = kept_of(dsn)
        self._address = address(dsn)
        self._limits = limits or Limits()
        self._mark = ""
        self._stopped: Callable[[], bool] = lambda: False
        self._memory = memory_mb << 20
        self._settings = {
            **ALWAYS,
            "max_memory_usage": self._memory // 4 * 3,
            **self._limits.settings(),
        }
        self._local = threading.local()
        self._all: list[Client] = []
        self._copies: list[Engine] = []
        self._copy_of: Engine | None = None
        self._lock = threading.Lock()
        self.seal = Seal()
        self.cluster: Cluster | None = None
        self._asked: Node | None = None  # None: the first that answered
        self._watch: Watch | None = None
        # names its tables to work in; an embedded engine has one process at a time
        self.process = "" if self.embedded else secrets.token_hex(4)
        if not self.embedded:
            self._watch = self._address.watch(named)
        if self._address.cluster:
            self._settings |= OF_A_CLUSTER
            self.cluster = Cluster(
                self._address, lambda dsn, named: Engine(dsn, memory_mb=memory_mb, named=named)
            )
            self._address, self._watch = self.cluster.begin(), self.cluster.watch
            self._each = EachShard(self.cluster, self._connected_to)
        if self._watch:
            self._watch.ask(self._client)
        else:
            self._client()

    @property
    def embedded(self) -> bool:
        return self._address.embedded

    @property
    def server(self) -> str:
        """The server that is asked, and its port."""
        return "{}:{}".format(*self._address.hosts[0])

    @property
    def database(self) -> str:
        """The database that is asked."""
        return self._address.database

    def shards(self) -> list[Engine]:
        """Engines of which each holds a part of every table's rows: this one, or one of each shard of a cluster."""
        return self.cluster.shards() if self.cluster else [self]

    def through_each_shard(self) -> list[Engine]:
        """The same warehouse asked through a server of each shard, over connections of their own; this one first."""
        others = self.cluster.firsts if self.cluster else ()
        return [self, *(self._through(one) for one in others if one.at != self._address.hosts[0])]

    def _through(self, node: Node) -> Engine:
        made = copy.copy(self)
        made._address = replace(self._address, hosts=(node.at,))
        made._local, made._asked = threading.local(), node
        return made

    def on_each_shard(
        self, sql: str, parameters: Mapping[str, Any] | None = None, **settings: Any
    ) -> None:
        """Run a statement that changes or deletes rows, or parts of a table, wherever these lie."""
        self.seal.check()
        for one in self.shards():
            one.run(sql, parameters, **settings)

    def rows_of_shards(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Rows of a question about what each shard has by itself: its parts, its tables."""
        return [row for one in self.shards() for row in one.rows(sql, parameters)]

    def whole(self, table: str) -> str:
        """SQL of a table with the rows of all shards, in a statement that runs on one."""
        return f"{self.cluster.database}.{table}" if self.cluster else table

    def query(
        self, sql: str, parameters: Mapping[str, Any] | None = None, **settings: Any
    ) -> Answer:
        """Run a question and say what it cost; EngineFailed with the engine's reason.

        Asked for as JSON, because only there the embedded engine tells how much it read.
        """
        self.go_on()
        started = time.perf_counter()

        def asked() -> bytes:
            return self._client().raw_query(
                self._mark + self._text(sql),
                parameters=dict(parameters or {}),
                settings=settings or None,
                fmt="JSONCompact",
            )

        found = _decode(self._found(asked, self._failed))
        dates = [n for n, column in enumerate(found.meta) if column["type"] in _DATES]
        for row in found.data:
            for n in dates:
                row[n] = row[n] and date.fromisoformat(row[n])
        return Answer(
            rows=found.data,
            read_rows=found.statistics.rows_read,
            read_bytes=found.statistics.bytes_read,
            milliseconds=(time.perf_counter() - started) * 1000,
        )

    def arrow(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """The columns of a question as a pyarrow.Table; for millions of rows. TooLarge, EngineFailed as `query`."""
        import pyarrow  # type: ignore[import-untyped]

        self.go_on()

        def asked() -> bytes:
            return self._client().raw_query(
                self._mark + self._text(sql), parameters=dict(parameters or {}), fmt="ArrowStream"
            )

        return pyarrow.ipc.open_stream(self._found(asked, self._failed)).read_all()

    def arrow_of_each(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """The same of a statement that makes of each row of a table `of_each_shard` one or none."""
        text = self.cluster and self.cluster.of_one(sql)
        if not text:
            return self.arrow(sql, parameters)
        self.go_on()
        whole = self._mark + text
        return self._found(lambda: self._each.arrow(whole, parameters or {}), self._failed)

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Rows of a question whose cost nobody asks for, in Python's types."""

        def asked() -> list[Row]:
            text, values = self._text(sql), dict(parameters or {})
            return list(self._client().query(text, parameters=values).result_rows)

        return self._found(asked, self._wrong)

    def one(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """The single cell of a question."""
        return self.rows(sql, parameters)[0][0]

    def run(self, sql: str, parameters: Mapping[str, Any] | None = None, **settings: Any) -> None:
        """Run a statement that answers nothing."""
        self.seal.check()
        self._told(sql, parameters, **settings)

    def _told(self, sql: str, parameters: Mapping[str, Any] | None = None, **settings: Any) -> None:
        if self._watch:
            self._watch.still_away()
        try:
            self._client().command(
                self._text(sql), parameters=dict(parameters or {}), settings=settings or None
            )
        except FAILURES as error:
            self._flush()
            raise self._wrong(error) from error

    def native(self, sql: str, parameters: Mapping[str, Any] | None = None) -> bytes:
        """The answer in the engine's own format, to be inserted elsewhere as one block."""
        return self.raw(sql, parameters, "Native")

    def raw(self, sql: str, parameters: Mapping[str, Any] | None, form: str) -> bytes:
        """The answer in any of the engine's formats."""

        def asked() -> bytes:
            text, values = self._text(sql), dict(parameters or {})
            return bytes(self._client().raw_query(text, parameters=values, fmt=form))

        return self._found(asked, self._wrong)

    def insert(
        self,
        table: str,
        block: bytes,
        *,
        columns: Sequence[str] | None = None,
        form: str = "Native",
        token: str = "",
        **more: Any,
    ) -> None:
        """Insert one block. The same `token` into the same table twice is inserted once. `more`: settings."""
        self.seal.check()
        settings = more | ({"insert_deduplication_token": token} if token else {})
        if self._watch:
            self._watch.still_away()
        try:
            self._client().raw_insert(
                own_table(table, self.process),
                column_names=columns, insert_block=block, fmt=form, settings=settings or None,
            )  # fmt: skip
        except FAILURES as error:
            self._flush()
            raise self._wrong(error) from error

    def _text(self, sql: str) -> str:
        """A statement as this warehouse is asked it."""
        sql = own(sql, self.process)
        return self.cluster.over_all(sql) if self.cluster else sql

    def marked(self, mark: str, stopped: Callable[[], bool] = lambda: False) -> Engine:
        """The same engine, whose questions `stop` finds by this mark. `stopped`: whether it was called with it."""
        made = copy.copy(self)
        made._mark = f"/* {mark} */ "
        made._stopped = stopped
        return made

    def on_one_thread(self) -> Engine:
        """The same engine over connections of their own, whose every question takes one processor. To be closed before
        this one, or with it."""
        made = copy.copy(self)
        made._settings = {**self._settings, "max_threads": 1}
        made._local, made._lock = threading.local(), threading.Lock()
        made._all, made._copies, made._copy_of = [], [], self
        if made.cluster:
            made._each = EachShard(made.cluster, made._connected_to)
        with self._lock:
            self._copies.append(made)
        return made

    def go_on(self) -> None:
        """EngineFailed where the question was stopped; for work between statements, which the engine cannot end."""
        if self._stopped():
            raise EngineFailed("the question was stopped")

    def stop(self, mark: str) -> None:
        """End the questions that carry a mark, wherever they are asked."""
        sql = "KILL QUERY WHERE startsWith(query, {mark:String}) ASYNC"
        for one in self.shards():  # it writes nothing: also of a warehouse that was left
            one._told(sql, {"mark": f"/* {mark} */"})

    def _found(
        self, asked: Callable[[], Found], failed: Callable[[Failure], MinilensError]
    ) -> Found:
        """The answer of a question. One that changes nothing may be asked once more: where a server was away for a
        moment, connections that it knew before fail at their next use.
        """
        ask = self._watch.ask if self._watch else _directly
        again = self._watch is not None
        while True:
            try:
                return ask(asked)
            except FAILURES as error:
                self._flush()
                wrong = failed(error)
                if not (again and isinstance(wrong, ShardAway)):
                    raise wrong from error
            again = False
            if self._watch:
                self._watch.everybody_answers()

    def _failed(self, error: Failure) -> MinilensError:
        """A limit that was reached is the question's fault; all else is the engine's."""
        reason = reason_of(error)
        for code, limit in (
            ("Code: 158.", (f"{self._limits.rows:,} 行", f"{self._limits.rows:,} rows")),
            ("Code: 159.", f"{self._limits.seconds} s"),
            ("Code: 241.", f"{self._settings['max_memory_usage'] >> 20} MB"),
        ):
            if code in reason and self._limits != Limits():
                return TooLarge("too_heavy", limit=limit)
        return self._wrong(error)

    def _wrong(self, error: Failure) -> EngineFailed:
        said = str(error)
        if self.cluster and (away := self.cluster.failed(said, self._asked)):
            return away
        if self._watch and "Code: " not in said:  # the server itself has said nothing
            return ShardAway(self._watch.first, reason_of(error))
        return EngineFailed(reason_of(error))

    def close(self) -> None:
        """Close every connection, also of copies on one thread; the folder can then be opened by another process."""
        for one in list(self._copies):
            one.close()
        with self._lock:
            for client in self._all:
                client.close()
            self._all.clear()
        if self.cluster:
            self._each.close()
        if self._copy_of:
            with self._copy_of._lock:
                self._copy_of._copies.remove(self)
            return
        self.kept.forget()
        if self._watch:
            self._watch.close()
        if self.cluster:
            self.cluster.close()

    def _connected_to(self, node: Node) -> Client:
        there = replace(self._address, hosts=((node.host, node.port),))
        return connect(there, self._settings, self._memory)

    def _flush(self) -> None:
        """Throw away what a statement had answered before it failed.

        The embedded engine gives that out before the answer of the next statement of the connection, whoever asks it.
        """
        if self.embedded:
            with contextlib.suppress(ClickHouseError):
                self._client().raw_query("SELECT 1", fmt="Null")

    def _client(self) -> Client:
        client: Client | None = getattr(self._local, "client", None)
        if client is None:
            if self._watch and self._all:  # opening waits long for a server that has stopped
                self._watch.everybody_answers()
            client = self._local.client = connect(self._address, self._settings, self._memory)
            with self._lock:
                self._all.append(client)
        return client


def _directly(asked: Callable[[], Found]) -> Found:
    return asked()
