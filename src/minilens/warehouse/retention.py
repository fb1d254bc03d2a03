"""How long rows are kept: first visits, sessions and the days' totals outlive their events, actions and parameters of
pages do not.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from minilens.period import floor, today
from minilens.warehouse.engine import Engine


def expire(
    engine: Engine, app: int, *, months: int, day: date | None = None, spared: Collection[int] = ()
) -> list[int]:
    """Drop the app's events, and the actions and parameters made of them, of whole months older than `months`
    before `day`, but those that are `spared`.

    Returns the months, as 202611.
    """
    first = floor(day or today("UTC"), "month")
    for _ in range(months):
        first = floor(first - timedelta(days=1), "month")
    limit = first.year * 100 + first.month
    partitions = engine.rows_of_shards(
        "SELECT DISTINCT table, partition FROM system.parts WHERE active AND table IN ('events', 'actions') "
        "AND database = currentDatabase() ORDER BY table"
    )
    dropped = set()
    for table, partition in dict.fromkeys((row[0], row[1]) for row in partitions):
        of, month = (int(n) for n in partition.strip("()").split(","))
        if of == app and month < limit and month not in spared:
            engine.on_each_shard(f"ALTER TABLE {table} DROP PARTITION ({of}, {month})")
            dropped.add(month)
    if dropped:
        engine.kept.forget()
    gone = "app = {app:UInt32} AND dimension = 'query' AND toYYYYMM(day) < {limit:UInt32}"
    asked = {"app": app, "limit": limit}
    if engine.one(f"SELECT count() FROM (SELECT 1 FROM day_values WHERE {gone} LIMIT 1)", asked):
        engine.on_each_shard(f"ALTER TABLE day_values DELETE WHERE {gone}", asked, mutations_sync=2)
    return sorted(dropped)


def forget_ids(engine: Engine, *, days: int, day: date | None = None) -> None:
    """Drop ids received longer ago than any tracker may send again."""
    limit = (day or today("UTC")) - timedelta(days=days)
    partitions = engine.rows_of_shards(
        "SELECT DISTINCT partition FROM system.parts WHERE active AND table = 'ids' "
        "AND database = currentDatabase()"
    )
    for partition in dict.fromkeys(row[0] for row in partitions):
        if date.fromisoformat(partition.strip("'")) < limit:
            engine.on_each_shard(f"ALTER TABLE ids DROP PARTITION '{partition}'")
