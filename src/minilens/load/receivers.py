"""The receivers on other hosts, as the loader sees them: which there are the records say, how they are they say
themselves, twice a second, each in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from minilens.errors import CannotStart
from minilens.load.worker import Failures
from minilens.period import now_ms
from minilens.records.receivers import ReceiverRow
from minilens.records.receivers import Receivers as Room
from minilens.spool import beside
from minilens.spool.fencing import StaleLoader
from minilens.spool.reader import Folder
from minilens.spool.remote import RemoteReceiver, RemoteSpool

log = logging.getLogger(__name__)

#: Seconds between two looks at the records, at a receiver, and at one that did not answer.
LIST_EVERY, LOOK_EVERY, AWAY_EVERY = 5.0, 0.5, 2.0
#: For so long figures are said to be as of the last look at a receiver that does not answer; then it is only told.
HELD_BACK = 3600.0


@dataclass(eq=False)
class Watched:
    """One receiver and the thread that looks at it."""

    remote: RemoteReceiver
    row: ReceiverRow
    copied: beside.Listed = field(default_factory=dict)
    thread: threading.Thread | None = None
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass
class Receivers:
    """All but this host's own. `overtaken` is told the number of a later loader that a receiver knows."""

    room: Room
    own: str
    key: bytes
    number: Callable[[], int | None]
    overtaken: Callable[[int], None] = lambda highest: None
    copies: Path | None = None  # where their small files are copied to
    failures: Failures = field(default_factory=Failures)
    _known: dict[str, Watched] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _one_list: threading.Lock = field(
        default_factory=threading.Lock
    )  # held while it is brought up to date

    def start(self) -> None:
        """Look from now on. Whoever loads next makes copies anew."""
        self._forget()
        self.refresh()
        self._thread = threading.Thread(target=self._keep_list, name="receivers", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._stop.set()
        if self._thread:
            self._thread.join()
        for one in self._all():
            self._drop(one)
        self._forget()

    def others(self) -> list[RemoteSpool]:
        """The folders of all that answer."""
        return [
            folder for one in self._all() if one.remote.fresh() for folder in one.remote.folders()
        ]

    def asked(self) -> Iterator[Folder]:
        """The folders of all, as they are now; at the end ReceiverUnreachable where one did not answer."""
        self.refresh()
        failed: CannotStart | None = None
        for one in self._all():
            try:
                one.remote.look()
            except CannotStart as error:
                failed = failed or error
            else:
                yield from one.remote.folders()
        if failed:
            raise failed

    def look_at(self, name: str) -> None:
        """Ask one how it is now, where it is one of them; CannotStart where it does not answer."""
        if name != self.own and all(one.remote.name != name for one in self._all()):
            self.refresh()  # it may be there since a moment
        for one in self._all():
            if one.remote.name == name:
                one.remote.look()

    def as_of(self, moment: float) -> float:
        """Seconds since 1970 up to which everything is known that was received elsewhere, `moment` at most."""
        for one in self._all():
            if one.row.left and not one.remote.fresh():
                continue
            looked = one.remote.looked_at / 1000 or one.row.seen.timestamp()
            if now_ms() / 1000 - looked < HELD_BACK:
                moment = min(moment, looked)
        return moment

    def rows(self) -> list[tuple[ReceiverRow, RemoteReceiver]]:
        """Each as the records and as itself last said."""
        return [(one.row, one.remote) for one in self._all()]

    def refresh(self) -> None:
        """Ask the records which there are. Of two at once one waits: nobody is looked at twice."""
        with self._one_list:
            self._refresh()

    def _refresh(self) -> None:
        rows = {row.name: row for row in self.room.all() if row.name != self.own}
        for one in self._all():
            row = rows.get(one.remote.name)
            if row is None and self.copies:
                beside.forget(self.copies / one.remote.name)
            if row is None or (row.url, row.instance) != (one.row.url, one.row.instance):
                self._drop(one)
            else:
                one.row = row
        for name in rows.keys() - {one.remote.name for one in self._all()}:
            self._watch(rows[name])

    def _watch(self, row: ReceiverRow) -> None:
        one = Watched(RemoteReceiver(row.name, row.url, self.key, self.number), row)
        one.thread = threading.Thread(
            target=self._look, args=(one,), name=f"at {row.name}", daemon=True
        )
        with self._lock:
            self._known[row.name] = one
        one.thread.start()

    def _drop(self, one: Watched) -> None:
        with self._lock:
            self._known.pop(one.remote.name, None)
        one.stop.set()
        if one.thread:
            one.thread.join()
        one.remote.close()
        self.failures.worked(one.remote.name)

    def _keep_list(self) -> None:
        while not self._stop.is_set():
            try:
                self.refresh()
            except Exception as error:  # whatever it is: those that are known are looked at
                log.warning(
                    "the records do not say which receivers there are", extra={"reason": str(error)}
                )
            self._stop.wait(LIST_EVERY)

    def _look(self, one: Watched) -> None:
        while not one.stop.is_set():
            wait = LOOK_EVERY
            try:
                one.remote.look()
                self._copy(one)
            except StaleLoader as error:
                self.overtaken(error.highest)
                wait = AWAY_EVERY
            except Exception as error:  # whatever it is
                if not one.row.left:
                    self.failures.failed(one.remote.name, error)
                wait = AWAY_EVERY
            else:
                self.failures.worked(one.remote.name)
            one.stop.wait(wait)

    def _forget(self) -> None:
        """Whoever loads next makes copies anew."""
        if self.copies:
            beside.forget(self.copies)

    def _copy(self, one: Watched) -> None:
        """The small files of a receiver, as they are by the last look."""
        if self.copies is None:
            return
        own = next(
            (folder for folder in one.remote.folders() if folder.name == one.remote.name), None
        )
        if own and own.state.beside != one.copied:
            there = own.state.beside
            beside.copy(self.copies / one.remote.name, there, one.copied, one.remote.file)
            one.copied = there

    def _all(self) -> list[Watched]:
        with self._lock:
            return list(self._known.values())


def wait_for_first_look(receivers: Receivers, seconds: float = 2.0) -> None:
    """Return when each was looked at once, or after so long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and any(not remote.looked_at for _, remote in receivers.rows()):
        time.sleep(0.02)
