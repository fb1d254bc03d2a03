"""Several hosts of one installation: servers with one PostgreSQL, each in a folder of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

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
        names = [one.environment["MINILENS_RECEIVER"] for one in self.every]

        def left() -> list[dict[str, int]]:
            return [self.loader.inside("left", receiver=name) for name in names]

        nothing = {"bytes": 0, "days": 0}
        wait_until(lambda: all(one == nothing for one in left()), seconds)


def wait_until(true: Callable[[], bool], seconds: float = 120) -> None:
    """Return when it is so; what fails meanwhile is no answer."""
    until = time.monotonic() + seconds
    while True:
        try:
            if true():
                return
        except (httpx.HTTPError, ValueError, KeyError):
            pass
        assert time.monotonic() < until, "it never came true"
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
def hosts(folder: Path, *, to_kill: bool = False) -> Iterator[Hosts]:
    """A loader `main` and two receivers, `east` and `west`; skipped where PostgreSQL is not installed."""
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server())
        if postgres is None:
            pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
        loader = host(folder, "main", "receive,load,console", postgres)
        receivers = [host(folder, name, "receive", postgres) for name in ("east", "west")]
        loader.inside_this_process("apps", "create", "shop")
        loader.inside_this_process("owner", "owner@example.org")
        one = Hosts(loader, receivers, postgres, key_of(loader))
        for each in one.every:
            stack.callback(each.stop)
            each.start_as_people_do() if to_kill else each.start()
        yield one
