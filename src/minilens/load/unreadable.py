"""Records that the engine cannot read: kept whole in the quarantine, and counted in the ledger."""

from __future__ import annotations

from minilens.spool.record import decode
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows, stamp

_QUARANTINE = ("app", "reason", "name", "at", "segment", "record", "i", "line")
_LEDGER = ("app", "key", "via", "hour", "received", "refused", "accepted", "quarantined", "segment")


def keep_unreadable(engine: Engine, bad: list[tuple[int, bytes]], segment: str, token: str) -> None:
    """Write each record's events to the quarantine, reason `unreadable`, and book them as quarantined."""
    kept: list[tuple[object, ...]] = []
    booked: list[tuple[object, ...]] = []
    for number, text in bad:
        batch = decode(text)
        for event in batch.events:
            line = text.decode() if event.i == batch.events[0].i else ""
            kept.append(
                (
                    batch.app,
                    "unreadable",
                    event.name,
                    stamp(batch.at),
                    segment,
                    number,
                    event.i,
                    line,
                )
            )
        refused = sum(batch.refused.values())
        hour = batch.at // 3_600_000 * 3600
        booked.append(
            (batch.app, batch.key, batch.via, hour, batch.received, refused, batch.received - refused,
             len(batch.events), segment)
        )  # fmt: skip
    insert_rows(engine, "quarantine", _QUARANTINE, kept, token=f"{token}:unreadable")
    insert_rows(engine, "ledger", _LEDGER, booked, token=f"{token}:unreadable")
