"""What was written is believed when it can be read back.

A full disk may report success for parts whose files are empty, or for none at all. A part whose files were cut short
answers a bare count all the same: so the files of the parts that were counted are read too. Where that cannot be
done, or finds anything missing, every column is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from minilens.errors import EngineFailed
from minilens.load import files
from minilens.load.build_sql import DUE
from minilens.load.classify import WAITS
from minilens.load.day_sql import BESIDE, OF_LAUNCHES
from minilens.load.session_sql import EXPECTED_SESSIONS
from minilens.load.unreadable import Unreadable
from minilens.warehouse.engine import Engine


class Unconfirmed(EngineFailed):
    """The engine said that it wrote rows, and they cannot be read back."""


@dataclass(frozen=True)
class Check:
    """Rows of a table that a chunk must have written, and those that can be read. `fresh`: the same where nothing of it
    can be from before, by the number of its load instead of row by row; asked with the days and hours of the chunk."""

    table: str
    expected: str
    written: str
    fresh: str = ""


_IDS = "via != 'import' AND verdict != 'duplicate'"
_HOUR = "toStartOfHour(fromUnixTimestamp64Milli(at, 'UTC'))"
_DAYS = "SELECT groupUniqArray((app, day)) FROM chunk WHERE verdict = ''"
_HOURS = f"SELECT groupUniqArray(toUnixTimestamp({_HOUR})) FROM incoming"

EVENTS = Check(
    "events",
    "SELECT count() FROM chunk WHERE verdict = ''",
    """
SELECT count() FROM events
WHERE (app, day) IN (SELECT DISTINCT app, day FROM chunk WHERE verdict = '') AND segment = {segment:String}
    AND (record, i) IN (SELECT r, i FROM chunk WHERE verdict = '')
    AND (load = {load:UInt64} OR {again:Bool}) AND NOT ignore(*)""",
    """
SELECT count() FROM events
WHERE (app, day) IN {days:Array(Tuple(UInt32, Date))} AND load = {load:UInt64} AND NOT ignore(*)""",
)
#: An id of the chunk is nobody else's: what came before, under another origin, is a duplicate.
IDS = Check(
    "ids",
    f"SELECT count() FROM chunk WHERE {_IDS}",
    f"""
SELECT uniqExact(origin) FROM ids
WHERE received IN (SELECT DISTINCT toDate(hour) FROM chunk WHERE {_IDS})
    AND (app, id) IN (SELECT app, toUInt128(id) FROM chunk WHERE {_IDS}) AND NOT ignore(*)""",
)
QUARANTINE = Check(
    "quarantine",
    f"SELECT count() FROM chunk WHERE {WAITS}",
    f"""
SELECT count() FROM quarantine
WHERE (app, reason, name) IN (SELECT app, verdict, name FROM chunk WHERE {WAITS})
    AND segment = {{segment:String}} AND (record, i) IN (SELECT r, i FROM chunk WHERE {WAITS})
    AND NOT ignore(*)""",
)
#: The parts with the events of a load, and how many each has.
_EVENTS_BY_PART = """
SELECT _part, count() FROM events
WHERE app IN (SELECT app FROM chunk WHERE verdict = '') AND day IN (SELECT day FROM chunk WHERE verdict = '')
    AND load = {load:UInt64}
GROUP BY _part
SETTINGS optimize_move_to_prewhere = 0
"""
#: A chunk that was interrupted finds the rows of the attempt before, under the number of that.
LEDGER = Check(
    "ledger",
    f"SELECT uniqExact(app, key, via, {_HOUR}) FROM incoming",
    f"""
SELECT uniqExact(app, key, via, hour) FROM ledger
WHERE hour IN (SELECT DISTINCT {_HOUR} FROM incoming) AND segment = {{segment:String}}
    AND (app, key, via, hour) IN (SELECT app, key, via, {_HOUR} FROM incoming)
    AND (load = {{load:UInt64}} OR {{again:Bool}}) AND NOT ignore(*)""",
    """
SELECT uniqExact(app, key, via, hour) FROM ledger
WHERE hour IN {hours:Array(UInt32)} AND segment = {segment:String} AND load = {load:UInt64} AND NOT ignore(*)""",
)

CHECKS = (EVENTS, IDS, QUARANTINE, LEDGER)
_EXPECTED = f"SELECT {', '.join(f'({sql})' for sql in (*(check.expected for check in CHECKS), _DAYS, _HOURS))}"


def confirm(
    engine: Engine, segment: str, load: int, bad: list[Unreadable], *, again: bool = False
) -> None:
    """Unconfirmed unless everything that a chunk wrote can be read back; `again`: some of it may be from before."""
    *expected, days, hours = engine.rows(_EXPECTED)[0]
    asked = {"segment": segment, "load": load, "again": again}
    for check, wanted in zip(CHECKS, expected, strict=True):
        fresh = check.fresh and not again
        if wanted and not (check is EVENTS and fresh and _are_there(engine, load, wanted)):
            of_load = {"days": days, "hours": hours} if fresh else {}
            _compare(
                engine,
                check.table,
                wanted,
                check.fresh if fresh else check.written,
                asked | of_load,
            )
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


def _are_there(engine: Engine, load: int, wanted: int) -> bool:
    """Whether all events of a load are in parts that lie whole on the disk; False where that cannot be told."""
    if not engine.embedded:
        return False
    try:
        counted = {row[0]: row[1] for row in engine.rows(_EVENTS_BY_PART, {"load": load})}
    except EngineFailed:
        return False
    return sum(counted.values()) == wanted and files.whole(engine, {"events": counted})


_PARTS = "groupUniqArray(_part)"
_BUILT = f"{DUE} AND build = {{build:UInt64}}"


def _found(*, read: bool) -> str:
    """SQL of what a build wrote, with the parts it is in; `read`: every column is read.

    Every dimension cuts the days into parts, so each has the same sum; some cut launches alone, some are no parts.
    """
    built = f"{_BUILT} AND NOT ignore(*)" if read else _BUILT
    return f"""
SELECT
    ({EXPECTED_SESSIONS}) AS begun,
    (SELECT (count(), sumIf(length(pages) + 1, notEmpty(pages)), countIf(code != ''), {_PARTS})
        FROM sessions WHERE {built}) AS sessions,
    (SELECT (sum(visits), {_PARTS}) FROM page_steps WHERE {built}) AS steps,
    (SELECT (sum(views) + sum(sent), {_PARTS}) FROM day_page_views WHERE {built}) AS seen,
    (SELECT (sum(views) + sum(sent), {_PARTS}) FROM day_visitors WHERE {built}) AS came,
    (SELECT (sum(visits), sum(launches), {_PARTS}) FROM day_values WHERE {built}) AS told,
    (SELECT (count(), {_PARTS}) FROM actions WHERE {built}) AS acted,
    (SELECT (count(), {_PARTS}) FROM profile_values WHERE {built}) AS said,
    (SELECT (minIf(n, NOT launched AND NOT beside), minIf(opened, launched OR dimension = ''),
            groupUniqArrayArray(parts)) FROM
        (SELECT dimension, sum(visits) + sum(shares) AS n, sum(launches) AS opened, {_PARTS} AS parts,
            dimension IN {OF_LAUNCHES} AS launched, dimension IN {BESIDE} AS beside
        FROM days WHERE {built} GROUP BY dimension)) AS days
"""


#: In the order of that.
_TABLES = (
    "sessions", "page_steps", "day_page_views", "day_visitors", "day_values", "actions", "profile_values", "days",
)  # fmt: skip


class Expected(NamedTuple):
    """What the events of a build's days come to; `sessions`: those that were taken over from the build before."""

    views: int
    sent: int
    actions: int
    sessions: int = 0


def confirm_build(engine: Engine, asked: Mapping[str, object], expected: Expected) -> None:
    """Unconfirmed unless what a build wrote can be read back, and says the same."""
    for read in (not engine.embedded, True):
        parts = _agree(engine, asked, expected, read=read)
        if read or files.whole(engine, parts):
            return


def _agree(
    engine: Engine, asked: Mapping[str, object], expected: Expected, *, read: bool
) -> dict[str, list[str]]:
    """The parts of each table that hold a build; Unconfirmed where its rows are too few."""
    try:
        begun, *every = engine.rows(_found(read=read), asked)[0]
        begun += expected.sessions
    except EngineFailed as error:
        raise Unconfirmed(str(error)) from error
    sessions, steps, seen, came, told, acted, _, days = every
    visits = expected.views + expected.sent
    for table, wanted, found in (
        ("sessions", begun, sessions[0]),
        ("page_steps", sessions[1], steps[0]),
        ("day_page_views", visits, seen[0]),
        ("day_visitors", visits, came[0]),
        ("day_values", expected.views, told[0]),
        ("day_values", sessions[2], told[1]),
        ("actions", expected.actions, acted[0]),
        ("days", visits, days[0]),
        ("days", begun, days[1]),
    ):
        _check(table, wanted, found)
    return dict(zip(_TABLES, (one[-1] for one in every), strict=True))


def confirm_written_down(engine: Engine, asked: Mapping[str, object], days: int) -> None:
    """Unconfirmed unless the rows by which a build holds can be read back."""
    sql = f"SELECT count(), {_PARTS} FROM builds WHERE {_BUILT}"
    try:
        count, parts = engine.rows(sql, asked)[0]
    except EngineFailed as error:
        raise Unconfirmed(f"builds: {error}") from error
    if count < days or not files.whole(engine, {"builds": parts}):
        _compare(
            engine,
            "builds",
            days,
            f"SELECT count() FROM builds WHERE {_BUILT} AND NOT ignore(*)",
            asked,
        )


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
