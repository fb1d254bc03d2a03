"""What the engine cannot read: kept whole in the quarantine with the engine's reason, and counted in the ledger.

Nothing in such a record can be taken for granted: what cannot be read here either is left out, not refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from minilens.spool.record import VIA
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows, stamp

_QUARANTINE = ("app", "reason", "name", "at", "segment", "record", "i", "line", "detail")
_LEDGER = ("app", "key", "via", "hour", "received", "refused", "accepted", "quarantined", "segment")
REASON = "unreadable"
#: Of the engine's sentence: it repeats the data it speaks of.
MOST_DETAIL = 300
HOUR_MS = 3_600_000
LATEST = (1 << 32) * 1000 - 1  # the last moment whose hour the ledger can hold

_PREFIXES = re.compile(r"^(Code: \d+\. DB::Exception: )+")
_ITSELF = re.compile(r"(: In scope |: While executing|\. You can enable setting).*", re.DOTALL)
_REPEATED = re.compile(r"( here| before): .*?(?=: \(while|$)", re.DOTALL)

_Fields = dict[str, msgspec.Raw]
_T = TypeVar("_T")


@dataclass(frozen=True)
class Unreadable:
    """A record, or one event of it, that the engine does not take: its number, its text, the engine's reason."""

    record: int
    text: bytes
    why: str


def single_events(text: bytes) -> list[bytes]:
    """The same record as one record an event, so that one wrong event costs itself only.

    What belongs to the request as a whole (refused, lost) goes with the first. A record that cannot be
    taken apart is returned as it is.
    """
    fields = _read(text, _Fields, {})
    events = _read(fields.get("events"), list[msgspec.Raw], [])
    if len(events) < 2:
        return [text]
    with_first = {"received": 1 + _refused(fields)}
    with_others = {"received": 1, "refused": {}, "lost": 0}
    return [
        msgspec.json.encode({**fields, **(with_others if n else with_first), "events": [event]})
        for n, event in enumerate(events)
    ]


def keep_unreadable(engine: Engine, bad: list[Unreadable], segment: str, token: str) -> None:
    """Write the events to the quarantine, reason `unreadable`, and book them as quarantined."""
    kept: list[tuple[object, ...]] = []
    booked: list[tuple[object, ...]] = []
    for one in bad:
        fields = _read(one.text, _Fields, {})
        app, at = _whole(fields, "app", 1 << 32), _whole(fields, "at", LATEST)
        nothing: list[_Fields] = [{}]
        events = _read(fields.get("events"), list[_Fields], nothing)
        text, why = one.text.decode(errors="replace"), detail(one.why)
        for n, event in enumerate(events):
            name, i = _read(event.get("name"), str, ""), _whole(event, "i", 1 << 16)
            line = "" if n else text
            kept.append((app, REASON, name, stamp(at), segment, one.record, i, line, why))
        refused = _refused(fields)
        via, hour = _read(fields.get("via"), str, ""), at // HOUR_MS * 3600
        booked.append(
            (app, _whole(fields, "key", 1 << 32), via if via in VIA else "", hour, len(events) + refused, refused,
             len(events), len(events), segment)
        )  # fmt: skip
    insert_rows(engine, "quarantine", _QUARANTINE, kept, token=f"{token}:unreadable")
    insert_rows(engine, "ledger", _LEDGER, booked, token=f"{token}:unreadable")


def detail(why: str) -> str:
    """The engine's sentence, without the data that it repeats and what it says of itself."""
    said = _ITSELF.sub("", _PREFIXES.sub("", why))
    return _REPEATED.sub(r"\1", said)[:MOST_DETAIL]


def _read(text: bytes | msgspec.Raw | None, kind: type[_T], otherwise: _T) -> _T:
    """What the text says, where it says something of this kind."""
    try:
        return msgspec.json.decode(text or b"", type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return otherwise


def _whole(fields: Mapping[str, Any], name: str, below: int) -> int:
    """A whole number from 0 to below a limit; else 0."""
    number = _read(fields.get(name), int, 0)
    return number if 0 <= number < below else 0


def _refused(fields: _Fields) -> int:
    """How many events of the request were refused on receipt."""
    return sum(n for n in _read(fields.get("refused"), dict[str, int], {}).values() if n > 0)
