"""The schema on a cluster: the steps of one server, taken on each shard, and tables over all of them.

Every server remembers how far it came. A step is taken by all servers that lack it before the next one begins, and is
written down on each when all of it is done: so a kill in the middle is mended by doing it again, and servers are never
further apart than one step, but for one that was added. What a step does to tables is done on each server that lacks
it; what it does to rows is done once, over all shards, while no server has taken it: one that was added has none.
A server with rows that lacks a step which another has was left out when that was written down, and takes nothing twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from minilens.errors import CannotStart, EngineFailed, ShardAway
from minilens.warehouse.cluster import Cluster, Node
from minilens.warehouse.engine import Engine
from minilens.warehouse.step import OF_EACH_SERVER, VERSIONS, Step

#: Statements about rows; all others are about tables.
OF_ROWS = re.compile(r"(INSERT|TRUNCATE|DELETE|ALTER TABLE \w+\s+(UPDATE|DELETE))\b")
_ENGINE = re.compile(r"\bENGINE = (Replacing)?MergeTree(?:\((\w+)\))?")
_MADE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)")
_WINDOW = re.compile(r"\bnon_replicated_deduplication_window = (\d+)")
#: Columns of tables, and how tables over all shards were made: a difference in either shows.
_COLUMNS = """
SELECT table, groupArray((name, type)) FROM
(SELECT table, name, type FROM system.columns WHERE database = {database:String} ORDER BY table, position)
GROUP BY table"""
_OVER = "SELECT name, engine_full FROM system.tables WHERE database = {database:String} AND engine = 'Distributed'"


def replicated(statement: str, database: str) -> str:
    """The statement that makes a table, for a shard that is kept on several servers by Keeper; any other as it is, and
    that of a table of each server."""
    made = _MADE.match(statement)
    if not made or made[1] == OF_EACH_SERVER:
        return statement
    path = f"'/clickhouse/tables/{database}/{{shard}}/{made[1]}', '{{replica}}'"

    def engine(found: re.Match[str]) -> str:
        version = f", {found[2]}" if found[2] else ""
        return f"ENGINE = Replicated{found[1] or ''}MergeTree({path}{version})"

    text = _ENGINE.sub(engine, statement, count=1)
    return _WINDOW.sub(r"\g<0>, replicated_deduplication_window = \1", text)


def is_replicated(engine: Engine) -> bool:
    """Whether a server has what replicated tables need: Keeper, and its shard and replica as macros."""
    keeper = "SELECT count() FROM system.tables WHERE database = 'system' AND name = 'zookeeper'"
    macros = "SELECT uniqExact(macro) FROM system.macros WHERE macro IN ('shard', 'replica')"
    return bool(engine.one(keeper)) and int(engine.one(macros)) == 2


def versions(cluster: Cluster) -> dict[Node, int]:
    """How far each server came; CannotStart where one is away, but for a replica of a shard that has another."""
    found, failed = dict[Node, int](), dict[Node, CannotStart]()
    for node in cluster.nodes:
        try:
            found[node] = _version(cluster, node)
        except CannotStart as error:
            failed[node] = error
    shards = {node.shard for node in found}
    for node, failure in failed.items():
        if node.shard not in shards:
            raise failure
    return found


def _version(cluster: Cluster, node: Node) -> int:
    try:
        server = cluster.at(node, "default")
        made = "SELECT count() FROM system.tables WHERE database = {name:String} AND name = 'schema_version'"
        if not server.one(made, {"name": cluster.local}):
            return 0
        return int(server.one(f"SELECT max(version) FROM {cluster.local}.schema_version"))
    except EngineFailed as error:
        raise away(node, error) from error


def away(node: Node, error: EngineFailed) -> CannotStart:
    """What to do where a server of the cluster does not answer, or can't be used."""
    zh, en = node.named
    why = ("没有响应", "isn't responding")
    if not isinstance(error, ShardAway):
        why = f"无法使用：{error}", f"can't be used: {error}"
    return CannotStart(
        f"{en} {why[1]}. Minilens starts and upgrades only while all shards are running. "
        "Start it, then try again: what was begun is finished then.",
        f"{zh}{why[0]}。Minilens 启动和升级时，所有分片都必须在运行。请启动它，然后重试；已开始的步骤届时会完成。",
    )


def migrate(engine: Engine, cluster: Cluster, steps: Sequence[Step]) -> list[Step]:
    """Take the steps that any server lacks; those that were taken."""
    have = versions(cluster)
    rows = max(have.values()) > 0
    taken = [step for step in steps if step.version > min(have.values())]
    here = cluster.nodes if taken else list(have)  # a replica that is away misses nothing
    _no_replica_is_forgotten(cluster, here)
    _databases(cluster, here)
    have |= {node: _version(cluster, node) for node in here if node not in have}
    for step in taken:
        lacking = [node for node in cluster.nodes if have[node] < step.version]
        together = len(lacking) == len(have)
        doing = [node for node in lacking if together or not _has_rows(cluster, node)]
        take(engine, cluster, step.statements, doing, rows=rows and together)
        for node in lacking:
            _on(cluster, node, f"INSERT INTO schema_version VALUES ({step.version}, '{step.name}')")
    lay_over(cluster, here)
    return taken


def take(
    engine: Engine, cluster: Cluster, statements: Sequence[str], nodes: Sequence[Node], *, rows: bool
) -> None:  # fmt: skip
    """The statements of a step about tables, on these servers; `rows`: those about rows too, over all shards."""
    for statement in statements:
        text = statement.rstrip(";")
        if not OF_ROWS.match(text):
            text = text.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1)
            for node in nodes:
                _on(cluster, node, text)
        elif rows and text.startswith("INSERT"):
            lay_over(cluster)
            engine.run(text)
        elif rows:
            engine.on_each_shard(text, mutations_sync=2)


def migrate_back(engine: Engine, cluster: Cluster, steps: Sequence[Step]) -> None:
    """Take these steps back on every server, the newest first; those that a kill had taken back are left out."""
    have = max(versions(cluster).values())
    for step in steps:
        if step.version > have + 1:
            continue
        for node in cluster.nodes:
            _on(cluster, node, f"ALTER TABLE schema_version DELETE WHERE version >= {step.version}")
        take(engine, cluster, step.statements, cluster.nodes, rows=True)
    lay_over(cluster)


def _has_rows(cluster: Cluster, node: Node) -> bool:
    """Whether a server has any, but for how far it came."""
    sql = "SELECT sum(rows) FROM system.parts WHERE active AND database = {name:String} AND table != 'schema_version'"
    return bool(cluster.at(node).one(sql, {"name": cluster.local}))


def _on(cluster: Cluster, node: Node, text: str) -> None:
    try:
        server = cluster.at(node)
        if text.startswith("CREATE TABLE") and is_replicated(server):
            text = replicated(text, cluster.local)
        server.run(text, alter_sync=2, mutations_sync=2)
    except EngineFailed as error:
        if isinstance(error, ShardAway) or "Code: " not in str(error):
            raise away(node, error) from error
        raise


def _no_replica_is_forgotten(cluster: Cluster, here: Sequence[Node]) -> None:
    """Without Keeper each replica would hold rows that the others lack."""
    several = [node for node in cluster.nodes if node.replica > 1]
    for node in here if several else ():
        if not is_replicated(cluster.at(node, "default")):
            zh, en = node.named
            raise CannotStart(
                f"{en} is one of several replicas, but has no Keeper, or lacks the macros shard and replica. "
                "Set them up, or name a cluster of one replica a shard.",
                f"{zh}是多个副本之一，但没有 Keeper，或缺少宏 shard 与 replica。"
                "请配置它们，或改用每个分片一个副本的集群。",
            )


def _databases(cluster: Cluster, here: Sequence[Node]) -> None:
    for node in here:
        server = cluster.at(node, "default")
        for name in (cluster.local, cluster.database):
            server.run(f"CREATE DATABASE IF NOT EXISTS {name}")
        _on(cluster, node, VERSIONS)


def lay_over(cluster: Cluster, here: Sequence[Node] = ()) -> None:
    """Make the tables over all shards, on these servers or all, where they are not there or lag behind those of the
    shards."""
    for node in here or cluster.nodes:
        server = cluster.at(node)
        there, over, made = (
            {str(row[0]): row[1] for row in server.rows(sql, {"database": name})}
            for sql, name in (
                (_COLUMNS, cluster.local),
                (_COLUMNS, cluster.database),
                (_OVER, cluster.database),
            )
        )
        for table, columns in there.items():
            text = cluster.over(table)
            if over.get(table) != columns or made.get(table) != text.partition("ENGINE = ")[2]:
                server.run(text)
        for table in made.keys() - there.keys():
            server.run(f"DROP TABLE IF EXISTS {cluster.database}.{table} SYNC")
