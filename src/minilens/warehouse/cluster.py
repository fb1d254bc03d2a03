"""A cluster of ClickHouse servers: its shards, and the tables that lie over them.

On each server the database `name_shard` holds tables with the rows of its shard, which the steps of the schema make,
and `name` the tables over all of them, with the same names. Statements that change rows or read the engine's own lists
go to the shards one by one; all others to one server, over the tables over all.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from minilens.errors import CannotStart, EngineFailed, ShardAway
from minilens.warehouse.address import Address
from minilens.warehouse.sharding import SHARDED, of_one_shard, over_shards
from minilens.warehouse.watch import Named, Watch

if TYPE_CHECKING:
    from minilens.warehouse.engine import Engine

#: Of questions and inserts over a cluster. What an inner question finds goes to every shard, as does what the asking
#: server alone has; a shard that is away fails a question soon, and is never left out of a figure.
OF_A_CLUSTER: dict[str, Any] = {
    "prefer_global_in_and_join": 1,
    "distributed_product_mode": "global",
    # a condition that was moved into a question of the shards would take its inner question along as it stands
    "allow_push_predicate_ast_for_distributed_subqueries": 0,
    "distributed_foreground_insert": 1,
    # rows of an inner question go where their table has them, not to the shard that they were made on
    "parallel_distributed_insert_select": 0,
    "skip_unavailable_shards": 0,
    "connect_timeout_with_failover_ms": 1000,
    "connect_timeout_with_failover_secure_ms": 1000,
    "connections_with_failover_max_tries": 2,
    # one that has stopped without ending takes a connection, but says nothing
    "handshake_timeout_ms": 1500,
}
#: Codes of the engine that say that another server is away.
AWAY = re.compile(r"Code: (?:32|198|209|210|279|519)\.")


@dataclass(frozen=True)
class Node:
    """One server: the shard and replica that it is, where its HTTP is, where others of the cluster reach it."""

    shard: int
    replica: int
    host: str
    port: int
    reached: str

    @property
    def at(self) -> tuple[str, int]:
        """Where it is reached by HTTP."""
        return self.host, self.port

    @property
    def named(self) -> Named:
        """What it is called, in zh and en."""
        at = f"{self.host}:{self.port}"
        return f"分片 {self.shard}（{at}）", f"Shard {self.shard} ({at})"


class Cluster:
    """The servers of a cluster. `opened` opens one by its DSN; None: it has no name of its own."""

    def __init__(self, address: Address, opened: Callable[[str, Named | None], Engine]) -> None:
        self.name, self.address = address.cluster, address
        #: The databases over all shards, and of a shard.
        self.database, self.local = address.database, f"{address.database}_shard"
        self._opened = opened
        self._engines: dict[tuple[Node, str], Engine] = {}
        self._lock = threading.Lock()
        self._nodes: tuple[Node, ...] = ()
        self._chosen: dict[int, Node] = {}  # of shards that have several
        self.watch = Watch(self._needed, secure=address.secure)

    def begin(self) -> Address:
        """Make the database that is asked, on the first server that answers, and say which that is; CannotStart where
        there is no such cluster.
        """
        asked = self._asked()
        first = self._opened(asked.of(*asked.hosts[0], "default"), None)
        try:
            known = {row[0] for row in first.rows("SELECT DISTINCT cluster FROM system.clusters")}
            if self.name not in known:
                some = ", ".join(sorted(known)) or "-"
                raise CannotStart(
                    f"The server knows no cluster named {self.name}; those it knows: {some}",
                    f"服务器上没有名为 {self.name} 的集群；已有的集群：{some}",
                )
            first.run(f"CREATE DATABASE IF NOT EXISTS {self.database}")
            self._nodes = tuple(self._found(first))
        finally:
            first.close()
        self._first = next((one for one in self._nodes if one.at == asked.hosts[0]), self._nodes[0])
        return asked

    def _needed(self) -> list[tuple[list[tuple[str, int]], Named]]:
        """Who has to answer for a question to be answered: the server that is asked, and one replica of each shard."""
        asked = [([self._first.at], self._first.named)] if self._nodes else []
        return asked + [([one.at for one in some], some[0].named) for some in self.replicas]

    def answers_elsewhere(self) -> bool:
        """Whether another server that the address names could be asked in place of the one that is: that one does not
        answer, and of each shard another does."""
        if self.watch.answers(self._first.at):
            return False
        there = {one for one in self._nodes if one != self._first and self.watch.answers(one.at)}
        named = any(one.at in self.address.hosts for one in there)
        return named and all(any(one in there for one in some) for some in self.replicas)

    def _asked(self) -> Address:
        """The address with the host first that is asked: the first that answers, so that one may be away."""
        hosts = self.address.hosts
        if len(hosts) > 1:
            one = next((one for one in hosts if self.watch.answers(one)), hosts[0])
            hosts = (one, *(other for other in hosts if other != one))
        return replace(self.address, hosts=hosts)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All servers, in the order of their shards."""
        return self._nodes

    @property
    def firsts(self) -> tuple[Node, ...]:
        """One server of each shard: the first that answers, where there are several. It stays until it does not."""
        return tuple(map(self._first_of, self.replicas))

    def _first_of(self, some: Sequence[Node]) -> Node:
        if len(some) == 1:
            return some[0]
        shard = some[0].shard
        chosen = self._chosen.get(shard, some[0])
        if not self.watch.answers(chosen.at):
            chosen = next((one for one in some if self.watch.answers(one.at)), chosen)
        self._chosen[shard] = chosen
        return chosen

    @property
    def replicas(self) -> tuple[tuple[Node, ...], ...]:
        """All servers of each shard, in order."""
        shards = sorted({one.shard for one in self._nodes})
        return tuple(tuple(one for one in self._nodes if one.shard == n) for n in shards)

    def _found(self, first: Engine) -> Iterator[Node]:
        """The servers as the first one knows them. Where several hosts are given, each says which it is."""
        sql = (
            "SELECT shard_num, replica_num, host_name, port, is_local FROM system.clusters "
            "WHERE cluster = {name:String} ORDER BY shard_num, replica_num"
        )
        known = first.rows(sql, {"name": self.name})
        given = self.address.hosts
        here: dict[tuple[int, int], tuple[str, int]] = {}
        for host, port in given if len(given) > 1 else ():
            try:
                one = self._opened(self.address.of(host, port, "default"), None)
            except (CannotStart, EngineFailed):
                continue
            for shard, replica, *_, mine in one.rows(sql, {"name": self.name}):
                if mine:
                    here[shard, replica] = (host, port)
            one.close()
        spare = [one for one in given if one not in here.values()] if len(given) > 1 else []
        for shard, replica, host, native, _ in known:
            called = next((one for one in spare if one[0] == host), spare[0] if spare else None)
            at, http = here.get((shard, replica)) or called or (host, given[0][1])
            if (at, http) in spare:
                spare.remove((at, http))
            yield Node(int(shard), int(replica), at, http, f"{host}:{native}")

    def at(self, node: Node, database: str = "") -> Engine:
        """An engine that asks one server, in the database of its shard; ShardAway where it does not answer."""
        database = database or self.local
        with self._lock:
            if (node, database) not in self._engines:
                try:
                    dsn = self.address.of(node.host, node.port, database)
                    self._engines[node, database] = self._opened(dsn, node.named)
                except CannotStart as error:
                    raise ShardAway(node.named, str(error)) from error
            return self._engines[node, database]

    def shards(self) -> list[Engine]:
        """An engine of each shard."""
        return [self.at(one) for one in self.firsts]

    def failed(self, said: str, asked: Node | None = None) -> ShardAway | None:
        """What all that a server (the first, where none is named) says means, where it is that one is away: itself,
        where it says nothing."""
        if not self._nodes or ("Code: " in said and not AWAY.search(said)):
            return None
        # an insert that failed tells of every server, of the one that it failed at first
        found = {one: place for one in self._nodes if (place := said.find(one.reached)) >= 0}
        away = min(found, key=found.__getitem__, default=asked or self._first)
        return ShardAway(away.named, " ".join(said.split())[:2000])

    def over(self, table: str) -> str:
        """SQL that makes the table over all shards' tables of that name."""
        sharded = SHARDED.get(table, "rand()")  # one that a step makes for a while may lie anywhere
        return (
            f"CREATE OR REPLACE TABLE {self.database}.{table} AS {self.local}.{table} "
            f"ENGINE = Distributed('{self.name}', '{self.local}', '{table}', {sharded})"
        )

    def over_all(self, sql: str) -> str:
        """A statement as the cluster is asked it."""
        return over_shards(sql, self.name, self.database, self.local)

    def of_one(self, sql: str) -> str | None:
        """A statement as a shard is asked it of its own rows; None where it cannot be."""
        return of_one_shard(sql, self.database, self.local)

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for one in self._engines.values():
                one.close()
            self._engines.clear()
