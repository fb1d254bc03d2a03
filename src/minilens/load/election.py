"""Which of several hosts loads: the one that has the lease in the records.

It renews the lease every few seconds. Another takes it when it has watched it for a while and saw no renewal, by its
own clock that only goes forward: no two clocks are compared. The holder believes in its lease for a shorter time than
that, so that it has stopped before another begins.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from minilens.errors import CannotStart
from minilens.records.receivers import Host, Lease, LoaderLease

log = logging.getLogger(__name__)

#: Seconds: between two renewals, that the holder believes in one, and that others wait for one.
EVERY, BELIEVED, PATIENCE = 2.0, 10.0, 16.0


class LeaseLost(CannotStart):
    """Another host loads."""

    def __init__(self) -> None:
        super().__init__("Another host has taken over loading", "已由另一台主机接管装载")


class LeaseInDoubt(CannotStart):
    """It could not be renewed in time; it may be again."""

    def __init__(self) -> None:
        super().__init__(
            "The records cannot be reached to renew the lease of the loader; loading waits",
            "无法访问配置库以续租装载权，装载暂停",
        )


class OtherWarehouse(CannotStart):
    """Whoever took the lease would load into a warehouse of its own."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} loads into another warehouse. Hosts that load for each other need one ClickHouse server in "
            "MINILENS_WAREHOUSE; a host without it can set MINILENS_ROLES=receive",
            f"{name} 装载到另一个数据仓库。互为后备的主机须在 MINILENS_WAREHOUSE 中指定同一个 ClickHouse；"
            "否则请在本机设置 MINILENS_ROLES=receive",
        )


@dataclass
class Election:
    """One host's part in it. `warehouse`: of those with the same text one may load for another; an embedded one is
    its host's alone."""

    lease: LoaderLease
    host: Host
    warehouse: str
    number_held: int = 0  # 0: not elected
    lost: bool = False
    took_over: bool = False  # from another host that did not give it back
    clock: Callable[[], float] = time.monotonic
    _until: float = 0.0
    _watched: tuple[int, int] = (0, -1)  # number and beats of another's lease
    _since: float = 0.0  # when they were first seen
    _thread: threading.Thread | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _alone: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bool:
        """Whether this host is elected now. Asked again and again by whoever stands by; OtherWarehouse where it must
        not be."""
        began, seen = self.clock(), self.lease.look()
        if not self._free(seen):
            return False
        number = self.lease.take(seen, self.host, self.warehouse)
        if number is None:
            return False
        self._holds(number, began)
        self.took_over = bool(seen and seen.held and seen.instance != self.host.instance)
        log.info("this host loads", extra={"work": "load", "count": number})
        return True

    def number(self) -> int:
        """Of the election that holds; LeaseLost or LeaseInDoubt where none does."""
        if self.lost:
            raise LeaseLost
        if self.clock() >= self._until:
            raise LeaseInDoubt
        return self.number_held

    def renew(self) -> None:
        """Once; `lost` where another has it."""
        with self._alone:
            began = self.clock()
            if self.lease.renew(self.host, self.number_held):
                self._until = began + BELIEVED
            else:
                self.lost = True

    def rise_above(self, highest: int) -> None:
        """A receiver knows a higher number, as after a restore of the records: be elected anew, above it."""
        with self._alone:
            if self.number_held > highest:
                return
            began, seen = self.clock(), self.lease.look()
            mine = seen and (seen.instance, seen.number) == (self.host.instance, self.number_held)
            number = mine and self.lease.take(seen, self.host, self.warehouse, above=highest)
            if number:
                self._holds(number, began)
            else:
                self.lost = True

    def keep(self) -> None:
        """Renew it from now on, until `close`."""
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Give it back: whoever stands by may begin at once."""
        self._stop.set()
        if self._thread:
            self._thread.join()
        if self.number_held and not self.lost:
            try:
                self.lease.give_back(self.host, self.number_held)
            except CannotStart as error:  # it will be waited for
                log.warning("the lease was not given back", extra={"reason": str(error)})
        self.number_held, self._until = 0, 0.0

    def _keep(self) -> None:
        while not self._stop.wait(EVERY):
            try:
                self.renew()
            except Exception as error:  # whatever it is: loading stops by itself when it lasts
                log.warning("the lease was not renewed", extra={"reason": str(error)})
            if self.lost:
                return

    def _holds(self, number: int, began: float) -> None:
        self.number_held, self._until, self.lost = number, began + BELIEVED, False

    def _free(self, seen: Lease | None) -> bool:
        """Whether it may be taken: it is nobody's, this host's own, or was not renewed for long."""
        if seen is None or seen.instance == self.host.instance:
            return True
        if seen.warehouse != self.warehouse:
            raise OtherWarehouse(seen.name or "?")
        if not seen.held:
            return True
        if (seen.number, seen.beats) != self._watched:
            self._watched, self._since = (seen.number, seen.beats), self.clock()
            return False
        return self.clock() - self._since >= PATIENCE
