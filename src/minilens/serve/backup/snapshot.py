"""One point in time of everything: engine, records and spool, put aside in a folder.

Loading, building and sweeping stand still for the moment that it takes to give each file of the engine a second
name. Receiving goes on. What is received and not yet loaded at that point is part of it.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path

import msgspec

from minilens import __version__
from minilens.period import now, now_ms
from minilens.records import dump
from minilens.settings import Settings
from minilens.spool.reader import folders
from minilens.warehouse.backups import Backups
from minilens.warehouse.engine import Engine
from minilens.warehouse.snapshot import freeze, link

FILE = "point.json"
SUMS = ("received", "refused", "accepted", "loaded", "duplicate", "quarantined")
LEDGER = (
    f"SELECT {', '.join(f'sum({name})' for name in SUMS)}, max(load), (SELECT count() FROM events) "
    "FROM ledger"
)
_TAIL = 1 << 16


class Point(msgspec.Struct, frozen=True):
    """What was put aside, and when. `segments`: how many bytes of each segment count; `elsewhere`: how many wait in
    those of receivers on other hosts, `away`: receivers that did not answer, so that theirs are not in here."""

    at: int
    program: str
    pause: int  # milliseconds
    embedded: bool  # else events are on servers, and not in here
    warehouse_schema: int
    records: str  # name of the file
    records_schema: str
    secret: bool  # else the secret is a setting, and not in here
    load: int
    events: int
    ledger: dict[str, int]
    segments: dict[str, int]
    #: What to tell ClickHouse servers, in this order, to have the events back; empty where they were not backed up.
    servers: list[tuple[str, str]] = []
    elsewhere: dict[str, int] = {}
    away: list[str] = []


def take(
    settings: Settings,
    engine: Engine,
    into: Path,
    still: Callable[[], AbstractContextManager[None]],
) -> Point:
    """Put everything aside; the folder is there and empty."""
    version = _schema(engine)
    there = _prepared(settings, engine) if version else None
    with still():
        started, at = time.perf_counter(), now_ms()
        if engine.embedded:
            freeze(engine, settings.data / "warehouse", into / "warehouse")
        elif there:
            there.begin()
        segments = _spool(settings.spool, into / "spool")
        # last: no event of the spool is of an app that the records do not know
        with dump.held(settings.records_dsn) as write:
            load, events, ledger = _counts(engine) if version else (0, 0, dict.fromkeys(SUMS, 0))
            pause = time.perf_counter() - started
            records_schema = write(into)
    servers = there.finish() if there else []
    point = Point(
        at=at,
        program=__version__,
        pause=round(pause * 1000),
        embedded=engine.embedded,
        warehouse_schema=version,
        load=load,
        events=events,
        ledger=ledger,
        records=next(n for n in (dump.AS_FILE, dump.AS_LINES) if (into / n).exists()),
        records_schema=records_schema,
        secret=_secret(settings, into),
        segments=segments,
        servers=servers,
    )
    (into / FILE).write_bytes(msgspec.json.encode(point))
    return point


def _prepared(settings: Settings, engine: Engine) -> Backups | None:
    """The backups of events on their servers, not begun; None where they are here, or no disk is named for them."""
    _counts(engine)  # the first time a question takes longer: not while everything stands still
    if engine.embedded or not settings.backup_disk:
        return None
    return Backups(engine, settings.backup_disk, f"minilens-{now():%Y-%m-%dT%H%M%SZ}")


def _secret(settings: Settings, into: Path) -> bool:
    """Put the folder's secret aside, where it is in use: one that was made there and then given otherwise is void."""
    own = settings.data / "secret"
    if not own.exists() or own.read_bytes().strip() != settings.secret:
        return False
    shutil.copyfile(own, into / "secret")
    return True


def _schema(engine: Engine) -> int:
    """Version of the warehouse's schema; 0 where no table was made yet."""
    made = (
        "SELECT count() FROM system.tables WHERE name = 'ledger' AND database = currentDatabase()"
    )
    return int(engine.one("SELECT max(version) FROM schema_version")) if engine.one(made) else 0


def _counts(engine: Engine) -> tuple[int, int, dict[str, int]]:
    """Last load, events, sums of the ledger."""
    *sums, load, events = (int(n) for n in engine.rows(LEDGER)[0])
    return load, events, dict(zip(SUMS, sums, strict=True))


def _whole(segment: Path) -> int:
    """Bytes up to the end of the last whole record: one that is being written is not acknowledged yet."""
    with open(segment, "rb") as file:
        end = file.seek(0, os.SEEK_END)
        while end > 0:
            start = max(0, end - _TAIL)
            file.seek(start)
            cut = file.read(end - start).rfind(b"\n")
            if cut >= 0:
                return start + cut + 1
            end = start
    return 0


def _spool(spool: Path, into: Path) -> dict[str, int]:
    """Segments with something that is not loaded, and the marks of these; bytes that count by name."""
    found: dict[str, int] = {}
    into.mkdir()
    for folder in folders(spool):
        kept = {}
        for segment in folder.segments():
            size = _whole(segment.path)
            if size <= segment.loaded and not folder.intended(segment.id):
                continue
            (into / folder.path.name).mkdir(exist_ok=True)
            link(segment.path, into / folder.path.name / segment.path.name)
            found[f"spool/{folder.path.name}/{segment.path.name}"] = size
            kept[segment.id] = folder.mark_of(segment.id)
        if kept:
            marks = json.dumps({name: asdict(mark) for name, mark in kept.items()})
            (into / folder.path.name / "marks.json").write_text(marks)
    return found
