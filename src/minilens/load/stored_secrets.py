"""Secrets that earlier versions stored: found, counted, and removed once, before anything is loaded or answered.

A kill at any point is mended by doing it again. Events are written anew under the session's settings, because a
mutation would read their properties with the engine's defaults and change them; days get a new build.
"""

from __future__ import annotations

import zlib
from pathlib import Path

import msgspec

from minilens.errors import EngineFailed
from minilens.load.pending import LAST_NUMBER
from minilens.period import now_ms
from minilens.reference.secrets import IN_ADDRESSES, IN_EVERY_KEY, IN_JSON, without_secrets_in_json
from minilens.spool.reader import DAMAGED
from minilens.spool.rewriting import rewrite_closed
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows, stamp
from minilens.warehouse.sets import PAGE_TIMED, TIMED_VISITORS, apart

#: By which names secrets are known: with others all is looked at once more.
LIST = zlib.crc32("\n".join([*IN_ADDRESSES, *IN_JSON]).encode())
_PARAMETERS: dict[str, str] = {
    **{f"a{n}": pattern for n, pattern in enumerate(IN_ADDRESSES)},
    **{f"j{n}": pattern for n, pattern in enumerate(IN_JSON)},
    "a": "|".join(IN_ADDRESSES),
    "j": "|".join(list(IN_JSON)[:4]),
}
_SETTINGS = {"insert_deduplicate": 0, "max_partitions_per_insert_block": 0}


def _has(column: str, *, json: bool = False) -> str:
    """SQL: whether there is a secret in a text; most texts are told apart by a quick look."""
    quick = f"position({column}, '=') > 0 OR position({column}, '%') > 0"
    if json:
        words = ", ".join(f"'{word}'" for word in IN_EVERY_KEY)
        quick += f" OR multiSearchAnyCaseInsensitive({column}, [{words}])"
    return f"(({quick}) AND match({column}, {{{'j' if json else 'a'}:String}}))"


def _without(column: str, *, json: bool = False) -> str:
    """SQL: the text without secrets."""
    names = [f"j{n}" for n in range(len(IN_JSON))] if json else ["a0", "a1"]
    for name, to in zip(names, (IN_JSON if json else IN_ADDRESSES).values(), strict=True):
        column = (
            f"replaceRegexpAll({column}, {{{name}:String}}, '{to.replace(chr(92), chr(92) * 2)}')"
        )
    return column


_PROPS = "toJSONString(props)"
_EVENT = f"({_has('page')} OR {_has('query')} OR {_has('referrer')} OR {_has(_PROPS, json=True)})"
_PAGE = "if(empty({0}), '/', {0})"


def _page(column: str) -> str:
    """SQL: a page as the doors store it where it holds a secret; else as it is."""
    cut = _without(f"replaceRegexpOne({column}, '[?#].*', '')")
    return f"if({_has(column)}, {_PAGE.format(cut)}, {column})"


_ORIGIN = "(segment, record, i, id)"
#: Table → rows that hold a secret.
FOUND = {
    "events": _EVENT,
    "quarantine": _has("line", json=True),
    "sessions": f"({_has('entry')} OR {_has('exit')} OR arrayExists(x -> {_has('x')}, pages) OR {_has('code')})",
    "page_steps": f"({_has('page')} OR {_has('next')})",
    "day_page_views": _has("page"),
    "day_values": f"({_has('page')} OR {_has('value')})",
    "actions": f"({_has('page')} OR {_has(_PROPS, json=True)})",
    "profile_values": _has("concat('{\"', name, '\":', toJSONString(value), '}')", json=True),
    "days": f"({_has('value')} OR {_has('page')})",
}


_OF_DAYS = (
    "sessions",
    "page_steps",
    "day_page_views",
    "day_values",
    "actions",
    "profile_values",
    "days",
)


class Removed(msgspec.Struct, frozen=True):
    """From so many events of an app, accepted or in quarantine, secrets were removed; when (milliseconds)."""

    app: int
    events: int
    at: int


def find(engine: Engine) -> dict[int, int]:
    """App → events, accepted or in quarantine, that hold a secret; nothing where all were removed."""
    if not _exists(engine, "events") or done(engine):
        return {}
    found: dict[int, int] = {}
    for table in ("events", "quarantine"):
        for app, rows in _count(engine, table):
            found[app] = found.get(app, 0) + rows
    return found


def done(engine: Engine) -> bool:
    """Whether all that this program knows as a secret was removed."""
    sql = "SELECT count() FROM removed_secrets WHERE list = {list:UInt64} AND from_table = ''"
    return _exists(engine, "removed_secrets") and bool(engine.one(sql, {"list": LIST}))


def removed(engine: Engine) -> list[Removed]:
    """What was removed."""
    if not _exists(engine, "removed_secrets"):
        return []
    rows = engine.rows(
        "SELECT app, sum(n), toUnixTimestamp64Milli(max(last)) FROM (SELECT app, max(rows) AS n, max(at) AS last "
        "FROM removed_secrets WHERE from_table IN ('events', 'quarantine') GROUP BY list, app, from_table) "
        "GROUP BY app HAVING sum(n) > 0 ORDER BY app"
    )
    return [Removed(int(app), int(n), int(at)) for app, n, at in rows]


def remove(engine: Engine, spool: Path, begun: int = 0) -> None:
    """Remove them from the spool, from events and from all that was made of them; nothing where that is done."""
    if done(engine):
        return
    if not any(engine.one(f"SELECT count() FROM {table}") for table in FOUND) and not _received(
        spool
    ):
        _note(engine, [(0, "", 0)])
        return
    rewrite_closed(spool, without_secrets_in_json, begun)
    found = {table: _count(engine, table) for table in FOUND}
    _note(engine, [(app, table, n) for table, rows in found.items() for app, n in rows])
    if found["events"]:
        _write_events_anew(engine)
    if found["quarantine"]:
        line, holds = _without("line", json=True), FOUND["quarantine"]
        _mutate(engine, f"ALTER TABLE quarantine UPDATE line = {line} WHERE {holds}")
    if any(found[table] for table in _OF_DAYS):
        _write_days_anew(engine)
    page = _page("page")
    _mutate(engine, f"ALTER TABLE first_touches UPDATE page = {page} WHERE {_has('page')}")
    _drop_deleted(engine)
    _note(engine, [(0, "", 0)])


def _received(spool: Path) -> bool:
    return any(spool.glob("*/*.seg")) or any(spool.glob(f"*/{DAMAGED}/*.seg"))


def _write_events_anew(engine: Engine) -> None:
    months = engine.rows(
        f"SELECT app, toYYYYMM(day) AS month, count() FROM events WHERE {_EVENT} GROUP BY ALL",
        _PARAMETERS,
    )
    for app, month, count in months:
        asked = {**_PARAMETERS, "app": app, "month": month}
        month_of_app = "app = {app:UInt32} AND toYYYYMM(day) = {month:UInt32}"
        # of a try before, which was killed
        twins = (
            f"{month_of_app} AND NOT {_EVENT} AND {_ORIGIN} IN "
            f"(SELECT segment, record, i, id FROM {engine.whole('events')} WHERE {month_of_app} AND {_EVENT})"
        )
        if engine.one(f"SELECT count() FROM events WHERE {twins}", asked):
            _mutate(engine, f"ALTER TABLE events DELETE WHERE {twins}", asked)
        before = engine.one(f"SELECT count() FROM events WHERE {month_of_app}", asked)
        engine.run(
            f"""
INSERT INTO events SELECT * REPLACE ({_page("page")} AS page, {_without("query")} AS query,
    {_page("referrer")} AS referrer,
    CAST(if({_has(_PROPS, json=True)}, {_without(_PROPS, json=True)}, {_PROPS}),
        'JSON(max_dynamic_paths = 64)') AS props)
FROM (SELECT * FROM events WHERE {month_of_app} AND {_EVENT})""",
            asked,
            **_SETTINGS,
        )
        written = engine.one(f"SELECT count() FROM events WHERE {month_of_app}", asked) - before
        if written != count:
            raise EngineFailed(f"{written} of {count} events were written anew")
        _mutate(engine, f"ALTER TABLE events DELETE WHERE {month_of_app} AND {_EVENT}", asked)


_STILL = (
    "app = {app:UInt32} AND toYYYYMM(day) = {month:UInt32} AND (app, day, build) IN "
    "(SELECT app, day, max(build) FROM builds WHERE app = {app:UInt32} GROUP BY app, day) AND day IN {days:Array(Date)}"
)
_SUMS = (
    "launches",
    "visits",
    "shares",
    "bounces",
    "entries",
    "exits",
    "depth",
    "duration",
    "timed_launches",
    "page_duration",
    "timed_visits",
    "sent",
    "late",
    "day_late",
)
_SETS = ("visitors", "new_users", "sharers")
_COUNTS = {
    "new_count": "new_users", "visitors_count": "visitors", "sharers_count": "sharers",
}  # fmt: skip


def _anew() -> list[str]:
    """SQL that writes the builds of some days once more, without secrets; what holds is written last."""
    return [
        f"""
INSERT INTO sessions
SELECT * REPLACE ({{build:UInt64}} AS build, {_page("entry")} AS entry, {_page("exit")} AS exit,
    arrayMap(x -> {_page("x")}, pages) AS pages, {_without("code")} AS code)
FROM (SELECT * FROM sessions WHERE {_STILL})""",
        f"""
INSERT INTO page_steps
SELECT app, day, {{build:UInt64}}, traffic, page_, next_, sum(visits)
FROM (SELECT *, {_page("page")} AS page_, {_page("next")} AS next_ FROM page_steps WHERE {_STILL})
GROUP BY app, day, traffic, page_, next_""",
        *_seen_anew(),
        f"""
INSERT INTO actions
SELECT * REPLACE ({{build:UInt64}} AS build, {_page("page")} AS page,
    CAST(if({_has(_PROPS, json=True)}, {_without(_PROPS, json=True)}, {_PROPS}),
        'JSON(max_dynamic_paths = 64)') AS props)
FROM (SELECT * FROM actions WHERE {_STILL})""",
        f"""
INSERT INTO profile_values
SELECT * REPLACE ({{build:UInt64}} AS build)
FROM (SELECT * FROM profile_values WHERE {_STILL} AND NOT {FOUND["profile_values"]})""",
        _days_anew(),
        f"""
INSERT INTO builds
SELECT * REPLACE ({{build:UInt64}} AS build, 'secrets' AS cause, {{at:DateTime64(3, 'UTC')}} AS at)
FROM (SELECT * FROM builds WHERE {_STILL})""",
    ]


def _seen_anew() -> list[str]:
    """SQL of what was seen, by whom, and with which values."""
    return [
        f"""
INSERT INTO day_page_views
SELECT * REPLACE ({{build:UInt64}} AS build, {_page("page")} AS page)
FROM (SELECT * FROM day_page_views WHERE {_STILL})""",
        f"""
INSERT INTO day_visitors
SELECT * REPLACE ({{build:UInt64}} AS build) FROM (SELECT * FROM day_visitors WHERE {_STILL})""",
        f"""
INSERT INTO day_values
SELECT app, dimension, page_, value_, day, {{build:UInt64}}, traffic, sum(launches), sum(visits), sum(continued),
    groupBitmapMergeState(visitors), groupBitmapMergeState(new_users)
FROM (SELECT *, {_page("page")} AS page_, {_without("value")} AS value_ FROM day_values WHERE {_STILL})
GROUP BY app, dimension, page_, value_, day, traffic""",
    ]


def _days_anew() -> str:
    """SQL of the rows of `days`; those that are the same without secrets become one."""
    value = f"if(dimension IN ('page', 'entry', 'exit'), {_page('d.value')}, {_without('d.value')})"
    sums = ", ".join(f"sum({name})" for name in _SUMS)
    states = ", ".join(f"groupBitmapMergeState({name}) AS {name}_" for name in _SETS)
    counts = ", ".join(f"toUInt32(finalizeAggregation({of}_))" for of in _COUNTS.values())
    columns = ", ".join((*_SUMS, *_SETS, *_COUNTS))
    return f"""
INSERT INTO days
(
    app, dimension, day, build, traffic, value, page, {columns}, timed_apart, page_timed_count, launched_apart,
    timed_visitors_count
)
SELECT app, dimension, day, {{build:UInt64}}, traffic, value_, page_, {sums}, {states}, {counts},
    {apart("sum(timed_visits)", "visitors_", f"groupBitmapMergeState({PAGE_TIMED}) AS looked_")},
    toUInt32(finalizeAggregation(looked_)),
    {apart("sum(timed_launches)", "visitors_", f"groupBitmapMergeState({TIMED_VISITORS}) AS timed_")},
    toUInt32(finalizeAggregation(timed_))
FROM (SELECT *, {value} AS value_, {_page("d.page")} AS page_ FROM days AS d WHERE {_STILL})
GROUP BY app, dimension, day, traffic, value_, page_"""


def _write_days_anew(engine: Engine) -> None:
    dirty = " UNION DISTINCT ".join(
        f"SELECT app, toYYYYMM(day) AS month, day FROM {table} WHERE {FOUND[table]}"
        for table in _OF_DAYS
    )
    found = engine.rows(
        f"SELECT app, month, groupArray(day) FROM ({dirty}) GROUP BY app, month ORDER BY app, month",
        _PARAMETERS,
    )
    for app, month, days in found:
        build = int(engine.one(LAST_NUMBER)) + 1
        asked = {
            **_PARAMETERS,
            "app": app,
            "month": month,
            "days": list(days),
            "build": build,
            "at": stamp(now_ms()),
        }
        for statement in _anew():
            engine.run(statement, asked, **_SETTINGS)
    if found:
        for table in _OF_DAYS:
            _mutate(engine, f"ALTER TABLE {table} DELETE WHERE {FOUND[table]}")


def _drop_deleted(engine: Engine) -> None:
    """Rows that were deleted before, by a replay or a sweep, are only masked."""
    masked = engine.rows_of_shards(
        "SELECT DISTINCT table FROM system.parts "
        "WHERE active AND has_lightweight_delete AND database = currentDatabase()"
    )
    for table in dict.fromkeys(row[0] for row in masked):
        if table in FOUND:
            _mutate(engine, f"ALTER TABLE {table} APPLY DELETED MASK")


def _mutate(engine: Engine, sql: str, asked: dict[str, object] | None = None) -> None:
    engine.on_each_shard(
        sql, asked or _PARAMETERS, mutations_sync=2, allow_nondeterministic_mutations=1
    )


def _count(engine: Engine, table: str) -> list[tuple[int, int]]:
    sql = f"SELECT app, count() FROM {table} WHERE {FOUND[table]} GROUP BY app ORDER BY app"
    return [(int(app), int(n)) for app, n in engine.rows(sql, _PARAMETERS)]


def _note(engine: Engine, rows: list[tuple[int, str, int]]) -> None:
    at = stamp(now_ms())
    columns = ("list", "app", "from_table", "rows", "at")
    insert_rows(engine, "removed_secrets", columns, [(LIST, *row, at) for row in rows])


def _exists(engine: Engine, table: str) -> bool:
    sql = "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = {name:String}"
    return bool(engine.one(sql, {"name": table}))
