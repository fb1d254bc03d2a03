"""The published plans as the receiver holds them: phones ask the receiver, and it asks nobody."""

from __future__ import annotations

import gzip
import json
import logging
from dataclasses import dataclass
from typing import Any

from minilens.errors import CannotStart
from minilens.records import plan_rules
from minilens.records.store import Records

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Published:
    """What phones of an app are sent, as it is and packed."""

    revision: str
    plain: bytes
    packed: bytes


@dataclass(frozen=True)
class Drafts:
    """The events of an app as their drafts are saved. `mark` is another one after each change."""

    mark: int
    events: list[dict[str, Any]]


def published(revision: str, body: bytes) -> Published:
    """Packed once, not at each request."""
    return Published(revision, body, gzip.compress(body, 6, mtime=0))


def sendable(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many as a phone takes, the newest of them, without what only people read."""
    kept: list[dict[str, Any]] = []
    room = plan_rules.MOST_BYTES - 4_096
    for event in reversed(events):
        said = {name: value for name, value in event.items() if name != "zh"}
        room -= len(json.dumps(said, ensure_ascii=False).encode())
        if room < 0 or len(kept) == plan_rules.MOST_EVENTS:
            break
        kept.append(said)
    return kept[::-1]


#: Of an app that has published nothing.
NONE = published("0", b'{"rev":"0"}')


class PublishedPlans:
    """App → its newest plan. The last good one stays where the records cannot be read."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._plans: dict[int, Published] = {}
        self._drafts: dict[int, Drafts] = {}

    def of(self, app: int) -> Published:
        """What its phones are sent."""
        return self._plans.get(app, NONE)

    def drafts(self, app: int) -> Drafts | None:
        """What phones in test mode are sent besides; None where no event is defined."""
        return self._drafts.get(app)

    def revision(self, app: int) -> str:
        """The one that receipts name; nothing where nothing was published."""
        found = self._plans.get(app)
        return found.revision if found else ""

    def all(self) -> tuple[dict[int, Published], dict[int, Drafts]]:
        """Plans and drafts as they are held."""
        return self._plans, self._drafts

    def hold(self, plans: dict[int, Published], drafts: dict[int, Drafts]) -> None:
        """These, until the records say others."""
        self._plans, self._drafts = plans, drafts

    def refresh(self) -> None:
        """Read those that have another revision than is held."""
        try:
            newest = self._records.plans.newest()
            found = {app: one for app, one in self._plans.items() if app in newest}
            for app, revision in newest.items():
                if app in found and found[app].revision == str(revision):
                    continue
                one = self._read(app, revision)
                if one is not None:
                    found[app] = one
            drafts = self._newest_drafts()
        except CannotStart as error:
            log.warning("plans cannot be read", extra={"reason": str(error)})
        else:
            self._plans, self._drafts = found, drafts

    def _newest_drafts(self) -> dict[int, Drafts]:
        """Those that have changed are read again; drafts of more than a phone takes are left out."""
        found = {}
        for app, mark in self._records.events.marks().items():
            held = self._drafts.get(app)
            if held is None or held.mark != mark:
                held = Drafts(mark, sendable(self._records.events.in_test(app)))
            found[app] = held
        return found

    def _read(self, app: int, revision: int) -> Published | None:
        """None where it cannot be read: a plan that somebody spoilt must keep no event from coming in."""
        try:
            plan = self._records.plans.find(app, revision)
            return published(str(revision), plan.config()) if plan else None
        except (ValueError, TypeError, KeyError, AttributeError):
            log.exception("a plan cannot be read", extra={"app": app, "revision": revision})
            return None
