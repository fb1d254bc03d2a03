"""Ninety days of a large mini program, written by the engine itself, then made by the real builder.

Every day brings new persons; half of those who come back belong to a loyal tenth. Whatever a report does
not ask for (models, versions, languages) has few values, so that a hundred million events fit on a disk.
"""

from __future__ import annotations

import inspect
import json
import os
import shutil
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.options import Options
from minilens.load import action_sql, arrival_sql, build_sql, day_sql, session_sql
from minilens.load.build import Builder
from minilens.load.pending import Counter, Pending
from minilens.warehouse.engine import Engine
from minilens.warehouse.migrate import migrate, steps

APP = 1
FIRST, DAYS = date(2026, 8, 29), 90
LAST = FIRST + timedelta(days=DAYS - 1)
LOAD = 1
PER_SESSION = 7  # events, on average
PERSONS_PER_EVENT = 0.036
MEMORY_MB = min(8192, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 21)
SLOWEST_MERGES = 600.0

#: One row a session: who, when it begins, what it looks like.
_SESSIONS = """
SELECT number AS k, cityHash64({day:Date}, number, {salt:UInt32}) AS h,
    toUInt32(if(k < {new:UInt32} AND {salt:UInt32} = 0, {known:UInt32} - {new:UInt32} + k + 1,
        1 + least({known:UInt32} - 1, toUInt32(if(h % 2 = 0, {known:UInt32} / 10, {known:UInt32})
        * ((cityHash64(h, 'who') % 1000000) / 1000000))))) AS person,
    toUInt32(21600 + (h % 31000) + (cityHash64(h, 'when') % 31000)) AS second,
    1 + cityHash64(h, 'long') % 13 AS length,
    cityHash64(person, 'phone') AS phone
FROM numbers({sessions:UInt64})
"""

_EVENTS = f"""
INSERT INTO events
(
    app, day, hour, ts, name, kind, id, actor, device, person, session, seq, page, duration, scene, source,
    campaign, via, traffic, country, province, city, brand, model, os, os_version, platform, wx_version,
    sdk_version, app_version, lib, language, network, width, height, props, received, load, segment, record, i
)
SELECT
    {{app:UInt32}}, {{day:Date}}, intDiv(at, 3600), toDateTime64({{day:Date}}, 3, 'UTC') - 28800 + at AS ts,
    multiIf(j = 0, if(h % 3 = 0, 'app_show', 'app_launch'), j % 2 = 1, 'page_view',
        g % 100 < 70, 'page_leave', g % 100 < 76, 'share', 'tap') AS name,
    if(name IN ('page_view', 'page_leave'), 'page', 'track'), reinterpretAsUUID(sipHash128(h, j)),
    cityHash64('actor', person), cityHash64('device', person), person, h, j + 1,
    concat('pages/', toString(toUInt8(40 * pow((g % 10000) / 10000, 3))), '/index'),
    if(name = 'page_leave', 500 + g % 60000, NULL),
    [1001, 1007, 1008, 1011, 1047, 1089][1 + h % 6], ['', '', '', 'poster', 'wechat_ad'][1 + h % 5],
    if(h % 5 = 4, 'autumn', ''), 'tracker', if(h % 50 = 0, 'trial', 'release'),
    '中国', ['广东', '上海', '北京', '浙江', '四川'][1 + phone % 5], '', ['Apple', 'Huawei', 'Xiaomi'][1 + phone % 3],
    concat('M', toString(phone % 40)), if(phone % 3 = 0, 'iOS', 'Android'), toString(12 + phone % 6),
    if(phone % 3 = 0, 'ios', 'android'), '8.0.58', '3.8.5', ['2.0.0', '2.1.0'][1 + h % 2], 'mp/0.1.0', 'zh_CN',
    if(h % 4 = 0, '5g', 'wifi'), 390, 844, '{{}}', ts + 2, {{load:UInt64}}, {{segment:String}}, k, j
FROM
(
    SELECT *, second + j * (5 + h % 20) AS at, cityHash64(h, j) AS g
    FROM (SELECT *, arrayJoin(range(length)) AS j FROM ({_SESSIONS}))
)
"""

PERSONS = """
INSERT INTO person_map (app, actor, version, person, kind, cause, grade, at)
SELECT {app:UInt32}, arrayJoin([cityHash64('actor', person), cityHash64('device', person)]), 0, person,
    'applet-wechat', 'first', 'claimed', toDateTime64('2026-11-27', 3, 'UTC')
FROM (SELECT toUInt32(number + 1) AS person FROM numbers({persons:UInt64}))
"""


@dataclass(frozen=True)
class History:
    """The engine that holds it, and what made it."""

    engine: Engine
    builder: Builder
    counter: Counter
    events: int
    persons: int
    day_seconds: list[float]


@contextmanager
def opened(options: Options) -> Iterator[History]:
    """The history, made if it is not there in this size; its days are made anew for another schema."""
    folder = options.lasting / "history"
    wanted = {"events": options.events, "schema": checksum(*(repr(step) for step in steps()))}
    if noted(folder).get("events") != options.events:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    engine = Engine(f"chdb://{folder / 'warehouse'}", memory_mb=MEMORY_MB)
    try:
        migrate(engine)
        seconds = made(engine, folder, wanted)
        counter = Counter(int(engine.one("SELECT max(build) FROM builds")) + 1)
        builder = Builder(engine, Pending(), counter, lambda: LOAD)
        builder.prepare()
        events, persons = engine.rows("SELECT count(), max(person) FROM events WHERE load = 1")[0]
        yield History(engine, builder, counter, int(events), int(persons), seconds)
    finally:
        engine.close()


def noted(folder: Path) -> dict[str, Any]:
    """What was made here: its events, and once its days are made how long each took. Empty where there is nothing."""
    file = folder / "made.json"
    found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return found


def checksum(*texts: str) -> int:
    """Tells one text from another."""
    return zlib.crc32("\n".join(texts).encode())


def made(engine: Engine, folder: Path, wanted: dict[str, int]) -> list[float]:
    """Write the events and make the days, once; the seconds that each day took to make."""
    found = noted(folder)
    sources = (build_sql, session_sql, day_sql, action_sql, arrival_sql)
    definition = checksum(*(inspect.getsource(module) for module in sources))
    if not found:
        write_all(engine, wanted["events"])
        wait_for_merges(engine)
        note(folder, wanted)
    elif engine.one("SELECT count() FROM events WHERE load != {load:UInt64}", {"load": LOAD}):
        # a run that was stopped left events that came after the last build
        engine.run("DELETE FROM events WHERE load != {load:UInt64}", {"load": LOAD})
    if (found.get("days"), found.get("schema")) == (definition, wanted["schema"]):
        seconds: list[float] = found["seconds"]
        return seconds
    seconds = make_days(engine)
    wait_for_merges(engine)
    note(folder, {**wanted, "days": definition, "seconds": seconds})
    return seconds


def note(folder: Path, made: dict[str, Any]) -> None:
    """Keep what was made here, for the run after this one."""
    (folder / "made.json").write_text(json.dumps(made))


def write_all(engine: Engine, events: int) -> None:
    """Every day's events, and the persons."""
    began = time.perf_counter()
    persons = max(DAYS, int(events * PERSONS_PER_EVENT))
    for n in range(DAYS):
        write(
            engine,
            FIRST + timedelta(days=n),
            events // DAYS,
            persons // DAYS,
            persons // DAYS * (n + 1),
        )
    engine.run(PERSONS, {"app": APP, "persons": persons // DAYS * DAYS})
    print(f"  {events:,} events written in {time.perf_counter() - began:.0f} s", flush=True)


def make_days(engine: Engine) -> list[float]:
    """Make each day by itself; how many seconds each took."""
    counter = Counter(max(LOAD, int(engine.one("SELECT max(build) FROM builds"))))
    builder = Builder(engine, Pending(), counter, lambda: LOAD)
    builder.prepare()
    seconds = []
    for n in range(DAYS):
        began = time.perf_counter()
        builder.make(APP, [FIRST + timedelta(days=n)])
        seconds.append(time.perf_counter() - began)
    builder.sweep()
    print(f"  {DAYS} days made in {sum(seconds):.1f} s", flush=True)
    return seconds


def write(
    engine: Engine, day: date, events: int, new: int, known: int, *, load: int = LOAD, salt: int = 0, app: int = APP
) -> None:  # fmt: skip
    """About so many events of one day. `known` persons came until then, `new` of them on this day."""
    asked = {
        "app": app, "day": day, "sessions": max(1, events // PER_SESSION), "new": new, "known": known,
        "load": load, "salt": salt, "segment": f"bench-{load}",
    }  # fmt: skip
    engine.run(_EVENTS, asked)


def wait_for_merges(engine: Engine) -> None:
    """Let the engine tidy up, as it has time to between two real days."""
    limit = time.monotonic() + SLOWEST_MERGES
    while engine.one("SELECT count() FROM system.merges") and time.monotonic() < limit:
        time.sleep(0.5)
