"""Phones in test mode: what they send is shown as it arrives, and their plan makes them send at once."""

from __future__ import annotations

from typing import Any

import msgspec

from minilens.collect.decode import id_of
from minilens.collect.plans import Drafts, Published, published
from minilens.spool.arrivals import Reason
from minilens.spool.record import Batch
from minilens.spool.test_mode import EventInTest

#: Whoever watches waits.
FLUSH = {"size": 5, "seconds": 1}


def plan_in_test(plan: Published, drafts: Drafts | None) -> Published:
    """The plan as a phone in test mode has it: events as their drafts are saved, sent at once."""
    body: dict[str, Any] = msgspec.json.decode(plan.plain)
    body |= {"rev": revision_in_test(plan.revision, drafts), "flush": FLUSH}
    if drafts:
        body["events"] = drafts.events
    return published(body["rev"], msgspec.json.encode(body))


def revision_in_test(revision: str, drafts: Drafts | None) -> str:
    """Another one than that of all others, and with each draft that is saved: theirs is not what it has."""
    return f"{revision or 0}-{f'{drafts.mark}-' if drafts else ''}test"


def shown(events: list[Any], batch: Batch, reasons: list[Reason]) -> list[EventInTest]:
    """The events of a batch, as they were taken or refused."""
    device = f"{batch.brand} {batch.model}".strip()
    found = [
        EventInTest(
            at=batch.at,
            name=one.name,
            raw_name=one.raw_name,
            kind=one.kind,
            page=one.page,
            rule=id_of(events[one.i], "r")[:40],
            target_name=one.target_name,
            target_id=one.target_id,
            duration=one.duration,
            value=one.value,
            currency=one.currency,
            device=device,
            version=batch.app_version,
            props=one.props,
        )
        for one in batch.events
    ]
    found += [
        EventInTest(
            at=batch.at, name=one.event, device=device, version=batch.app_version, refused=one
        )
        for one in reasons
    ]
    return found
