"""What is known of one person: identities, what brought them, how much they did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from minilens.identity.links import EPISODE, LIVE
from minilens.identity.spans import OWN, Span
from minilens.identity.spans import asked as own
from minilens.warehouse.engine import Engine

#: So many identities are told, and so many links of one of them are looked at.
MOST_IDENTITIES, MOST_LINKS = 200, 50
#: Rows of builds that hold, of a person.
CURRENT = (
    "app = {app:UInt32} AND person = {person:UInt32} AND (app, day, build) IN "
    "(SELECT b.app, b.day, max(b.build) FROM builds AS b WHERE b.app = {app:UInt32} GROUP BY b.app, b.day)"
)
#: What a touch says besides its time and page.
ORIGIN = (
    "scene", "source", "campaign", "placement", "material", "link", "utm_source", "utm_medium", "utm_campaign",
    "utm_term", "utm_content", "country", "province", "city",
)  # fmt: skip


class Identity(msgspec.Struct, frozen=True):
    """One identity: its type, and what is kept of its value, a hash in 16 digits.

    `since` it is known; `cause` and `grade` of the strongest link by which it belongs to this person, and the type of
    the identity at the link's other end (`beside`); no cause where it stands alone. `verified`: a server named it.
    """

    type: str
    hash: str
    since: datetime
    verified: bool
    cause: str = ""
    grade: str = ""
    beside: str = ""


class Touch(msgspec.Struct, frozen=True):
    """What brought somebody: the first event of a launch, or the launch."""

    at: datetime
    page: str
    scene: int
    source: str = ""
    campaign: str = ""
    placement: str = ""
    material: str = ""
    link: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""
    country: str = ""
    province: str = ""
    city: str = ""


class Totals(msgspec.Struct, frozen=True):
    """Of the released version, as far as days are made. `duration` in seconds; None where no launch has one.

    `events` are those that are still kept, of whatever version.
    """

    launches: int
    visits: int
    duration: float | None
    events: int
    first_seen: datetime | None
    last_seen: datetime | None


class PersonFacts(msgspec.Struct, frozen=True):
    """One person. `identities`: the first of them, the oldest first; `identity_count` says how many there are."""

    person: str
    identity_count: int
    identities: list[Identity]
    first_touch: Touch | None
    last_touch: Touch | None
    totals: Totals
    properties: dict[str, str]


_IDENTITIES = """
SELECT actor, toString(any(kind)), toUnixTimestamp64Milli(min(at)), argMaxIf(grade, at, version = 0) = 'verified'
FROM person_map WHERE app = {app:UInt32} AND actor IN {actors:Array(UInt64)}
GROUP BY actor ORDER BY min(at), any(kind) = 'device', actor
"""
_LINKS = f"""
SELECT node, other, argMax((toString(other_kind), toString(cause), verified, toString(state)), version) AS held,
    toUnixTimestamp64Milli(min(first)) AS since
FROM links
WHERE app = {{app:UInt32}} AND node IN {{actors:Array(UInt64)}} AND other IN {{actors:Array(UInt64)}}
GROUP BY node, other HAVING held.4 = '{LIVE}'
ORDER BY node, held.2 = '{EPISODE}', NOT held.3, since, other LIMIT 1 BY node
"""
_TOUCH = f"toUnixTimestamp64Milli({{at}}), {{page}}, {', '.join(ORIGIN)}"
_FIRST = (
    f"SELECT {_TOUCH.format(at='at', page='page')} FROM first_touches "
    "WHERE app = {app:UInt32} AND person = {person:UInt32} ORDER BY version DESC LIMIT 1"
)
_LAST = (
    f"SELECT {_TOUCH.format(at='start', page='entry')} FROM sessions "
    f"WHERE {CURRENT} AND traffic = 'release' ORDER BY start DESC, session DESC LIMIT 1"
)
_TOTALS = f"""
SELECT countIf(released), sumIf(visits, released), countIf(released AND duration IS NOT NULL),
    ifNull(sumIf(duration, released), 0), toUnixTimestamp64Milli(min(start)), toUnixTimestamp64Milli(max(start)),
    count()
FROM (SELECT visits, duration, start, traffic = 'release' AS released FROM sessions WHERE {CURRENT})
"""
_SEEN = f"SELECT toUnixTimestamp64Milli(min(ts)), toUnixTimestamp64Milli(max(ts)), count() FROM events WHERE {OWN}"
_SAID = f"SELECT name, argMax(value, (day, ts)) FROM profile_values WHERE {CURRENT} GROUP BY name ORDER BY name"


def facts(
    engine: Engine, app: int, person: int, actors: Sequence[int], spans: Sequence[Span] = ()
) -> PersonFacts:
    """What is known of a person, who is these actors, some of them for a time only."""
    asked = own(app, actors, spans) | {"person": person}
    first = _touch(engine, _FIRST, asked)
    return PersonFacts(
        person=f"p{person}",
        identity_count=len(actors),
        identities=_identities(engine, asked),
        first_touch=first,
        last_touch=_touch(engine, _LAST, asked),
        totals=_totals(engine, asked, first),
        properties={str(name): value for name, value in engine.rows(_SAID, asked)},
    )


def moment(milliseconds: int) -> datetime:
    """In UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def hash_of(actor: int) -> str:
    """What is kept of an identity, as people read it."""
    return f"{actor:016x}"


def _identities(engine: Engine, asked: dict[str, object]) -> list[Identity]:
    rows = engine.rows(_IDENTITIES, asked)[:MOST_IDENTITIES]
    links = {row[0]: row[2:] for row in engine.rows(_LINKS, asked)}
    found = []
    for actor, kind, since, verified in rows:
        joined: tuple[str, ...] = ()
        if actor in links:
            (beside, cause, sure, _), first = links[actor]
            joined = (cause, "verified" if sure else "claimed", beside)
            since = min(since, first)
        found.append(Identity(kind, hash_of(actor), moment(since), bool(verified), *joined))
    return found


def _touch(engine: Engine, sql: str, asked: dict[str, object]) -> Touch | None:
    for at, *rest in engine.rows(sql, asked):
        return Touch(moment(at), *rest)
    return None


def _totals(engine: Engine, asked: dict[str, object], first: Touch | None) -> Totals:
    launches, visits, timed, seconds, start, last, sessions = engine.rows(_TOTALS, asked)[0]
    earliest, latest, events = engine.rows(_SEEN, asked)[0]
    begun = [earliest] * bool(events) + [start] * bool(sessions)
    ended = [latest] * bool(events) + [last] * bool(sessions)
    since = [moment(one) for one in begun] + ([first.at] if first else [])
    return Totals(
        launches,
        visits,
        seconds / 1000 if timed else None,
        events,
        min(since, default=None),
        moment(max(ended)) if ended else None,
    )
