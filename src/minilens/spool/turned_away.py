"""Senders that were turned away: of another mini program than the app's, with a key that nobody has, or with a payment
that cannot be believed.

Kept by the receiver beside its segments, so that owners are told. Of what a stranger typed no more is kept than an
AppID that has WeChat's form, or how a key begins.
"""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from minilens.spool.places import everywhere

#: Beside the segments.
NAME = "turned-away.json"
#: So many of each are known apart; of more, those that came least often are forgotten.
MOST_KNOWN = 20
#: What has not come again for so long is forgotten.
KEPT_MS = 7 * 86_400_000
#: Written down so often at most.
EVERY_MS = 2_000
MOST_OF_A_KEY = 6

_APPID = re.compile(r"wx[0-9a-z]{16}").fullmatch
_BEGINNING = re.compile(r"[A-Za-z0-9_-]*")


class Sender(msgspec.Struct, frozen=True):
    """How many batches came, and when the first and the last (milliseconds)."""

    batches: int
    first: int
    last: int


class TurnedAway(msgspec.Struct):
    """`appids`: app → AppID → sender. `keys`: beginning of a key → sender. `payments`: app → provider and the code of
    why → sender."""

    appids: dict[int, dict[str, Sender]] = {}
    keys: dict[str, Sender] = {}
    payments: dict[int, dict[str, Sender]] = {}


@dataclass
class TurnedAwayLog:
    """The receiver's hand on it."""

    folder: Path | None = None
    _written: int = 0
    _known: TurnedAway | None = None

    def appid(self, app: int, appid: str, at: int) -> None:
        """A batch of another mini program came with a key of this app."""
        known = self._now()
        _count(known.appids.setdefault(app, {}), appid if _APPID(appid) else "?", at)
        self._write(at)

    def key(self, key: str, at: int) -> None:
        """A batch came with a key that nobody has."""
        found = _BEGINNING.match(key[:MOST_OF_A_KEY])
        _count(self._now().keys, f"{found[0] if found else ''}…", at)
        self._write(at)

    def payment(self, app: int, provider: str, code: str, at: int) -> None:
        """A notification of a payment was refused, by the code of why."""
        _count(self._now().payments.setdefault(app, {}), f"{provider} {code}", at)
        self._write(at)

    def _now(self) -> TurnedAway:
        if self._known is None:
            self._known = _read(self.folder / NAME) if self.folder else TurnedAway()
        return self._known

    def _write(self, at: int) -> None:
        if self.folder is None or 0 <= at - self._written < EVERY_MS:
            return
        self._written = at
        new = self.folder / f"{NAME}.new"
        with contextlib.suppress(OSError):  # what is told of strangers is not worth a refusal
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(msgspec.json.encode(self._now()))
            new.replace(self.folder / NAME)


def turned_away(spool: Path, now: int) -> TurnedAway:
    """Of all receivers together, what came lately."""
    found = TurnedAway({}, {}, {})
    for file in everywhere(spool, f"*/{NAME}"):
        one = _read(file)
        for app, appids in one.appids.items():
            _add(found.appids.setdefault(app, {}), appids, now)
        _add(found.keys, one.keys, now)
        for app, payments in one.payments.items():
            _add(found.payments.setdefault(app, {}), payments, now)
    return found


def _add(into: dict[str, Sender], more: dict[str, Sender], now: int) -> None:
    for name, one in more.items():
        if now - one.last < KEPT_MS:
            before = into.get(name, Sender(0, one.first, 0))
            into[name] = Sender(
                before.batches + one.batches,
                min(before.first, one.first),
                max(before.last, one.last),
            )


def _count(known: dict[str, Sender], name: str, at: int) -> None:
    before = known.pop(name, None)
    if before is None and len(known) >= MOST_KNOWN:
        known.pop(min(known, key=lambda one: (known[one].batches, known[one].last)))
    if before is None or at - before.last >= KEPT_MS:
        before = Sender(0, at, at)
    known[name] = Sender(before.batches + 1, before.first, at)


def _read(file: Path) -> TurnedAway:
    try:
        return msgspec.json.decode(file.read_bytes(), type=TurnedAway, strict=False)
    except (OSError, msgspec.MsgspecError):
        return TurnedAway({}, {}, {})
