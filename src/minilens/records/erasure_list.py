"""The orders to erase as a file of lines: beside backups, so that an older one is restored without whom they are about.

It names nobody: identities are keyed hashes, of which only the server's secret makes anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from minilens.records.erasures import Erasure, Erasures

#: In a data folder that was just restored; beside backups.
RESTORED, BESIDE = "erasures.jsonl", "minilens-erasures.jsonl"


class _Line(msgspec.Struct):
    id: str
    app: int
    at: int
    whole: bool
    keys: list[int]


def read(path: Path) -> list[Erasure]:
    """The orders of a file; none where there is none. A line that was cut short is left out."""
    found = []
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    for line in lines:
        try:
            one = msgspec.json.decode(line, type=_Line)
        except msgspec.MsgspecError:
            continue
        at = datetime.fromtimestamp(one.at / 1000, UTC)
        found.append(Erasure(one.id, one.app, at, one.whole, tuple(one.keys), {}))
    return found


def add(path: Path, orders: Iterable[Erasure]) -> None:
    """Have these in the file, too; whole, or as it was."""
    every = {one.id: one for one in (*read(path), *orders)}
    lines = [
        msgspec.json.encode(_Line(one.id, one.app, one.until, one.whole, list(one.keys)))
        for one in sorted(every.values(), key=lambda one: (one.at, one.id))
    ]
    if not lines:
        return
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(b"\n".join(lines) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def copy(path: Path, data: Path) -> None:
    """Leave them to the first start of a data folder."""
    add(data / RESTORED, read(path))


def adopt(erasures: Erasures, data: Path) -> int:
    """Take over what a restore left in the data folder; how many orders were new."""
    path = data / RESTORED
    count = erasures.adopt(found) if (found := read(path)) else 0
    path.unlink(missing_ok=True)
    return count
