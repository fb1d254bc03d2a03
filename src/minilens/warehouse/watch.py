"""Servers that do not answer, found out while a question waits for one: so it ends within seconds, and by name.

What stops without ending takes connections and says nothing, and so does a network that loses everything. Whoever waits
looks after all servers; as long as each answers, a question may take as long as it takes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import wait
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TypeVar

from minilens.errors import ShardAway
from minilens.warehouse.askers import Askers

Found = TypeVar("Found")
#: Where a server is reached by HTTP, and what it is called in zh and en.
Host = tuple[str, int]
Named = tuple[str, str]
#: Seconds that a question is waited for before the servers are looked at, and again after each look.
BEFORE_A_LOOK = 1.0
#: Seconds in which a server has to say that it is there, and how often it is asked: one that is busy may miss one.
PATIENCE, TRIES = 1.4, 2
#: Seconds for which a look is believed at most; no longer than it took, so that one that costs nothing is done anew.
BELIEVED = 1.0


class Watch:
    """Asks questions, and gives up those that wait for a server that does not answer.

    `servers`: of each of these groups one has to answer, and what the group is called. Nothing that changes anything is
    asked here: what is given up may be answered later, to nobody.
    """

    def __init__(
        self, servers: Callable[[], Sequence[tuple[Sequence[Host], Named]]], *, secure: bool
    ) -> None:
        self._servers, self._secure = servers, secure
        self._askers = Askers()
        self._lock = threading.Lock()
        self._looked, self._took, self._silent = 0.0, 0.0, tuple[Named, ...]()

    def ask(self, question: Callable[[], Found]) -> Found:
        """What it answers; ShardAway where a server does not."""
        self.still_away()
        answer = self._askers.submit(question)
        while not wait([answer], BEFORE_A_LOOK).done:
            self.everybody_answers()
        return answer.result()

    def still_away(self) -> None:
        """ShardAway where a server did not answer at the last look, and still does not."""
        if self._silent:
            self.everybody_answers()

    @property
    def first(self) -> Named:
        """What the first group is called."""
        return self._servers()[0][1]

    def everybody_answers(self) -> None:
        """ShardAway where a server does not."""
        if silent := self.silent():
            raise ShardAway(silent[0], "no answer")

    def silent(self) -> tuple[Named, ...]:
        """The names of groups of which none answers. Who comes while others look is told what these find."""
        with self._lock:
            began = time.monotonic()
            if began - self._looked > min(BELIEVED, self._took):
                servers = self._servers()
                hosts = list({host for some, _ in servers for host in some})
                there = dict(zip(hosts, self._askers.map(self.answers, hosts), strict=True))
                self._silent = tuple(
                    name for some, name in servers if not any(there[host] for host in some)
                )
                self._looked = time.monotonic()
                self._took = self._looked - began
            return self._silent

    def answers(self, host: Host) -> bool:
        """Whether a server says that it is there."""
        made = HTTPSConnection if self._secure else HTTPConnection
        for _ in range(TRIES):
            connection = made(*host, timeout=PATIENCE)
            try:
                connection.request("GET", "/ping")
                connection.getresponse().read()
            except (OSError, HTTPException):
                continue
            else:
                return True
            finally:
                connection.close()
        return False

    def close(self) -> None:
        """End its threads; what they ask is left to itself."""
        self._askers.close()
