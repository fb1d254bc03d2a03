"""`/healthz`, by which hosts are started again: it is about this host alone, and about what a start would mend."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from minilens.collect.counters import Counters
from minilens.collect.endpoint import Receiver
from minilens.serve import engine_failure
from minilens.serve.engine_failure import EngineFailure
from minilens.serve.frontdoor.loading import Presence, Way
from minilens.serve.frontdoor.receiver import FrontDoor
from minilens.serve.standby import StandBy

RECEIVER = cast(Receiver, SimpleNamespace(trusted_proxies=(), counters=Counters()))
FAILED = EngineFailure(1, "磁盘坏了", "the disk is broken")


async def nobody(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
    """A host that does not answer."""
    raise httpx.ConnectError("refused")


def answered(door: FrontDoor, path: str = "/healthz") -> httpx.Response:
    """What a door says there."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(door)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.get(path)

    return asyncio.run(asked())


def way(near: Any, *, elsewhere: bool) -> Way:
    """To the engine of this host, while another one that loads does not answer."""
    presence = cast(
        Presence, SimpleNamespace(elsewhere=("other", "http://other") if elsewhere else None)
    )
    return Way(httpx.ASGITransport(near), httpx.ASGITransport(nobody), presence, b"key")


def test_one_that_only_receives_lives_without_the_one_that_loads() -> None:
    answer = answered(FrontDoor(RECEIVER, way(nobody, elsewhere=True), roles=("receive",)))
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert answer.headers["cache-control"] == "no-store"


def test_one_that_stands_by_lives_without_the_one_that_loads() -> None:
    near = StandBy(cast(Any, SimpleNamespace(url="")), cast(Any, None))
    assert answered(FrontDoor(RECEIVER, way(near, elsewhere=True))).status_code == 200


def test_one_that_only_loads_is_not_sent_events() -> None:
    door = FrontDoor(RECEIVER, way(nobody, elsewhere=False), roles=("load", "console"))
    answer = answered(door, "/readyz/receive")
    assert (answer.status_code, answer.json()["code"]) == (404, "only_loads")


@pytest.mark.parametrize("failure", [None, FAILED])
def test_an_engine_that_does_not_answer_is_started_again_unless_it_has_said_why(
    failure: EngineFailure | None, tmp_path: Path
) -> None:
    if failure:
        engine_failure.write(tmp_path, OSError(28, failure.en, str(tmp_path)))
    door = FrontDoor(
        RECEIVER,
        way(nobody, elsewhere=False),
        failure=lambda: engine_failure.read(tmp_path),
    )
    answer = answered(door)
    assert answer.status_code == (200 if failure else 503)
    assert failure or answer.json()["code"] == "starting"
