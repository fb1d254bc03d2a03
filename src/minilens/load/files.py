"""Whether parts lie on the disk as the engine wrote them: each file is there, can be read, and is as long as it says.

A disk that is full cuts files short; their lengths tell that at a thirtieth of what reading every column costs.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping

from minilens.warehouse.engine import Engine

#: Files that the engine does not count in the size of a part. They are never empty.
UNCOUNTED = {
    "checksums.txt", "columns.txt", "columns_substreams.txt", "default_compression_codec.txt", "metadata_version.txt",
    "txn_version.txt", "uuid.txt",
}  # fmt: skip
_READ_BYTES = 1 << 20


def whole(engine: Engine, parts: Mapping[str, Collection[str]]) -> bool:
    """Whether all of these parts of tables are; False where that cannot be told: parts of a server, or merged and gone
    by now."""
    if not engine.embedded:
        return False
    asked = sorted((table, name) for table, names in parts.items() for name in names)
    sql = (
        "SELECT path, bytes_on_disk, level FROM system.parts WHERE database = currentDatabase() "
        "AND table IN {tables:Array(String)} AND (table, name) IN {parts:Array(Tuple(String, String))}"
    )
    found = engine.rows(sql, {"tables": sorted(parts), "parts": asked}) if asked else []
    try:
        return len(found) == len(asked) and all(
            _length(path, read=level == 0) == size for path, size, level in found
        )
    except OSError:
        return False


def _length(path: str, *, read: bool) -> int:
    """Bytes of the files of a part, but for the uncounted; -1 where one of these is empty. What a merge wrote is large,
    and only looked at: who wrote it had read all that came before."""
    total = 0
    with os.scandir(path) as files:
        for file in files:
            size = _read(file.path) if read else file.stat().st_size
            if file.name not in UNCOUNTED:
                total += size
            elif not size:
                return -1
    return total


def _read(path: str) -> int:
    total = 0
    with open(path, "rb", buffering=0) as file:
        while block := file.read(_READ_BYTES):
            total += len(block)
    return total
