"""What the receiver writes to the spool: one `Batch` for each acknowledged request.

A batch holds what was received together with the facts of its receipt (when, which key, which place,
what was refused), so that a fault in load can be mended by replaying it. Field names are spelled out
because the loader's SQL reads them by name; absent facts are empty strings and zeros, not nulls.

Times are milliseconds since 1970 in UTC. `actor`, `device` and `session` are 64-bit hashes made by
`identity.actor`; the plain openid, phone number or session id never reaches the spool.
"""

from __future__ import annotations

import msgspec

VIA = ("tracker", "server", "import", "login")


class Source(msgspec.Struct, omit_defaults=True):
    """Where a session came from: the scene WeChat gave and what the owner's link said."""

    scene: int = 0
    source: str = ""
    campaign: str = ""
    link: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""
    placement: str = ""
    material: str = ""


class Event(msgspec.Struct, omit_defaults=True):
    """One thing that happened. `i` is its index in the request, `o` its source (1-based, 0 = none)."""

    i: int
    id: str  # UUID text; made from the sender's id where that is no UUID
    name: str
    ts: int
    actor: int  # the strongest identity the event carried, else the device
    actor_type: str = "device"
    w: int = 0  # the other identities that it carried, among `who` (1-based, 0 = none)
    kind: str = "track"  # track · profile
    raw_name: str = ""  # the name as sent, where that broke the rule
    session: int = 0  # 0 = none
    seq: int = 0
    page: str = ""
    query: str = ""
    referrer: str = ""
    target_name: str = ""
    target_id: str = ""
    duration: int | None = None  # foreground milliseconds, on page_leave
    o: int = 0
    value: str | None = None  # decimal text, at most 4 places
    currency: str = ""
    late: bool = False
    props: str = "{}"  # JSON object text


class Batch(msgspec.Struct, omit_defaults=True):
    """One acknowledged request: its context once, its events, and how many were refused and why."""

    at: int
    app: int
    via: str
    key: int = 0
    lib: str = ""
    device: int = 0
    root: int = 0  # the device itself, where `device` is what came after a sign-out on it
    env: str = "release"  # release · trial · develop · preview
    robot: str = ""  # why it is thought to be one
    country: str = ""
    province: str = ""
    city: str = ""
    brand: str = ""
    model: str = ""
    os: str = ""
    os_version: str = ""
    platform: str = ""
    wx_version: str = ""
    sdk_version: str = ""
    app_version: str = ""
    language: str = ""
    network: str = ""
    width: int = 0
    height: int = 0
    lost: int = 0  # events the tracker says it had to drop
    received: int = 0
    refused: dict[str, int] = {}
    sources: list[Source] = []
    who: list[
        list[tuple[str, int]]
    ] = []  # what events carried beside their actor: types and hashes
    events: list[Event] = []


#: How an event begins in the text of a record; a text inside of one cannot hold this, its quotes are escaped.
BEGINNING = b'{"i":'

encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Batch).decode
