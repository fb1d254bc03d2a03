"""Events that wait in quarantine, as the site tells of them."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.measure.ledger.waiting import FieldSeen, Waiting, WaitingSample


@dataclass(frozen=True)
class Group:
    """What waits for one reason under one name. `ready`: nothing is against it any more, so that it can be let in."""

    waiting: Waiting
    ready: bool
    declared: bool


@dataclass(frozen=True)
class Shown:
    """The same in detail."""

    group: Group
    samples: list[WaitingSample]
    fields: list[FieldSeen]
