"""Insert a few rows that were made in Python."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from minilens.warehouse.engine import Engine

_encode = msgspec.json.Encoder().encode


def insert_rows(
    engine: Engine,
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    token: str = "",
) -> None:
    """Insert rows as one block; nothing where there are none."""
    if rows:
        block = b"\n".join([_encode(row) for row in rows])
        engine.insert(table, block, columns=columns, form="JSONCompactEachRow", token=token)


def stamp(milliseconds: int) -> str:
    """A moment as the engine reads it: 2026-11-22 03:04:05.678, in UTC."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{milliseconds % 1000:03d}"
