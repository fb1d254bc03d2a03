"""A question that is broken off leaves the engine free at once, however it was asked; the server goes on."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from minilens.load.pipeline import Pipeline
from minilens.measure import run
from minilens.measure.activity import active
from minilens.measure.activity.query import StickinessQuery
from minilens.measure.activity.sets import Bits
from minilens.measure.events.query import EventsQuery
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.paths.query import PathsQuery
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.table import Cost
from minilens.period import now
from minilens.serve.engine import EngineApp
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from minilens.web.app import create_app
from minilens.web.cancellation import Stopping
from tests.pipeline import Happening, House, at
from tests.serve.test_a_closed_page import behind_the_door

#: Takes a quarter of an hour, and no processor.
FOREVER = "SELECT sum(sleepEachRow(0.01)) FROM numbers(90000) SETTINGS max_block_size = 1, max_execution_time = 900"
DAYS = {"from": "2026-06-01", "to": "2026-06-07"}
SEEN = [{"event": "page_view"}]
ASKED: dict[str, dict[str, Any]] = {
    "events": {"kind": "events", "events": SEEN, "measures": [{}], **DAYS},
    "funnel": {"kind": "funnel", "steps": [{"event": "page_view"}, {"event": "share"}], **DAYS},
    "paths": {"kind": "paths", "anchor": {"page": "home"}, **DAYS},
    "stickiness": {"kind": "stickiness", **DAYS},
}  # fmt: skip


class Served:
    """A site over a real engine, whose questions never end while `forever` holds."""

    def __init__(self, pipeline: Pipeline, settings: Settings, house: House) -> None:
        self.engine = pipeline.engine
        self.executor: QueryExecutor = questions(pipeline, settings)
        site = create_app(console(pipeline, settings, self.executor))
        self.app = Stopping(EngineApp(pipeline, self.executor, site), self.executor.stop)
        self.at = f"/api/v1/apps/{house.app.name}"
        token = pipeline.records.tokens.create(house.app.id, ("admin",), now=now())
        self.headers = {"Authorization": f"Bearer {token}"}
        self.name = house.app.name

    def at_work(self) -> int:
        """How many endless statements the engine is at."""
        marked = "startsWith(query, '/* ') AND position(query, 'sleepEachRow') > 0"
        return int(self.engine.one(f"SELECT count() FROM system.processes WHERE {marked}"))

    async def until(self, count: int) -> None:
        """Wait until there are so many."""
        while await asyncio.to_thread(self.at_work) != count:
            await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def served(pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]) -> Served:
    house = new_app()
    house.load([Happening(at("2026-06-01 09:00"), session="s")])
    house.build()
    return Served(pipeline, settings, house)


def endless(engine: Any, query: Any, as_of: AsOf) -> Prepared:
    """A question of one statement that does not end."""
    return Prepared(lambda: engine.query(FOREVER), heavy=True, stands_on=query, cost=Cost(0, 0, 0))


FORM = dict.fromkeys((EventsQuery, FunnelQuery, PathsQuery, StickinessQuery), endless)


def leaving(served: Served, folder: Path, use: Callable[[httpx.AsyncClient], Any]) -> None:
    """What is done over HTTP while questions do not end; then the same are answered."""

    async def all_of_it() -> None:
        async with behind_the_door(folder, served.app) as port:
            base = f"http://127.0.0.1:{port}"
            async with httpx.AsyncClient(
                base_url=base, timeout=60, headers=served.headers
            ) as client:
                with patch.dict(run.TYPES, FORM):
                    await asyncio.wait_for(use(client), 300)
                for question in ASKED.values():
                    answer = await client.post(f"{served.at}/ask", json=question)
                    assert answer.status_code == 200, answer.text

    asyncio.run(all_of_it())


async def left(asking: Any) -> None:
    """Hang up."""
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)


@pytest.mark.parametrize("kind", ASKED)
def test_a_question_that_is_broken_off(served: Served, tmp_path: Path, kind: str) -> None:
    async def use(client: httpx.AsyncClient) -> None:
        asking = asyncio.create_task(client.post(f"{served.at}/ask", json=ASKED[kind]))
        await served.until(1)
        await left(asking)
        await served.until(0)

    leaving(served, tmp_path, use)


def test_one_of_two_that_ask_at_once_leaves(served: Served, tmp_path: Path) -> None:
    """The other one's question goes on; and more than may work at once leave nothing behind."""

    async def use(client: httpx.AsyncClient) -> None:
        asked = [
            asyncio.create_task(client.post(f"{served.at}/ask", json=ASKED[kind]))
            for kind in ("events", "funnel")
        ]
        await served.until(2)
        await left(asked[0])
        await served.until(1)
        assert not asked[1].done()
        same = [
            asyncio.create_task(client.post(f"{served.at}/ask", json=ASKED["funnel"]))
            for _ in range(8)
        ]
        await asyncio.sleep(0.3)
        for one in (asked[1], *same):
            one.cancel()
        await asyncio.gather(asked[1], *same, return_exceptions=True)
        await served.until(0)

    leaving(served, tmp_path, use)


def test_a_command_that_is_broken_off(served: Served, tmp_path: Path) -> None:
    """Ctrl-C of `minilens ask`."""

    async def use(_: httpx.AsyncClient) -> None:
        way = httpx.AsyncHTTPTransport(uds=str(tmp_path / "e.sock"))
        async with httpx.AsyncClient(transport=way, base_url="http://engine", timeout=60) as client:
            asking = asyncio.create_task(
                client.get(
                    "/-/ask", params={"app": served.name, "question": json.dumps(ASKED["events"])}
                )
            )
            await served.until(1)
            await left(asking)
            await served.until(0)

    leaving(served, tmp_path, use)


def test_counting_ends_between_two_periods(served: Served, tmp_path: Path) -> None:
    """What the engine cannot end, because it is worked out from the rows that it gave."""
    looked: list[int] = []
    that = active.Active.that

    def slow(self: active.Active, flag: str, period: int) -> Bits:
        looked.append(period)
        time.sleep(0.5)
        return that(self, flag, period)

    async def use(client: httpx.AsyncClient) -> None:
        question = ASKED["stickiness"] | {"to": "2026-08-31"}
        with (
            patch.dict(run.TYPES, {StickinessQuery: PLAIN}),
            patch.object(active.Active, "that", slow),
        ):
            asking = asyncio.create_task(client.post(f"{served.at}/ask", json=question))
            while not looked:
                await asyncio.sleep(0.02)
            await left(asking)
            seen = -1
            while seen != len(looked):
                seen = len(looked)
                await asyncio.sleep(2)
        assert len(looked) < 90

    leaving(served, tmp_path, use)


PLAIN = run.TYPES[StickinessQuery]
