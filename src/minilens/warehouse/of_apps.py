"""What names the rows of each app: while it stays the same, they do, and so does all that a report can say of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from minilens.warehouse.engine import Engine
from minilens.warehouse.slices import Partition, columns, hashed, partitions

#: Tables whose partitions hold rows of several apps. Those of `ids` are only for loading.
TOGETHER = ("ledger", "erased", "property_names", "left_out_properties", "removed_secrets")
UNREAD = ("ids",)


@dataclass(frozen=True)
class RowsOfApp:
    """`parts`: what lies in partitions of its own, by key and signature; `sums`: what it has of the other tables."""

    parts: frozenset[tuple[str, str]] = frozenset()
    sums: frozenset[tuple[Hashable, ...]] = frozenset()

    def noted(self, known: Mapping[str, str]) -> bool:
        """Whether each of its parts is among these."""
        return all(known.get(key) == signature for key, signature in self.parts)


def rows_of_apps(engine: Engine) -> dict[int, RowsOfApp]:
    """Of each app that has rows. Without reading any, but for those of small tables."""
    parts: dict[int, set[tuple[str, str]]] = {}
    for one in partitions(engine).values():
        if one.rows and (app := app_of(one)) is not None:
            parts.setdefault(app, set()).add((one.key, one.signature))
    sums = sums_of_apps(engine)
    return {
        app: RowsOfApp(frozenset(parts.get(app, ())), sums.get(app, frozenset()))
        for app in parts.keys() | sums.keys()
    }


def sums_of_apps(engine: Engine) -> dict[int, frozenset[tuple[Hashable, ...]]]:
    """What each app has of the tables that hold rows of several: how many, and a checksum of them."""
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for table in TOGETHER:
        kinds = columns(engine.shards()[0], table)
        sql = f"SELECT app, count(), groupBitXor({hashed(kinds)}) FROM {table} GROUP BY app"
        for app, rows, crossed in engine.rows_of_shards(sql):
            before = found.setdefault(int(app), {}).get(table, (0, 0))
            found[int(app)][table] = before[0] + int(rows), before[1] ^ int(crossed)
    return {app: frozenset(some.items()) for app, some in found.items()}


def app_of(one: Partition) -> int | None:
    """That of a partition: the first of what its name is made of. None where several share it."""
    return None if one.table in (*TOGETHER, *UNREAD) else int(one.name.partition("-")[0])
