"""What the engine cannot read: kept whole in the quarantine with the engine's reason, and counted in the ledger."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from minilens.spool.record import Batch, decode, encode
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows, stamp

_QUARANTINE = ("app", "reason", "name", "at", "segment", "record", "i", "line", "detail")
_LEDGER = ("app", "key", "via", "hour", "received", "refused", "accepted", "quarantined", "segment")
REASON = "unreadable"
#: Of the engine's sentence: it repeats the data it speaks of.
MOST_DETAIL = 300


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
    try:
        batch = decode(text)
    except (msgspec.DecodeError, ValueError):
        return [text]
    if len(batch.events) < 2:
        return [text]
    rest = batch.received - len(batch.events)
    parts = []
    for n, event in enumerate(batch.events):
        whole = n == 0
        part = msgspec.structs.replace(
            batch,
            events=[event],
            received=1 + (rest if whole else 0),
            refused=batch.refused if whole else {},
            lost=batch.lost if whole else 0,
        )
        parts.append(encode(part))
    return parts


def keep_unreadable(engine: Engine, bad: list[Unreadable], segment: str, token: str) -> None:
    """Write the events to the quarantine, reason `unreadable`, and book them as quarantined."""
    kept: list[tuple[object, ...]] = []
    booked: list[tuple[object, ...]] = []
    for one in bad:
        text = one.text.decode(errors="replace")
        try:
            batch = decode(one.text)
        except (msgspec.DecodeError, ValueError):
            # nobody's, as far as can be told: app 0
            kept.append((0, REASON, "", stamp(0), segment, one.record, 0, text, detail(one.why)))
            continue
        at = stamp(batch.at)
        kept += [
            (batch.app, REASON, event.name, at, segment, one.record, event.i, line, detail(one.why))
            for event, line in zip(batch.events, [text] + [""] * len(batch.events), strict=False)
        ]
        booked.append(_booked(batch, segment))
    insert_rows(engine, "quarantine", _QUARANTINE, kept, token=f"{token}:unreadable")
    insert_rows(engine, "ledger", _LEDGER, booked, token=f"{token}:unreadable")


def detail(why: str) -> str:
    """The engine's sentence, without what it repeats of itself."""
    return why.partition(": In scope ")[0].partition(": While executing")[0][:MOST_DETAIL]


def _booked(batch: Batch, segment: str) -> tuple[object, ...]:
    refused = sum(batch.refused.values())
    hour = batch.at // 3_600_000 * 3600
    return (
        batch.app, batch.key, batch.via, hour, batch.received, refused, batch.received - refused,
        len(batch.events), segment,
    )  # fmt: skip
