"""Makes a partition of one warehouse hold what it holds in another one: what differs goes, and is copied.

It may be ended at any point and begun again, and the source may change meanwhile: what counts is what the two hold, not
what was done. So nothing is written down that could be wrong, and nothing is doubled.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from minilens.warehouse.engine import Engine
from minilens.warehouse.slices import (
    MOST_BYTES,
    MOST_ROWS,
    Batch,
    Partition,
    Slices,
    batches,
    columns,
    read_from,
    slices,
)


@dataclass(frozen=True)
class Copy:
    """From one warehouse to another. `told` hears of rows that were copied or deleted, and raises where it is to end.

    `fault`: tests interrupt here.
    """

    source: Engine
    target: Engine
    told: Callable[[int], None] = lambda rows: None
    fault: Callable[[str], None] = lambda point: None

    def match(self, one: Partition) -> bool:
        """Make the target's partition as the source's, as far as that stands still; whether they are the same now."""
        here = slices(self.source, one.table, one.name)
        there = slices(self.target, one.table, one.name)
        if here == there:
            return True
        differ = {number: some for number, some in here.items() if there.get(number) != some}
        self._delete(one, {n: some for n, some in there.items() if here.get(n) != some}, there)
        most = max(1_000, min(MOST_ROWS, MOST_BYTES * one.rows // max(1, one.plain)))
        for batch in batches(differ, most):
            self._copy(one, batch)
        return here == slices(self.target, one.table, one.name)

    def drop(self, one: Partition) -> None:
        """Drop a partition of the target that the source has no more."""
        self.target.on_each_shard(f"ALTER TABLE {one.table} DROP PARTITION ID '{one.name}'")
        self.told(one.rows)

    def _delete(self, one: Partition, gone: Slices, there: Slices) -> None:
        """Delete slices from the target; the whole partition where that is all of it."""
        if len(gone) == len(there):
            if there:
                self.drop(one)
            return
        kinds = columns(self.target.shards()[0], one.table)
        for batch in batches(gone, sum(some.rows for some in gone.values())):
            condition, asked = batch.condition(one.table, kinds)
            self.target.on_each_shard(
                f"DELETE FROM {one.table} IN PARTITION ID '{one.name}' WHERE {condition}", asked
            )
            self.fault("deleted")
            self.told(batch.rows)

    def _copy(self, one: Partition, batch: Batch) -> None:
        for shard in self.source.shards():
            kinds = columns(shard, one.table)
            condition, asked = batch.condition(one.table, kinds)
            block = shard.native(
                f"SELECT {', '.join(kinds)} FROM {read_from(one.table)} "
                f"WHERE _partition_id = {{partition:String}} AND {condition}",
                asked | {"partition": one.name},
            )
            if block:
                # A token of its own: to leave out a block that was there once, and was deleted since, would lose it.
                # It is held against the source afterwards. That nothing is left out cannot be set for all shards.
                token = secrets.token_hex(16)
                self.target.insert(one.table, block, columns=list(kinds), token=token)
        self.fault("copied")
        self.told(batch.rows)
