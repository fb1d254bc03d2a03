"""The public contract of `POST /v1/collect`, version 1, as types.

Names are short because phones send them millions of times; `docs/guide/*/collect.md` spells them
out. Unknown fields are ignored, so an older server understands a newer tracker of the same version.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

VERSION = 1
MOST_EVENTS = 50
MOST_SOURCES = 50
MOST_IDS = 16
MOST_PACKED = 64 << 10
MOST_UNPACKED = 512 << 10

Short = Annotated[str, Meta(max_length=255)]
Text = Annotated[str, Meta(max_length=1024)]
Millis = Annotated[int, Meta(ge=0, le=253_402_300_799_999)]
Whole = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Context(msgspec.Struct):
    """`ctx`: the phone and the program, once a batch."""

    app: Short = ""
    appv: Short = ""
    env: Short = "release"
    brand: Short = ""
    model: Short = ""
    os: Short = ""
    osv: Short = ""
    plat: Short = ""
    wxv: Short = ""
    sdkv: Short = ""
    lang: Short = ""
    net: Short = ""
    w: int | float = 0
    h: int | float = 0


class Origin(msgspec.Struct):
    """`src[]`: where a session came from. Events name theirs by index (`o`)."""

    scene: int = 0
    path: Text = ""
    query: str = ""
    ref: Short = ""
    source: Short = ""
    campaign: Short = ""
    lc: Short = ""
    utm_source: Short = ""
    utm_medium: Short = ""
    utm_campaign: Short = ""
    utm_term: Short = ""
    utm_content: Short = ""


class Lost(msgspec.Struct):
    """`lost`: events the tracker had to drop since the last success."""

    n: Whole = 0
    why: Short = ""


class WireEvent(msgspec.Struct):
    """`ev[]`: one event. Without `t` it happened when its id, a UUID of version 7, was made. `r`: the plan's event."""

    id: Short
    n: Annotated[str, Meta(min_length=1, max_length=128)]
    t: Millis = 0
    ty: str = "track"
    s: Short = ""
    q: Whole = 0
    p: str = ""
    pq: str = ""
    rf: str = ""
    tn: Short = ""
    ti: Short = ""
    du: Annotated[int, Meta(ge=0)] | None = None
    o: int = 0
    val: str | int | float | None = None
    cur: Annotated[str, Meta(max_length=8)] = ""
    pr: dict[str, Any] | None = None
    ids: dict[str, Short | None] | None = None
    r: Any = None


class Envelope(msgspec.Struct):
    """The body, its events typed. `s` is the session of events that name none, `ep` counts sign-outs on `d`.

    `test` is the code of a phone in test mode.
    """

    k: Short = ""
    v: int = VERSION
    lib: Short = ""
    sent: Millis = 0
    d: Short = ""
    ep: Whole = 0
    s: Short = ""
    u: Short = ""
    ids: dict[str, Short | None] = {}
    ctx: Context = msgspec.field(default_factory=Context)
    src: list[Origin] = []
    lost: Lost | None = None
    test: Any = None
    ev: list[WireEvent] = []


NOTHING = msgspec.Raw(b"{}")


class LooseEnvelope(msgspec.Struct):
    """The body with its parts left as they came: read when one of them is wrong."""

    k: Short | None = None
    v: int | None = None
    lib: Short | None = None
    sent: Millis | None = None
    d: Short | None = None
    ep: Whole | None = None
    s: Short | None = None
    u: Short | None = None
    ids: dict[str, Short | None] | None = None
    ctx: msgspec.Raw = NOTHING
    src: list[msgspec.Raw] | None = None
    lost: msgspec.Raw = NOTHING
    test: Any = None
    ev: list[msgspec.Raw] | None = None


class Version(msgspec.Struct):
    """The body's version alone."""

    v: int = VERSION


decode = msgspec.json.Decoder(Envelope).decode
decode_loosely = msgspec.json.Decoder(LooseEnvelope).decode
decode_event = msgspec.json.Decoder(WireEvent).decode
encode = msgspec.json.Encoder().encode


class Refusal(msgspec.Struct):
    """One event that did not go in, by its index in the request."""

    index: int
    id: str
    code: str
    field: str
    message: str


class Receipt(msgspec.Struct):
    """The answer to a batch: 200, also where some events were refused."""

    accepted: int
    refused: list[Refusal]
    ts: int
    cfg: str = ""


Facts = TypeVar("Facts", Context, Origin, Lost)

_pieces = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def salvaged(kind: type[Facts], raw: msgspec.Raw) -> Facts:
    """Facts about events, each by itself. One that does not fit is left out: it costs no event.

    Text that is too long is cut; a number is taken for text and text for a number: `"osv": 14`.
    """
    facts = kind()
    try:
        pieces = _pieces(raw)
    except _UNFIT:
        return facts
    for field in msgspec.structs.fields(kind):
        if field.name in pieces:
            value = _piece(pieces[field.name], field.type)
            if value is not None:
                setattr(facts, field.name, value)
    return facts


_UNFIT = (msgspec.DecodeError, ValueError, RecursionError, OverflowError)


def _piece(raw: msgspec.Raw, kind: Any) -> Any:
    try:
        return msgspec.json.decode(raw, type=kind, strict=False)
    except _UNFIT:
        pass
    try:
        found = msgspec.json.decode(raw, type=str | int | float)
        return msgspec.convert(str(found)[: 1024 if kind is Text else 255], kind)
    except _UNFIT:
        return None
