"""What a warehouse holds of a table, slice by slice: how many rows, and a checksum of them.

A slice is what is compared with another warehouse and copied into it as a whole. Its rows lie in one partition and,
where the table's order allows it, beside each other; what comes later touches few of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from minilens.warehouse.engine import Engine

_DAY, _BUILD = "toUInt32(day)", "cityHash64(day, build)"
#: Persons are numbered as they come: those of one slice came together.
_PERSON = "intDiv(person, 65536)"
_NODE = "bitShiftRight(node, 58)"
#: Table → the number of a row's slice. Every table that holds rows is here.
SLICES = {
    "events": f"{_DAY} * 64 + bitShiftRight(actor, 58)",
    "sessions": _BUILD,
    "page_steps": _BUILD,
    "day_page_views": _BUILD,
    "day_visitors": _BUILD,
    "day_values": _BUILD,
    "days": _BUILD,
    "actions": _BUILD,
    "profile_values": _BUILD,
    "builds": "toYYYYMM(day)",
    "dirty": "toYYYYMM(day)",
    "person_map": _PERSON,
    "person_moves": _PERSON,
    "persons": _PERSON,
    "first_touches": _PERSON,
    "links": _NODE,
    "keep_apart": _NODE,
    "ids": "app",
    "ledger": "toUInt32(toDate(hour))",
    "quarantine": "toUInt32(toDate(at))",
    "left_quarantine": "intDiv(number, 65536)",
    "cohort_members": "cityHash64(cohort, version)",
    "erased": "app",
    "property_names": "app",
    "left_out_properties": "app",
    "removed_secrets": "app",
}
#: Of these only the newest row of a key counts; which of the others are still there is chance.
NEWEST_ONLY = frozenset({"persons", "first_touches", "links", "keep_apart"})
#: Bytes, rows and slices that are copied at once: what a copy takes of memory, and of a statement's length.
MOST_BYTES, MOST_ROWS, MOST_SLICES = 48 << 20, 250_000, 2_000
_WRAP = 1 << 64

#: Two signatures: by the names of the parts, and by what no merge changes (`Partition`). The latter is none where it
#: could miss something: rows that are hidden go in a merge, and inserts into a replicated table need not come in the
#: order of their numbers. The version of a part that was never mutated is the number of its first block.
_PARTITIONS = """
SELECT table, partition_id, sum(rows), sum(bytes_on_disk), sum(data_uncompressed_bytes),
    toString(sipHash64(arraySort(groupArray(name)))) AS by_name,
    if(max(has_lightweight_delete) OR max(engine LIKE 'Replicated%'), '',
        toString(sipHash64(
            min(min_block_number), max(max_block_number), max(if(data_version = min_block_number, 0, data_version)),
            if(table IN {newest:Array(String)}, 0, sum(rows))
        ))) AS by_blocks
FROM system.parts
WHERE active AND database = currentDatabase() AND table IN {tables:Array(String)}
GROUP BY table, partition_id"""
_HALF_MUTATED = (
    "SELECT DISTINCT table FROM system.mutations WHERE database = currentDatabase() AND NOT is_done"
)
_COLUMNS = """
SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String} ORDER BY position"""


@dataclass(frozen=True)
class Partition:
    """`signature`: while it is the same, so are the rows, also where parts are merged. It is made of the first and the
    last block, the last mutation and the count of rows: what is inserted has a higher block, what is deleted or changed
    a higher mutation, and a partition that is dropped begins at another block. `plain`: bytes before they are packed.
    """

    table: str
    name: str
    rows: int
    bytes: int
    plain: int
    signature: str

    @property
    def key(self) -> str:
        return f"{self.table}/{self.name}"


@dataclass(frozen=True)
class Slice:
    """What is compared: rows and their checksums. Where the table has days, they lie between these two."""

    rows: int
    sums: tuple[int, int]
    days: tuple[date, date] | None = None

    def __add__(self, other: Slice) -> Slice:
        one, two = self.sums, other.sums
        days = None
        if self.days and other.days:
            days = min(self.days[0], other.days[0]), max(self.days[1], other.days[1])
        sums = (one[0] + two[0]) % _WRAP, one[1] ^ two[1]
        return Slice(self.rows + other.rows, sums, days)


#: The slices of a partition by their numbers.
Slices = dict[int, Slice]


def partitions(engine: Engine) -> dict[str, Partition]:
    """Every partition of every table, of all shards, by its key. Without reading a row."""
    asked = {"tables": list(SLICES), "newest": sorted(NEWEST_ONLY)}
    some = list(engine.rows_of_shards(_PARTITIONS, asked))
    # Looked for afterwards: what is half mutated has the number of the mutation already, and would keep it.
    half = {str(row[0]) for row in engine.rows_of_shards(_HALF_MUTATED)}
    found: dict[str, Partition] = {}
    for table, name, rows, packed, plain, by_name, by_blocks in some:
        signature = by_name if table in half or not by_blocks else by_blocks
        one = Partition(table, name, rows, packed, plain, signature)
        if before := found.get(one.key):
            one = Partition(
                one.table, one.name, before.rows + one.rows, before.bytes + one.bytes, before.plain + one.plain,
                f"{before.signature} {one.signature}",
            )  # fmt: skip
        found[one.key] = one
    return found


def columns(engine: Engine, table: str) -> dict[str, str]:
    """The columns of a table and their types."""
    return {str(name): str(kind) for name, kind in engine.rows(_COLUMNS, {"table": table})}


def slices(engine: Engine, table: str, partition: str) -> Slices:
    """What a partition holds, over all shards."""
    kinds = columns(engine.shards()[0], table)
    days = "min(day), max(day)" if "day" in kinds else "NULL, NULL"
    day = ", day" if "day" in kinds else ""
    sql = (
        f"SELECT slice, count(), sum(hashed), groupBitXor(hashed), {days} FROM "
        f"(SELECT toUInt64({SLICES[table]}) AS slice, {hashed(kinds)} AS hashed{day} FROM {read_from(table)} "
        "WHERE _partition_id = {partition:String}) GROUP BY slice"
    )
    found: Slices = {}
    for number, rows, added, crossed, first, last in engine.rows_of_shards(
        sql, {"partition": partition}
    ):
        one = Slice(rows, (added, crossed), (first, last) if first else None)
        found[number] = found[number] + one if number in found else one
    return found


def counts(engine: Engine) -> dict[str, int]:
    """How many rows each partition of each table has, by its key. Without reading what is in them, but of rows that
    replace each other."""
    found: dict[str, int] = {}
    for table in SLICES:
        sql = f"SELECT _partition_id, count() FROM {read_from(table)} GROUP BY _partition_id"
        for name, rows in engine.rows_of_shards(sql):
            found[f"{table}/{name}"] = found.get(f"{table}/{name}", 0) + int(rows)
    return found


def read_from(table: str) -> str:
    """The table as it is read: of rows that replace each other the newest."""
    return f"{table} FINAL" if table in NEWEST_ONLY else table


def hashed(kinds: Mapping[str, str]) -> str:
    """SQL of a number made of all that a row says; the same in every version of the engine."""
    return f"sipHash64({', '.join(_told(name, kind) for name, kind in kinds.items())})"


def _told(name: str, kind: str) -> str:
    """A column as it is hashed: by what it says, not by how it lies."""
    if kind.startswith("JSON"):
        return f"toString({name})"
    if kind.startswith("AggregateFunction"):
        return f"arraySort(bitmapToArray({name}))"
    if kind.startswith("Nullable"):
        return f"isNull({name}), ifNull({name}, 0)"
    if kind.startswith("Map"):
        return f"arraySort(arrayZip(mapKeys({name}), mapValues({name})))"
    return name


@dataclass(frozen=True)
class Batch:
    """Slices that are copied at once; of one that is too large for that, one of `of` parts."""

    numbers: tuple[int, ...]
    rows: int
    days: tuple[date, date] | None
    part: int = 0
    of: int = 1

    def condition(self, table: str, kinds: Mapping[str, str]) -> tuple[str, dict[str, object]]:
        """SQL of its rows within a partition, and what that is asked with."""
        text = f"toUInt64({SLICES[table]}) IN {{slices:Array(UInt64)}}"
        asked: dict[str, object] = {"slices": list(self.numbers)}
        if self.days:
            text += " AND day BETWEEN {first:Date} AND {last:Date}"
            asked |= {"first": self.days[0], "last": self.days[1]}
        if self.of > 1:
            text += f" AND {hashed(kinds)} % {self.of} = {self.part}"
        return text, asked


def batches(some: Slices, most_rows: int) -> Iterable[Batch]:
    """All of these slices, so many rows at a time, by their days."""

    def order(number: int) -> tuple[date, int]:
        days = some[number].days
        return days[0] if days else date.min, number

    held: list[int] = []
    for number in sorted(some, key=order):
        rows = some[number].rows
        if rows > most_rows:
            of = -(-rows // most_rows)
            for part in range(of):
                yield Batch((number,), rows // of, some[number].days, part, of)
            continue
        if held and (_rows(some, held) + rows > most_rows or len(held) >= MOST_SLICES):
            yield _batch(some, held)
            held = []
        held.append(number)
    if held:
        yield _batch(some, held)


def _rows(some: Slices, numbers: Sequence[int]) -> int:
    return sum(some[number].rows for number in numbers)


def _batch(some: Slices, numbers: Sequence[int]) -> Batch:
    spans = [days for number in numbers if (days := some[number].days)]
    days = (min(one[0] for one in spans), max(one[1] for one in spans)) if spans else None
    return Batch(tuple(numbers), _rows(some, numbers), days)
