"""After a failure of the disk: what was written about that time is read, and what cannot be is made or loaded again.

A disk that refuses writes may let the engine report success for parts whose files are cut short. One in `builds`
would keep days from being made, one in `days` reports from being answered, for good.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from minilens.errors import EngineFailed
from minilens.load.damage import Part, damaged, detach, found_since, named_in
from minilens.load.pending import Counter, Pending, mark
from minilens.load.replay import rewind_all
from minilens.load.worker import Partly
from minilens.period import now_ms
from minilens.spool.reader import Folder
from minilens.warehouse.engine import Engine

#: Tables that are filled from the spool; all others are made from events.
FROM_THE_SPOOL = {"events", "ids", "ledger", "quarantine", "person_map", "links"}
#: A write that failed in silence may lie so many seconds before the failure that is seen.
BEFORE = 300
#: So many sentences of the engine are remembered until they are looked at: most name the same part.
MOST_MET = 100


@dataclass
class Healing:
    """Told of failures by the threads that load and make days; looks once one of them works again."""

    engine: Engine
    spool: Path
    pending: Pending
    counter: Counter
    others: Callable[[], Sequence[Folder]] = lambda: ()
    _since: int = 0  # seconds since 1970; 0: nothing has failed
    # what the engine said to those who read; questions write it while a step takes from it
    _met: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_MET))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def around(self, step: Callable[[], bool]) -> Callable[[], bool]:
        """The same step, watched."""

        def watched() -> bool:
            try:
                worked = step()
            except Exception as failed:
                error = failed.error if isinstance(failed, Partly) else failed
                self._note(error)
                if damaged_now(error):
                    self.look()
                raise
            self.look()
            return worked

        return watched

    def met(self, error: EngineFailed) -> None:
        """A question met this: a damaged part that it names is looked at with the next step, however old it is."""
        if damaged(error):
            self._met.append(str(error))

    def look(self) -> None:
        """Put damaged parts aside, where there was trouble since the last look."""
        if not self._since and not self._met:
            return
        with self._lock:
            since, self._since = self._since, 0
            try:
                if since:
                    heal(self, found_since(self.engine, since - BEFORE))
            except BaseException:
                self._since = since
                raise
            self._look_at_met()

    def _look_at_met(self) -> None:
        while self._met:
            said = self._met.popleft()
            try:
                heal(self, named_in(self.engine, said))
            except BaseException:
                self._met.appendleft(said)
                raise

    def _note(self, error: BaseException | None) -> None:
        if isinstance(error, OSError | EngineFailed) and not self._since:
            self._since = now_ms() // 1000


def damaged_now(error: BaseException | None) -> bool:
    """Whether the step met a damaged part itself."""
    return isinstance(error, Exception) and damaged(error)


def heal(one: Healing, parts: list[Part]) -> None:
    """Have what these parts held loaded and made again, and put them aside.

    That it is to be done is written down before, for a kill in between; and after, for days made in between.
    """
    if any(part.table in FROM_THE_SPOOL for part in parts):
        rewind_all(one.spool, others=one.others())
    apps = sorted({app for part in parts for app in _apps(part)})
    _make_again(one, apps, [part.name for part in parts if part.table == "events"])
    for part in parts:
        detach(part)
    _make_again(one, apps)


def _make_again(one: Healing, apps: list[int], unreadable: Sequence[str] = ()) -> None:
    """Mark every day with events; those in parts that cannot be read are marked as they are loaded again."""
    sql = """
        SELECT DISTINCT day FROM events
        WHERE app = {app:UInt32} AND _part NOT IN {unreadable:Array(String)}
        ORDER BY day"""
    for app in apps:
        asked = {"app": app, "unreadable": list(unreadable)}
        days = [row[0] for row in one.engine.rows(sql, asked)]
        mark(one.engine, one.pending, one.counter, app, days, "repair")


def _apps(part: Part) -> list[int]:
    """The app whose days a part is about: the first number of its partition; none for what no day is made from."""
    found = re.search(r"\d+", part.partition)
    return [int(found[0])] if found and part.table not in ("ids", "ledger", "quarantine") else []
