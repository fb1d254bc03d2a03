"""What was written is believed when it can be read back.

A full disk may report success for parts whose files are empty, or for none at all. Every column is read: a part
whose files were cut short answers a bare count all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minilens.errors import EngineFailed
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
    AND (record, i) IN (SELECT r, i FROM chunk WHERE verdict = '') AND NOT ignore(*)""",
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


_BUILT = (
    "app = {app:UInt32} AND day IN {days:Array(Date)} AND build = {build:UInt64} AND NOT ignore(*)"
)
_EXPECTED_OF_BUILD = """
SELECT countIf(name = 'page_view'), countIf(name = 'share'), (
    SELECT count() FROM spans
    WHERE opened AND day IN {days:Array(Date)} AND (traffic, person, session, day) NOT IN
        (SELECT traffic, person, session, day + 1 FROM spans WHERE opened)
)
FROM building WHERE day IN {days:Array(Date)}"""


def confirm_build(engine: Engine, asked: dict[str, object]) -> None:
    """Unconfirmed unless the sessions, visits and days of a build can be read back, and say the same."""
    views, sent, sessions = engine.rows(_EXPECTED_OF_BUILD, asked)[0]
    _compare(engine, "sessions", sessions, f"SELECT count() FROM sessions WHERE {_BUILT}", asked)
    sql = f"SELECT sum(views) + sum(sent) FROM visits WHERE {_BUILT}"
    _compare(engine, "visits", views + sent, sql, asked)
    # every dimension cuts the days into parts, so each has the same sum
    sums = f"SELECT sum(visits) + sum(shares) AS n FROM days WHERE {_BUILT} GROUP BY dimension"
    _compare(engine, "days", views + sent, f"SELECT min(n) FROM ({sums})", asked)
    sql = f"SELECT sum(launches) FROM days WHERE {_BUILT} AND dimension = ''"
    _compare(engine, "days", sessions, sql, asked)


def confirm_written_down(engine: Engine, asked: dict[str, object], days: int) -> None:
    """Unconfirmed unless the rows by which a build holds can be read back."""
    _compare(engine, "builds", days, f"SELECT count() FROM builds WHERE {_BUILT}", asked)


def _compare(
    engine: Engine, table: str, expected: int, sql: str, asked: Mapping[str, object]
) -> None:
    try:
        found = engine.one(sql, asked)
    except EngineFailed as error:
        raise Unconfirmed(f"{table}: {error}") from error
    if found < expected:
        raise Unconfirmed(f"{table}: of {expected} written {found} can be read back")
