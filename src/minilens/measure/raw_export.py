"""Raw events of an app in the flat schema, portion by portion, so that nobody holds all of them.

Persons stand for users: a merge keeps its effect. Robots are left out, because the flat schema has no word for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from minilens.identity.moves import Moved, person_of
from minilens.period import FIRST_DAY, LAST_DAY
from minilens.warehouse.engine import Engine

MOST_ROWS = 50_000
_PERSON, _JOIN = person_of(Moved.SINCE)
WHERE = (
    "app = {app:UInt32} AND day BETWEEN {first:Date} AND {last:Date} "
    "AND traffic != 'robot' AND kind = 'track'"
)
#: Understood by an import by their names, and those that it wants to be told.
TOLD = (
    "target_name", "target_id", "duration", "seq", "placement", "material",
    "env", "country", "province", "city", "brand", "model", "os",
    "os_version", "platform", "wx_version", "sdk_version", "app_version", "language", "network",
)  # fmt: skip
COLUMNS = (
    "event_name", "user_id", "session_id", "source", "campaign", "page", "value", "currency", "ts", "event_id", "query",
    "referrer", "scene", "link", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", *TOLD, "props",
)  # fmt: skip


@dataclass(frozen=True)
class Month:
    """A month that has events: 2026-10, how many, and the newest load that brought one."""

    month: str
    events: int
    loaded: int


def months(engine: Engine, app: int) -> dict[str, Month]:
    """Month → what there is of it, oldest first; what an export leaves out does not count."""
    sql = (
        "SELECT toString(toYYYYMM(day)) AS month, count(), max(load) FROM events "
        f"WHERE {WHERE} GROUP BY month ORDER BY month"
    )
    found = [
        Month(f"{month[:4]}-{month[4:]}", int(events), int(loaded))
        for month, events, loaded in engine.rows(
            sql, {"app": app, "first": FIRST_DAY, "last": LAST_DAY}
        )
    ]
    return {one.month: one for one in found}


@dataclass(frozen=True)
class Portion:
    """So many rows: of some hours one after another, or number `part` of the `parts` of one hour."""

    day: date
    hour: int
    last_day: date
    last_hour: int
    rows: int
    part: int = 0
    parts: int = 1


def portions(engine: Engine, app: int, first: date, last: date) -> Iterator[Portion]:
    """All portions, oldest first. Few hours hold many rows, and most hold few: those are taken together."""
    asked = {"app": app, "first": first, "last": last}
    sql = (
        f"SELECT day, hour, count() FROM events WHERE {WHERE} GROUP BY day, hour ORDER BY day, hour"
    )
    held: Portion | None = None
    for day, hour, count in engine.rows(sql, asked):
        if held and held.rows + count > MOST_ROWS:
            yield held
            held = None
        parts = -(-count // MOST_ROWS)
        if held:
            held = replace(held, last_day=day, last_hour=hour, rows=held.rows + count)
        elif parts == 1:
            held = Portion(day, hour, day, hour, count)
        else:
            for part in range(parts):
                yield Portion(day, hour, day, hour, count // parts, part, parts)
    if held:
        yield held


def portion(engine: Engine, app: int, one: Portion, form: str) -> bytes:
    """The rows of a portion in a form of the engine's, without names of columns."""
    asked = {
        "app": app, "first": one.day, "last": one.last_day, "from_hour": one.hour, "to_hour": one.last_hour,
        "part": one.part, "parts": one.parts,
    }  # fmt: skip
    sql = f"""
SELECT if(raw_name != '', raw_name, name) AS event_name,
    concat('p', toString({_PERSON})) AS user_id,
    if(session = 0, '', lower(hex(session))) AS session_id, source, campaign, page,
    toString(value) AS value, currency,
    concat(formatDateTime(e.ts, '%Y-%m-%dT%H:%i:%S.', 'UTC'),
        leftPad(toString(toUnixTimestamp64Milli(e.ts) % 1000), 3, '0'), 'Z') AS ts,
    toString(id) AS event_id, query, referrer, scene, link, utm_source, utm_medium, utm_campaign, utm_term, utm_content,
    target_name, target_id, duration, seq, placement, material,
    traffic AS env, country, province, city, brand, model, os, os_version,
    platform, wx_version, sdk_version, app_version, language, network,
    {"props" if form == "JSONEachRow" else "toJSONString(props) AS props"}
FROM (SELECT * FROM events WHERE {WHERE}
    AND (day, hour) >= ({{first:Date}}, {{from_hour:UInt8}}) AND (day, hour) <= ({{last:Date}}, {{to_hour:UInt8}})
    AND cityHash64(id) % {{parts:UInt32}} = {{part:UInt32}}) AS e
{_JOIN}
ORDER BY e.ts, e.load, e.record, e.i"""
    return engine.raw(sql, asked, form)
