"""The same question asked by several people at once is answered once, for all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from minilens.errors import Busy
from minilens.measure.execution.queue import LOOK, QueryCancelled
from minilens.measure.table import Table


@dataclass
class _UnderWay:
    """An answer that somebody waits for; it ends with a table, or with being told to come again."""

    done: threading.Event = field(default_factory=threading.Event)
    table: Table | None = None
    busy: Busy | None = None


class SingleFlight:
    """What is being answered, by what the answers stand on."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, _UnderWay] = {}
        self._lock = threading.Lock()

    def ask(
        self, key: Hashable, work: Callable[[], Table], stopped: Callable[[], bool] = lambda: False
    ) -> tuple[Table, bool]:
        """The table, and whether somebody else asked for it.

        Where that one goes away or fails, the next of those who wait does the work.
        """
        while True:
            with self._lock:
                theirs = self._under_way.get(key)
                if theirs is None:
                    ours = self._under_way[key] = _UnderWay()
                    break
            while not theirs.done.wait(LOOK):
                if stopped():
                    raise QueryCancelled
            if theirs.table is not None:
                return theirs.table, True
            if theirs.busy is not None:  # the same place in the line
                raise theirs.busy
        try:
            ours.table = work()
            return ours.table, False
        except Busy as busy:
            ours.busy = busy
            raise
        finally:
            with self._lock:
                del self._under_way[key]
            ours.done.set()
