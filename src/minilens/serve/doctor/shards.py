"""The servers of a cluster as the doctor finds them: each asked by itself, so that one that is away hides no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from minilens.errors import MinilensError
from minilens.period import now_ms
from minilens.serve.doctor.findings import Finding

if TYPE_CHECKING:
    from minilens.warehouse.cluster import Cluster, Node
    from minilens.warehouse.engine import Engine

#: Seconds that a server's clock may be off: days end by it nowhere, but rows carry its times.
OFF = 5
#: A table with more parts than this is merged too slowly.
MOST_PARTS = 1_000

_PARTS = "FROM system.parts WHERE active AND database = {d:String}"
#: Its clock is asked for because it is what is looked at.
_ABOUT = f"""
SELECT version(), toUnixTimestamp64Milli(nowInBlock64(3)),
    (SELECT max(engine LIKE 'Replicated%') FROM system.tables
        WHERE database = {{d:String}} AND engine LIKE '%MergeTree'),
    (SELECT (count(), sum(rows), sum(bytes_on_disk)) {_PARTS}),
    (SELECT max(n) FROM (SELECT count() AS n {_PARTS} GROUP BY table))"""


class ServerState(msgspec.Struct, frozen=True):
    """One server: which it is, and what it says; `away`: why it does not answer. `off` is in milliseconds."""

    shard: int
    replica: int
    at: str
    away: str = ""
    version: str = ""
    schema: int = 0
    off: int = 0
    replicated: bool = False
    parts: int = 0
    rows: int = 0
    bytes: int = 0
    most_parts: int = 0


def servers(cluster: Cluster) -> list[ServerState]:
    """All servers of a cluster."""
    return [_server(cluster, node) for node in cluster.nodes]


def _server(cluster: Cluster, node: Node) -> ServerState:
    state = ServerState(node.shard, node.replica, f"{node.host}:{node.port}")
    try:
        server = cluster.at(node, "default")
        before = now_ms()
        version, clock, replicated, (parts, rows, size), most = server.rows(
            _ABOUT, {"d": cluster.local}
        )[0]
        after = now_ms()
        schema = _schema(server, cluster.local)
    except MinilensError as error:
        return msgspec.structs.replace(state, away=str(error))
    # between the question and the answer it is any of the times between
    off = 0 if before <= int(clock) <= after else int(clock) - (before + after) // 2
    return msgspec.structs.replace(
        state, version=str(version), schema=schema, off=off, replicated=bool(replicated), parts=int(parts),
        rows=int(rows), bytes=int(size), most_parts=int(most),
    )  # fmt: skip


def _schema(server: Engine, database: str) -> int:
    made = (
        "SELECT count() FROM system.tables WHERE database = {d:String} AND name = 'schema_version'"
    )
    if not server.one(made, {"d": database}):
        return 0
    return int(server.one(f"SELECT max(version) FROM {database}.schema_version"))


def shard_findings(some: list[ServerState]) -> Iterator[Finding]:
    """What is wrong with them."""
    newest = max((one.schema for one in some), default=0)
    for one in some:
        where = {"shard": one.shard, "at": one.at}
        if one.away:
            yield Finding("shard_away", {**where, "reason": one.away})
            continue
        if one.schema < newest:
            yield Finding("shard_behind", {**where, "schema": one.schema, "newest": newest})
        if abs(one.off) > OFF * 1000:
            yield Finding("shard_clock", {**where, "seconds": one.off // 1000})
        if one.most_parts > MOST_PARTS:
            yield Finding("shard_parts", {**where, "parts": one.most_parts})
    if len({one.version for one in some if not one.away}) > 1:
        versions = ", ".join(sorted({one.version for one in some if not one.away}))
        yield Finding("shard_versions", {"versions": versions})
