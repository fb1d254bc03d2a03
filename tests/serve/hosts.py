"""Several hosts of one installation: servers with one PostgreSQL, each in a folder of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from minilens.errors import CannotStart
from minilens.records.store import Records
from tests.serve.postgres_server import Postgres, postgres_server
from tests.serve.server import Server, key_of

SECRET = "the same on every host, some sixty letters long, and nobody else's"


@dataclass
class Hosts:
    """One that loads, into a warehouse of its own, and others that only receive."""

    loader: Server
    receivers: list[Server]
    postgres: Postgres
    key: str = ""
    every: list[Server] = field(init=False)

    def __post_init__(self) -> None:
        self.every = [self.loader, *self.receivers]

    def settle(self, seconds: float = 120) -> None:
        """Return when all that was received anywhere is loaded and no day waits."""
        nothing = {"bytes": 0, "days": 0}
        self.wait_until(lambda: all(one == nothing for _, one in self.left()), seconds)

    def left(self) -> Iterator[tuple[str, dict[str, int]]]:
        """What waits of each host, as the loader says."""
        for one in self.every:
            name = one.environment["MINILENS_RECEIVER"]
            yield name, self.loader.inside("left", receiver=name)

    def wait_until(self, true: Callable[[], bool], seconds: float = 120) -> None:
        """As `wait_until`; where it does not come true the failure tells how each host was."""
        wait_until(true, seconds, self.told)

    def told(self) -> str:
        """What the loader says, the hosts as the records have them, and the end of each log."""
        with suppress(httpx.HTTPError, ValueError):
            said = {name: self.loader.inside(name) for name in ("ready", "doctor")}
            said["doctor"].pop("store", None)
            return f"{said}\n{dict(self.left())}\n{self._logs()}"
        return f"The loader does not answer.\n{self._logs()}"

    def _logs(self) -> str:
        records = Records(self.postgres.dsn)
        with suppress(CannotStart):
            lease, rows = records.loader_lease.look(), records.receivers.all()
            return "\n".join([str(lease), *map(str, rows), *map(tail, self.every)])
        return "\n".join(["The records do not answer.", *map(tail, self.every)])


def tail(one: Server) -> str:
    """The end of a server's log."""
    return f"--- {one.log.name}\n{one.log.read_text()[-3000:]}"


def wait_until(
    true: Callable[[], bool], seconds: float = 120, told: Callable[[], str] = lambda: ""
) -> None:
    """Return when it is so; what fails meanwhile is no answer, but told in the end, with what `told` says."""
    until, failed = time.monotonic() + seconds, ""
    while True:
        try:
            if true():
                return
        except (httpx.HTTPError, ValueError, KeyError) as error:
            failed = f", and last {error!r}"
        assert time.monotonic() < until, f"it never came true{failed}\n{told()}"
        time.sleep(0.1)


def host(folder: Path, name: str, roles: str, postgres: Postgres, **more: str) -> Server:
    """A server that is not started."""
    return Server(
        folder / name,
        MINILENS_RECEIVER=name,
        MINILENS_ROLES=roles,
        MINILENS_RECORDS=postgres.dsn,
        MINILENS_SECRET=SECRET,
        **more,
    )


@contextmanager
def hosts(folder: Path, *, to_kill: bool = False, warehouse: str = "") -> Iterator[Hosts]:
    """A loader `main` and two receivers, `east` and `west`; skipped where PostgreSQL is not installed. `warehouse`: the
    loader's, where it has none of its own."""
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server())
        if postgres is None:
            pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
        other = {"MINILENS_WAREHOUSE": warehouse} if warehouse else {}
        loader = host(folder, "main", "receive,load,console", postgres, **other)
        receivers = [host(folder, name, "receive", postgres) for name in ("east", "west")]
        loader.inside_this_process("apps", "create", "shop")
        loader.inside_this_process("owner", "owner@example.org")
        one = Hosts(loader, receivers, postgres, key_of(loader))
        for each in one.every:
            stack.callback(each.stop)
            each.start_as_people_do() if to_kill else each.start()
        yield one
