"""What one person did, the newest first, a page at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from minilens.errors import Refused
from minilens.identity.spans import OWN, Span
from minilens.identity.spans import asked as own
from minilens.measure.ledger.samples import hidden, printable, with_names_hidden
from minilens.measure.person.facts import ORIGIN, moment
from minilens.warehouse.engine import Engine

#: Events of a page; names to choose from.
MOST, MOST_NAMES = 100, 200
_AT = re.compile(r"(\d{1,15})-(\d{1,19})-(\d{1,10})-(\d{1,5})").fullmatch
_COLUMNS = (
    "page", "query", "referrer", "target_name", "target_id", "duration", "value", "currency", *ORIGIN,
    "brand", "model", "app_version", "traffic", "via",
)  # fmt: skip
#: Where an event stands in the line: no two stand at the same place.
_PLACE = "toUnixTimestamp64Milli(ts), load, record, i"


class TimelineEvent(msgspec.Struct, frozen=True):
    """One event. `raw_name`: as it was sent, where that was no lawful name."""

    at: datetime
    name: str
    raw_name: str
    kind: str
    page: str
    query: str
    referrer: str
    target_name: str
    target_id: str
    duration: float | None
    value: Decimal | None
    currency: str
    scene: int
    source: str
    campaign: str
    placement: str
    material: str
    link: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    utm_term: str
    utm_content: str
    country: str
    province: str
    city: str
    brand: str
    model: str
    app_version: str
    traffic: str
    via: str
    properties: dict[str, Any]


class Timeline(msgspec.Struct, frozen=True):
    """A page of it. `older` is what to ask for next; none where these are the last. `names`: event → how many."""

    events: list[TimelineEvent]
    older: str | None
    names: dict[str, int]


@dataclass(frozen=True)
class TimelineAsked:
    """`event`: of this name only. `before`: what a page before said is older. `sensitive`: properties that nobody sees;
    `masked`: nor anything else that may name a person."""

    event: str = ""
    before: str = ""
    sensitive: Collection[str] = ()
    masked: bool = True

    def visible(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        """What of some properties may be seen."""
        found: dict[str, Any] = with_names_hidden(
            dict(properties), self.sensitive, everything=self.masked
        )
        return found


_NAMES = f"""
SELECT toString(name), count() AS n FROM events WHERE {OWN}
GROUP BY name ORDER BY n DESC, name LIMIT {MOST_NAMES}
"""
#: Only where they stand: their properties are read of these few alone.
_PLACES = f"""
SELECT day, {_PLACE} FROM events
WHERE {OWN} $some
ORDER BY ts DESC, load DESC, record DESC, i DESC LIMIT {MOST + 1}
"""
_EVENTS = f"""
SELECT {_PLACE}, toString(name), toString(raw_name), toString(kind), {", ".join(_COLUMNS)}, toJSONString(props)
FROM events
WHERE app = {{app:UInt32}} AND day IN {{days:Array(Date)}} AND actor IN {{actors:Array(UInt64)}}
    AND ({_PLACE}) IN {{places:Array(Tuple(Int64, UInt64, UInt32, UInt16))}}
ORDER BY ts DESC, load DESC, record DESC, i DESC
"""


def timeline(
    engine: Engine,
    app: int,
    actors: Sequence[int],
    asked: TimelineAsked,
    spans: Sequence[Span] = (),
) -> Timeline:
    """A page of what these actors did, some of them within these times only."""
    given = own(app, actors, spans)
    some = ""
    if asked.event:
        given["name"] = asked.event
        some += "AND name = {name:String} "
    if asked.before:
        given["before"] = place(asked.before)
        some += f"AND ({_PLACE}) < {{before:Tuple(Int64, UInt64, UInt32, UInt16)}}"
    found = engine.rows(_PLACES.replace("$some", some), given)
    shown, more = found[:MOST], len(found) > MOST
    events: list[TimelineEvent] = []
    if shown:
        given |= {"days": sorted({row[0] for row in shown}), "places": [row[1:] for row in shown]}
        events = [_event(row, asked) for row in engine.rows(_EVENTS, given)]
    return Timeline(
        events,
        "-".join(str(part) for part in shown[-1][1:]) if more else None,
        {str(name): count for name, count in engine.rows(_NAMES, given)},
    )


def place(text: str) -> tuple[int, int, int, int]:
    """What `older` said; Refused where it is something else."""
    found = _AT(text)
    parts = tuple(int(part) for part in found.groups()) if found else ()
    if len(parts) != 4 or parts[1] >= 1 << 63 or parts[2] >= 1 << 32 or parts[3] >= 1 << 16:
        raise Refused("bad_value", "before", got=text[:40])
    return parts


def _event(row: Sequence[Any], asked: TimelineAsked) -> TimelineEvent:
    at, _, _, _, *told = row
    said = dict(zip(("name", "raw_name", "kind", *_COLUMNS), told, strict=False))
    said["duration"] = None if said["duration"] is None else said["duration"] / 1000
    properties = asked.visible(json.loads(told[-1]))
    if asked.masked:
        for name in ("page", "query", "referrer", "target_name", "target_id"):
            said[name] = printable(hidden(said[name]))
    return TimelineEvent(at=moment(at), **said, properties=properties)
