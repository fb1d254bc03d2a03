"""What came last by each write key, for the page that tells whether a mini program is connected.

Kept by the receiver beside its segments, apart from the events: known within a second, also while nothing is loaded.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from minilens.spool.places import everywhere
from minilens.spool.record import Batch

log = logging.getLogger(__name__)

#: Beside the segments.
NAME = "arrivals.json"
#: So many keys are known; of more, those that came longest ago are forgotten.
MOST_KEYS = 500
#: So many reasons of refusals are kept by key, one of each sort, the newest first.
MOST_REASONS = 5
#: An event of the tracker about itself, and the codes of it that the page explains.
SDK_ERROR, FAULTS = "sdk_error", ("slot_taken", "stopped")
#: Seconds between two writings.
EVERY = 1.0
#: Milliseconds that a phone's clock may be off before it is worth a word.
WORTH_A_WORD = 60_000


class Reason(msgspec.Struct, frozen=True):
    """Why an event was refused, in both languages. `event` is its name as sent."""

    at: int
    code: str
    field: str
    event: str
    zh: str
    en: str


class Fault(msgspec.Struct, frozen=True):
    """What the tracker says of itself. `slot`, `before` and `type` where an identity slot has changed its type."""

    at: int = 0
    slot: str = ""
    before: str = ""
    type: str = ""
    message: str = ""


class Arrival(msgspec.Struct):
    """By one key. `environments`: environment → when an event of it was last accepted (milliseconds).

    `event`, `page`, `version` are of the newest event accepted. `skew` is how far the phone's clock was behind
    (milliseconds; negative: ahead) in the batch of `skew_at`, the last one that was off. `faults`: what the
    tracker last said of itself, by its code. `wechat`: why WeChat refuses the app's credentials at sign-ins (its
    errcode; 0: it does not), as of `wechat_at`, since `wechat_since`.
    """

    at: int = 0
    environments: dict[str, int] = {}
    event: str = ""
    page: str = ""
    version: str = ""
    skew: int = 0
    skew_at: int = 0
    reasons: list[Reason] = []
    faults: dict[str, Fault] = {}
    wechat: int = 0
    wechat_at: int = 0
    wechat_since: int = 0


@dataclass
class ArrivalsLog:
    """The receiver's hand on it."""

    folder: Path | None = None
    _known: dict[int, Arrival] | None = None
    _changed: bool = False

    def came(self, batch: Batch, skew: int, reasons: list[Reason]) -> None:
        """A batch was acknowledged."""
        known = self._now()
        one = known.pop(batch.key, None) or Arrival()
        if len(known) >= MOST_KEYS:
            known.pop(next(iter(known)))
        known[batch.key] = one
        one.at = batch.at
        if batch.events:
            last = batch.events[-1]
            one.environments = {**one.environments, batch.env: batch.at}
            one.event, one.page, one.version = last.name, last.page, batch.app_version
            one.faults = {**one.faults, **_faults(batch)}
        if abs(skew) >= WORTH_A_WORD:
            one.skew, one.skew_at = skew, batch.at
        if reasons:
            one.reasons = newest_of_each(reasons + one.reasons)
        self._changed = True

    def wechat_answered(self, key: int, at: int, errcode: int) -> None:
        """WeChat took the credentials of the key's app (0), or refuses them. Nothing is noted where it always took
        them."""
        known = self._now()
        if not errcode and not (key in known and known[key].wechat):
            return
        one = known.setdefault(key, Arrival())
        one.wechat_since = one.wechat_since if one.wechat and errcode else at
        one.wechat, one.wechat_at = errcode, at
        self._changed = True

    async def keep_written(self) -> None:
        """Write down what has changed, every second, until cancelled; whatever one writing meets, the next is tried."""
        try:
            while True:
                await asyncio.sleep(EVERY)
                if self._changed:
                    self._changed = False
                    try:
                        await asyncio.to_thread(self._write, msgspec.json.encode(self._now()))
                    except Exception:  # nobody would start it again
                        log.exception("what arrived cannot be written down; trying again")
        finally:
            if self._changed:
                self._write(msgspec.json.encode(self._now()))

    def _now(self) -> dict[int, Arrival]:
        if self._known is None:
            self._known = _read(self.folder / NAME) if self.folder else {}
        return self._known

    def _write(self, body: bytes) -> None:
        if self.folder is None:
            return
        new = self.folder / f"{NAME}.new"
        with contextlib.suppress(OSError):  # the events are what must be kept
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(body)
            new.replace(self.folder / NAME)


def _faults(batch: Batch) -> dict[str, Fault]:
    """Those that the setup page can say something about."""
    found: dict[str, Fault] = {}
    for event in batch.events:
        if event.name == SDK_ERROR:
            props = msgspec.json.decode(event.props, type=dict[str, Any])
            said = {name: str(props.get(name, ""))[:64] for name in ("slot", "before", "type")}
            if (code := props.get("code")) in FAULTS:
                found[code] = Fault(batch.at, message=str(props.get("message", ""))[:120], **said)
    return found


def arrivals(spool: Path) -> dict[int, Arrival]:
    """Key → what came, of all receivers together."""
    found: dict[int, Arrival] = {}
    for file in everywhere(spool, f"*/{NAME}"):
        for key, one in _read(file).items():
            found[key] = merged(found[key], one) if key in found else one
    return found


def merged(one: Arrival, other: Arrival) -> Arrival:
    """Of both together."""
    older, newer = sorted((one, other), key=lambda each: each.at)
    off = max(older, newer, key=lambda each: each.skew_at)
    asked = max(older, newer, key=lambda each: each.wechat_at)
    both = {**older.environments}
    for environment, at in newer.environments.items():
        both[environment] = max(at, both.get(environment, 0))
    return msgspec.structs.replace(
        newer,
        environments=both,
        event=newer.event or older.event,
        page=newer.page or older.page,
        version=newer.version or older.version,
        skew=off.skew,
        skew_at=off.skew_at,
        reasons=newest_of_each(older.reasons + newer.reasons),
        faults={**older.faults, **newer.faults},
        wechat=asked.wechat,
        wechat_at=asked.wechat_at,
        wechat_since=asked.wechat_since,
    )


def newest_of_each(reasons: list[Reason]) -> list[Reason]:
    """One of each code and field, the newest first."""
    found: dict[tuple[str, str], Reason] = {}
    for reason in sorted(reasons, key=lambda one: -one.at):
        found.setdefault((reason.code, reason.field), reason)
    return list(found.values())[:MOST_REASONS]


def _read(file: Path) -> dict[int, Arrival]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[int, Arrival], strict=False)
    except (OSError, msgspec.MsgspecError):
        return {}
