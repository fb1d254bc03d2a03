"""What was written is believed when it can be read back.

A full disk may report success for parts whose files are empty, or for none at all. Every column is read: a part
whose files were cut short answers a bare count all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from minilens.errors import EngineFailed
from minilens.load.build_sql import DUE
from minilens.load.session_sql import EXPECTED_SESSIONS
from minilens.load.unreadable import Unreadable
from minilens.warehouse.engine import Engine


class Unconfirmed(EngineFailed):
    """The engine said that it wrote rows, and they cannot be read back."""


@dataclass(frozen=True)
class Check:
    """Rows of a table that a chunk must have written, and those that can be read."""

    table: str
    expected: str
    written: str


_IDS = "via != 'import' AND verdict != 'duplicate'"
_WAITING = "verdict NOT IN ('', 'duplicate')"
_HOUR = "toStartOfHour(fromUnixTimestamp64Milli(at, 'UTC'))"

EVENTS = Check(
    "events",
    "SELECT count() FROM chunk WHERE verdict = ''",
    """
SELECT count() FROM events
WHERE (app, day) IN (SELECT DISTINCT app, day FROM chunk WHERE verdict = '') AND segment = {segment:String}
    AND (record, i) IN (SELECT r, i FROM chunk WHERE verdict = '')
    AND (load = {load:UInt64} OR {again:Bool}) AND NOT ignore(*)""",
)
IDS = Check(
    "ids",
    f"SELECT count() FROM chunk WHERE {_IDS}",
    f"""
SELECT uniqExact(origin) FROM ids
WHERE received IN (SELECT DISTINCT toDate(hour) FROM chunk WHERE {_IDS})
    AND (app, id) IN (SELECT app, toUInt128(id) FROM chunk WHERE {_IDS})
    AND origin IN (SELECT origin FROM chunk WHERE {_IDS}) AND NOT ignore(*)""",
)
QUARANTINE = Check(
    "quarantine",
    f"SELECT count() FROM chunk WHERE {_WAITING}",
    f"""
SELECT count() FROM quarantine
WHERE (app, reason, name) IN (SELECT app, verdict, name FROM chunk WHERE {_WAITING})
    AND segment = {{segment:String}} AND (record, i) IN (SELECT r, i FROM chunk WHERE {_WAITING})
    AND NOT ignore(*)""",
)
#: A chunk that was interrupted finds the rows of the attempt before, under the number of that.
LEDGER = Check(
    "ledger",
    f"SELECT uniqExact(app, key, via, {_HOUR}) FROM incoming",
    f"""
SELECT uniqExact(app, key, via, hour) FROM ledger
WHERE hour IN (SELECT DISTINCT {_HOUR} FROM incoming) AND segment = {{segment:String}}
    AND (app, key, via, hour) IN (SELECT app, key, via, {_HOUR} FROM incoming)
    AND (load = {{load:UInt64}} OR {{again:Bool}}) AND NOT ignore(*)""",
)


def confirm(
    engine: Engine, segment: str, load: int, bad: list[Unreadable], *, again: bool = False
) -> None:
    """Unconfirmed unless everything that a chunk wrote can be read back; `again`: some of it may be from before."""
    asked = {"segment": segment, "load": load, "again": again}
    for check in (EVENTS, IDS, QUARANTINE, LEDGER):
        if expected := engine.one(check.expected):
            _compare(engine, check.table, expected, check.written, asked)
    if bad:
        numbers = sorted({one.record for one in bad})
        records = {"segment": segment, "records": numbers}
        sql = (
            "SELECT uniqExact(record) FROM quarantine WHERE reason = 'unreadable' AND segment = {segment:String}"
            " AND record IN {records:Array(UInt32)} AND NOT ignore(*)"
        )
        _compare(engine, "quarantine", len(numbers), sql, records)
        sql = "SELECT count() FROM ledger WHERE segment = {segment:String} AND load = 0 AND NOT ignore(*)"
        _compare(engine, "ledger", len(bad), sql, records)


_BUILT = f"{DUE} AND build = {{build:UInt64}} AND NOT ignore(*)"
#: Every dimension cuts the days into parts, so each has the same sum.
_FOUND = f"""
SELECT
    ({EXPECTED_SESSIONS}) AS begun,
    (SELECT count() FROM sessions WHERE {_BUILT}) AS sessions,
    (SELECT sum(views) + sum(sent) FROM day_page_views WHERE {_BUILT}) AS seen,
    (SELECT count() FROM actions WHERE {_BUILT}) AS acted,
    (SELECT count() FROM profile_values WHERE {_BUILT}) AS said,
    (SELECT min(n) FROM
        (SELECT sum(visits) + sum(shares) AS n FROM days WHERE {_BUILT} GROUP BY dimension)) AS summed,
    (SELECT sum(launches) FROM days WHERE {_BUILT} AND dimension = '') AS launched
"""


class Expected(NamedTuple):
    """What the events of a build's days come to."""

    views: int
    sent: int
    actions: int


def confirm_build(engine: Engine, asked: dict[str, object], expected: Expected) -> None:
    """Unconfirmed unless what a build wrote can be read back, and says the same."""
    try:
        begun, sessions, seen, acted, _, summed, launched = engine.rows(_FOUND, asked)[0]
    except EngineFailed as error:
        raise Unconfirmed(str(error)) from error
    visits = expected.views + expected.sent
    for table, wanted, found in (
        ("sessions", begun, sessions),
        ("day_page_views", visits, seen),
        ("actions", expected.actions, acted),
        ("days", visits, summed),
        ("days", begun, launched),
    ):
        _check(table, wanted, found or 0)


def confirm_written_down(engine: Engine, asked: Mapping[str, object], days: int) -> None:
    """Unconfirmed unless the rows by which a build holds can be read back."""
    _compare(engine, "builds", days, f"SELECT count() FROM builds WHERE {_BUILT}", asked)


def _compare(
    engine: Engine, table: str, expected: int, sql: str, asked: Mapping[str, object]
) -> None:
    try:
        found = engine.one(sql, asked)
    except EngineFailed as error:
        raise Unconfirmed(f"{table}: {error}") from error
    _check(table, expected, found)


def _check(table: str, expected: int, found: int) -> None:
    if found < expected:
        raise Unconfirmed(f"{table}: of {expected} written {found} can be read back")
