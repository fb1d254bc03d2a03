"""What receiving needs of the records, as they last were, on the receiver's own disk.

A receiver that is started while the records are away takes events by it. It is written when something changes, and
its time is that of the last look at the records. Sealed with the secret of the installation: what somebody else wrote
there does not open.
"""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from typing import Any

import msgspec

from minilens.collect.plans import Drafts, Published
from minilens.records.keys import Key
from minilens.records.sealed import opened, seal
from minilens.records.store import App, PaymentChannel, TokenGrant
from minilens.spool.writer import sync_folder

log = logging.getLogger(__name__)

#: In the data folder.
NAME = "last-known"
_OF = "what receiving needs"
#: Seconds between two notes that it is still so.
TOUCHED_EVERY = 30.0


class LastKnown(msgspec.Struct, frozen=True):
    """All of it. `grants`: what tokens open that may send events, by the hash of the token."""

    keys: list[Key] = []
    apps: list[App] = []
    channels: list[PaymentChannel] = []
    blocked: dict[int, frozenset[int]] = {}
    joining: dict[int, frozenset[str]] = {}
    grants: dict[str, TokenGrant] = {}
    plans: dict[int, Published] = {}
    drafts: dict[int, Drafts] = {}


class Kept:
    """The file of it."""

    def __init__(self, data: Path, secret: bytes) -> None:
        self._path, self._secret = data / NAME, secret
        self._written: LastKnown | None = None
        self._touched = float("-inf")

    def read(self) -> tuple[LastKnown, float] | None:
        """What was known last, and since when (seconds since 1970); None where nothing is, or it does not open."""
        try:
            text = opened(self._path.read_text(), self._secret, _OF)
            at = self._path.stat().st_mtime
            return (msgspec.json.decode(text, type=LastKnown), at) if text else None
        except (OSError, ValueError):  # also what is no base64, and what another version wrote
            return None

    def write(self, known: LastKnown) -> None:
        """It is so now. A disk that takes no more keeps nobody from receiving."""
        try:
            if known != self._written:
                self._replace(seal(msgspec.json.encode(known).decode(), self._secret, _OF))
                self._written, self._touched = known, time.monotonic()
            elif time.monotonic() - self._touched >= TOUCHED_EVERY:
                self._touched = time.monotonic()
                os.utime(self._path)
        except OSError as error:
            self._written = None
            log.warning("what receiving needs is not kept", extra={"reason": str(error)})

    def _replace(self, text: Any) -> None:
        new = self._path.with_suffix(".new")
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
        sync_folder(self._path.parent)
