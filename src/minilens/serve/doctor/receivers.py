"""Hosts that receive: those that were not seen for long, where much waits, and whether anybody loads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from minilens.load.election import PATIENCE
from minilens.records.receivers import OWNED, Lease, ReceiverRow
from minilens.records.store import Records
from minilens.serve.doctor.findings import Finding
from minilens.serve.status import BEHIND_SECONDS


def receiver_findings(records: Records, now: int) -> Iterator[Finding]:
    """`now`: milliseconds. Nothing where the records are of one host."""
    rows = records.receivers.all()
    for one in rows:
        if one.age > OWNED.total_seconds() and (one.waiting or not one.left):
            facts = {
                "name": one.name,
                "url": one.url,
                "minutes": round(one.age / 60),
                "bytes": one.waiting,
            }
            yield Finding("receiver_away", facts)
        elif one.oldest and now - one.oldest > BEHIND_SECONDS * 1000:
            facts = {"name": one.name, "seconds": (now - one.oldest) // 1000, "bytes": one.waiting}
            yield Finding("receiver_behind", facts)
    lease = records.loader_lease.look()
    if rows and (lease is None or not lease.held or lease.age > 2 * PATIENCE):
        yield Finding("nobody_loads")
    elif lease is not None:
        yield from _other_versions(rows, lease)


def _other_versions(rows: Sequence[ReceiverRow], lease: Lease) -> Iterator[Finding]:
    """Hosts that are there and run another program than the one that loads."""
    loads = next((one.version for one in rows if one.instance == lease.instance), "")
    for one in rows:
        there = not one.left and one.age <= OWNED.total_seconds()
        if loads and there and one.version != loads:
            facts = {"name": one.name, "version": one.version, "loads": lease.name, "other": loads}
            yield Finding("other_version", facts)
