"""All that is kept of one person, as it is handed to that person: identities, properties, first visit, every event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minilens.identity.lookup import Subject
from minilens.identity.spans import OWN, asked
from minilens.warehouse.engine import Engine

#: Those of an event that tell of the person, and when it was received; where it lies in the warehouse is nobody's.
OF_EVENT = (
    "ts", "if(raw_name != '', raw_name, toString(name)) AS event_name", "kind", "page", "query", "referrer",
    "target_name", "target_id", "duration", "value", "currency", "scene", "source", "campaign", "placement", "material",
    "link", "utm_source",
    "utm_medium", "utm_campaign", "utm_term", "utm_content", "country", "province", "city", "brand", "model", "os",
    "os_version", "platform", "wx_version", "sdk_version", "app_version", "language", "network", "width", "height",
    "traffic", "via", "received", "id", "lower(hex(session)) AS session", "toString(actor_kind) AS identity",
)  # fmt: skip
_EVENTS = f"""
SELECT {", ".join(OF_EVENT)}, {{props}}
FROM events AS e
LEFT ANY JOIN
(
    SELECT m.actor AS of_actor, any(m.kind) AS actor_kind FROM person_map AS m
    WHERE m.app = {{{{app:UInt32}}}} GROUP BY m.actor
) AS k ON e.actor = k.of_actor
WHERE {{own}}
ORDER BY ts, load, record, i"""
_CURRENT = (
    "app = {app:UInt32} AND person = {person:UInt32} AND (app, day, build) IN "
    "(SELECT b.app, b.day, max(b.build) FROM builds AS b WHERE b.app = {app:UInt32} GROUP BY b.app, b.day)"
)


def events(engine: Engine, app: int, subject: Subject, form: str) -> bytes:
    """Every event: as CSV with names of columns, or a JSON object a line."""
    props = "props" if form == "JSONEachRow" else "toJSONString(props) AS props"
    own = asked(app, subject.actors, subject.spans)
    return engine.raw(_EVENTS.format(props=props, own=OWN), own, form)


def waiting(engine: Engine, app: int, subject: Subject) -> list[str]:
    """Events of theirs that wait in quarantine, as they came."""
    sql = f"""
SELECT line FROM
(
    SELECT app, line, at, segment, record, i, JSONExtractUInt(line, 'actor') AS actor,
        fromUnixTimestamp64Milli(JSONExtractInt(line, 'ts'), 'UTC') AS ts
    FROM quarantine WHERE app = {{app:UInt32}}
)
WHERE {OWN} ORDER BY at, segment, record, i"""
    own = asked(app, subject.actors, subject.spans)
    return [str(row[0]) for row in engine.rows(sql, own)]


#: What brought somebody.
_TOUCH = (
    "day", "at", "page", "scene", "source", "campaign", "placement", "material", "link", "country", "province", "city",
)  # fmt: skip
_FIRST = (
    f"SELECT {', '.join(_TOUCH)} FROM first_touches "
    "WHERE app = {app:UInt32} AND person = {person:UInt32} ORDER BY version DESC LIMIT 1"
)
#: The last launch that said where it came from.
_LAST = (
    "SELECT day, start, entry, scene, source, campaign, placement, material, link, country, province, city "
    "FROM sessions "
    f"WHERE {_CURRENT} AND (source != '' OR campaign != '' OR link != '' OR utm_source != '') "
    "ORDER BY start DESC, session DESC LIMIT 1"
)
_IDENTITY = ("type", "since", "cause", "grade", "hash")
_IDENTITIES = (
    "SELECT any(kind), toString(min(at)), argMax(cause, (version, at)), argMax(grade, (version, at)), "
    "lower(hex(actor)) FROM person_map WHERE app = {app:UInt32} AND actor IN {actors:Array(UInt64)} "
    "GROUP BY actor ORDER BY min(at), actor"
)
_SAID = f"SELECT name, argMax(value, (day, ts)) FROM profile_values WHERE {_CURRENT} GROUP BY name ORDER BY name"


def facts(engine: Engine, app: int, person: int, actors: Sequence[int]) -> dict[str, Any]:
    """Identities, each by its kind and since when; what brought the first visit, and the last that said where it came
    from; properties by name."""
    about: dict[str, object] = {"app": app, "person": person, "actors": list(actors)}

    def rows(sql: str, names: Sequence[str]) -> list[dict[str, str]]:
        return [dict(zip(names, map(str, row), strict=True)) for row in engine.rows(sql, about)]

    return {
        "person": f"p{person}",
        "identities": rows(_IDENTITIES, _IDENTITY),
        "first_visit": next(iter(rows(_FIRST, _TOUCH)), {}),
        "last_touch": next(iter(rows(_LAST, _TOUCH)), {}),
        "properties": {one["name"]: one["value"] for one in rows(_SAID, ("name", "value"))},
    }
