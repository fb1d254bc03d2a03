"""Rows that go for good: hidden at once where nobody must read them any more, off the disk when there is time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from minilens.warehouse.engine import Engine

#: Tables of which rows are hidden first: parts of these may be large.
HIDDEN = (
    "events", "quarantine", "persons", "first_touches", "links", "keep_apart", "person_moves", "person_map",
    "cohort_members",
)  # fmt: skip
#: Parts with hidden rows, of an app.
_WITH_HIDDEN = """
SELECT DISTINCT table, partition_id FROM system.parts
WHERE database = currentDatabase() AND active AND has_lightweight_delete AND table IN {tables:Array(String)}
    AND splitByChar('-', partition_id)[1] = {app:String}
ORDER BY table, partition_id"""


def hide(
    engine: Engine, table: str, where: str, asked: Mapping[str, object], within: Sequence[str]
) -> None:
    """Nobody reads these rows any more, of the partitions named; they are still on the disk."""
    if _there(engine, table, where, asked):
        for one in within:
            engine.on_each_shard(
                f"DELETE FROM {table} {one} WHERE {where}", asked, allow_nondeterministic_mutations=1
            )  # fmt: skip


def off_the_disk(engine: Engine, app: int) -> None:
    """Write the parts of an app anew in which rows are hidden, without these."""
    told = {"tables": list(HIDDEN), "app": str(app)}
    for shard in engine.shards():
        for table, partition in shard.rows(_WITH_HIDDEN, told):
            shard.run(
                f"ALTER TABLE {table} APPLY DELETED MASK IN PARTITION ID '{partition}'", mutations_sync=2
            )  # fmt: skip


def remove(engine: Engine, table: str, where: str, asked: Mapping[str, object]) -> None:
    """Delete rows for good, not only hide them. Every part of the table is gone through."""
    if _there(engine, table, where, asked):
        engine.on_each_shard(
            f"ALTER TABLE {table} DELETE WHERE {where}", asked, mutations_sync=2,
            allow_nondeterministic_mutations=1,
        )  # fmt: skip
        engine.kept.forget()


def _there(engine: Engine, table: str, where: str, asked: Mapping[str, object]) -> bool:
    there = f"SELECT count() FROM (SELECT 1 FROM {table} WHERE {where} LIMIT 1)"
    return bool(engine.one(there, asked))
