"""Rows of erased persons taken out of an archive whose events are no longer kept."""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from minilens.identity.actor import actor
from minilens.load.erased import keys_of
from minilens.records.store import Erasure
from minilens.warehouse.engine import Engine

_USER = "user_id"
#: So many users are asked about at once.
MOST = 10_000
#: The second column of a row, in quotes or without.
_SECOND = re.compile(rb'(?:"(?:[^"]|"")*"|[^,"]*),(?:"([^"]*)"|([^,"]*))').match


def users(parquet: Path) -> list[str]:
    """Everybody whom the file names, in order."""
    from pyarrow import compute  # type: ignore[import-untyped]
    from pyarrow import parquet as files

    found: set[str] = set()
    for batch in files.ParquetFile(parquet).iter_batches(columns=[_USER]):
        found.update(compute.unique(batch.column(0)).cast("string").to_pylist())
    return sorted(found)


def erased(
    engine: Engine, secret: bytes, app: int, named: Iterable[str], orders: Iterable[Erasure]
) -> set[str]:
    """Those of the users whom one of the orders is about: an order holds keyed hashes only."""
    keys = set(chain.from_iterable(one.keys for one in orders))
    found: set[str] = set()
    left = iter(named)
    while some := list(islice(left, MOST)):
        theirs = keys_of(engine, secret, app, [actor(app, "c_memberid", user) for user in some])
        found.update(user for user, key in zip(some, theirs, strict=True) if key in keys)
    return found


def rewrite_csv(source: Path, into: Path, gone: Collection[str]) -> int:
    """Write the rows of all others, each as it stands; how many."""
    count = -1
    with (
        gzip.open(source, "rb") as file,
        open(into, "wb") as out,
        gzip.GzipFile(into.stem, "wb", 5, out, mtime=0) as packed,
    ):
        for row in _rows(file):
            if _user_of(row) not in gone:
                packed.write(row)
                count += 1
    return count


def _user_of(row: bytes) -> str:
    found = _SECOND(row)
    return (found[1] or found[2] or b"").decode() if found else ""


def _rows(file: Iterable[bytes]) -> Iterator[bytes]:
    """Rows as they stand: one goes on over lines while a quote is open."""
    held = b""
    for line in file:
        held += line
        if held.count(b'"') % 2 == 0:
            yield held
            held = b""


def rewrite_parquet(source: Path, into: Path, gone: Collection[str]) -> int:
    """Write the rows of all others; how many."""
    import pyarrow
    from pyarrow import compute
    from pyarrow import parquet as files

    count, read = 0, files.ParquetFile(source)
    theirs = pyarrow.array(sorted(gone), pyarrow.string())
    with files.ParquetWriter(into, read.schema_arrow, compression="zstd") as out:
        for batch in read.iter_batches():
            names: Any = batch.column(_USER).cast("string")
            kept = batch.filter(compute.invert(compute.is_in(names, value_set=theirs)))
            out.write_batch(kept)
            count += kept.num_rows
    return count
