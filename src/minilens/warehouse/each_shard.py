"""All shards of a cluster asked at once, each for what it makes of its own rows.

So rows that are put together here need not go by way of one of the servers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from minilens.errors import CannotStart, ShardAway
from minilens.warehouse.askers import Askers
from minilens.warehouse.cluster import Cluster, Node


class EachShard:
    """Connections to a server of each shard; those that nobody uses are kept. `connect` makes one."""

    def __init__(self, cluster: Cluster, connect: Callable[[Node], Client]) -> None:
        self._cluster, self._connect = cluster, connect
        self._idle: dict[Node, list[Client]] = {}
        self._lock = threading.Lock()
        self._askers = Askers()
        self._closed = False

    def arrow(self, sql: str, parameters: Mapping[str, Any]) -> Any:
        """The rows of all shards as a pyarrow.Table; ShardAway where one does not answer."""
        shards = self._cluster.replicas
        found = self._askers.map(lambda nodes: self._of_one(nodes, sql, parameters), shards)
        return _together(found)

    def _of_one(self, nodes: Sequence[Node], sql: str, parameters: Mapping[str, Any]) -> Any:
        """The rows of one shard, from the first of its servers that answers."""
        *others, last = nodes
        for node in others:
            try:
                return self._asked(node, sql, parameters)
            except ShardAway:
                continue
        return self._asked(last, sql, parameters)

    def _asked(self, node: Node, sql: str, parameters: Mapping[str, Any]) -> Any:
        import pyarrow  # type: ignore[import-untyped]

        try:
            with self._client(node) as client:
                block = client.raw_query(sql, parameters=dict(parameters), fmt="ArrowStream")
        except ClickHouseError as error:
            if away := self._cluster.failed(str(error), node):
                raise away from error
            raise
        return pyarrow.ipc.open_stream(block).read_all()

    @contextmanager
    def _client(self, node: Node) -> Iterator[Client]:
        """A connection that nobody else uses meanwhile. One of which a statement failed is not used again."""
        with self._lock:
            waiting = self._idle.setdefault(node, [])
            client = waiting.pop() if waiting else None
        if client is None:
            try:
                client = self._connect(node)
            except CannotStart as error:
                raise ShardAway(node.named, str(error)) from error
        try:
            yield client
        except BaseException:
            client.close()
            raise
        with self._lock:
            if not self._closed:
                waiting.append(client)
                return
        client.close()

    def close(self) -> None:
        """Close all that nobody uses, and end the threads that ask."""
        self._askers.close()
        with self._lock:
            self._closed = True
            for some in self._idle.values():
                for client in some:
                    client.close()
                some.clear()


def _together(found: Sequence[Any]) -> Any:
    """Where a shard has no rows, its columns may have other types."""
    import pyarrow

    return pyarrow.concat_tables(
        [one for one in found if one.num_rows] or found[:1]
    ).unify_dictionaries()
