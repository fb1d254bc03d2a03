"""One poller while anybody listens, nothing left behind, and nothing asked for nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from minilens.errors import Busy, EngineFailed
from minilens.measure.filters import Filters
from minilens.measure.newest import Happened
from minilens.measure.query import Traffic
from minilens.period import now
from minilens.render.as_event import as_event, device, place
from minilens.web.console import App
from minilens.web.reports import pollers
from minilens.web.reports.event_stream import written_out
from minilens.web.reports.pollers import News, Streams
from tests.web.cast import CAFE, SHOP, Theatre
from tests.web.live_cast import happened


class Loads:
    """A store into which loads arrive; it counts what it is asked."""

    def __init__(self) -> None:
        self.last = 2
        self.asked: list[tuple[int, int]] = []
        self.failing = False

    def newest(
        self, app: App, traffic: Traffic, filters: Filters, after: int, to: int
    ) -> list[Happened]:
        self.asked.append((after, to))
        if self.failing:
            raise EngineFailed("down")
        return [happened(load) for load in range(to, after, -1)]

    def streams(self) -> Streams:
        plain = Theatre().console()
        console = replace(plain, through=lambda: self.last, newest=self.newest)
        return Streams(console)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pollers, "EVERY", 0.01)
    monkeypatch.setattr(pollers, "HEARTBEAT", 0.05)


def within_seconds(test: Callable[[], Awaitable[None]]) -> None:
    """Run it; a stream that says nothing is a failure and not a hang."""

    async def limited() -> None:
        await asyncio.wait_for(test(), 20)

    asyncio.run(limited())


async def said(news: AsyncIterator[News]) -> tuple[int, list[int]]:
    """The next news: up to which load, and of which loads. Heartbeats are passed over."""
    async for one in news:
        if one is not None:
            return one[0], [event.load for event in one[1]]
    raise AssertionError("no news")


def test_what_there_is_and_then_what_arrives() -> None:
    async def test() -> None:
        loads = Loads()
        async with aclosing(loads.streams().news(CAFE, "release", None)) as news:
            assert await said(news) == (2, [2, 1])
            loads.last = 4
            assert await said(news) == (4, [4, 3])
        async with aclosing(loads.streams().news(CAFE, "release", 3)) as news:
            assert await said(news) == (4, [4])

    within_seconds(test)


def test_while_nothing_is_loaded_nothing_is_asked() -> None:
    async def test() -> None:
        loads = Loads()
        async with aclosing(loads.streams().news(CAFE, "release", None)) as news:
            await said(news)
            assert await anext(news) is None  # a heartbeat
            assert loads.asked == [(0, 2)]

    within_seconds(test)


def test_all_pages_share_a_poller_and_the_last_one_ends_it() -> None:
    async def test() -> None:
        loads = Loads()
        site = loads.streams()
        pages: list[Any] = [site.news(CAFE, "release", None) for _ in range(3)]
        pages.append(site.news(CAFE, "trial", None))
        pages.append(site.news(SHOP, "release", None))
        for page in pages:
            await said(page)
        assert (site.listeners, site.pollers) == (5, 3)
        asked = len(loads.asked)
        loads.last = 3
        for page in pages:
            assert (await said(page))[0] == 3
        assert len(loads.asked) == asked + 3
        for page in pages:
            await page.aclose()
        assert (site.listeners, site.pollers) == (0, 0)
        await asyncio.sleep(0.05)
        assert len(asyncio.all_tasks()) == 1 + BY_WAIT_FOR

    within_seconds(test)


#: `wait_for` runs what it waits for as a task of its own.
BY_WAIT_FOR = 1


def test_a_store_that_fails_is_asked_again() -> None:
    async def test() -> None:
        loads = Loads()
        async with aclosing(loads.streams().news(CAFE, "release", None)) as news:
            await said(news)
            loads.failing, loads.last = True, 3
            while len(loads.asked) < 3:
                await asyncio.sleep(0.01)
            loads.failing = False
            assert await said(news) == (3, [3])

    within_seconds(test)


def test_who_does_not_read_loses_the_oldest() -> None:
    async def test() -> None:
        loads = Loads()
        site = loads.streams()
        async with aclosing(site.news(CAFE, "release", None)) as news:
            await said(news)
            for load in range(3, 30):
                loads.last = load
                while loads.asked[-1][1] < load:
                    await asyncio.sleep(0.005)
            await asyncio.sleep(0.05)
            seen = [(await said(news))[0] for _ in range(pollers.MOST_WAITING)]
            assert seen == list(range(30 - pollers.MOST_WAITING, 30))

    within_seconds(test)


def test_too_many_are_told_to_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pollers, "MOST_LISTENERS", 1)

    async def test() -> None:
        site = Loads().streams()
        site.check()
        async with aclosing(site.news(CAFE, "release", None)) as news:
            await said(news)
            with pytest.raises(Busy) as refusal:
                site.check()
            assert (refusal.value.code, refusal.value.status) == ("too_many_listeners", 503)
        site.check()

    within_seconds(test)


def test_a_stream_ends_so_that_rights_are_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pollers, "LONGEST", 0.1)

    async def test() -> None:
        site = Loads().streams()
        found = [one async for one in site.news(CAFE, "release", None)]
        assert found[0] is not None
        assert site.listeners == 0

    within_seconds(test)


def test_the_form_of_server_sent_events() -> None:
    async def news() -> AsyncIterator[News]:
        yield 7, [happened(7, page="pages/a\nb")]
        yield None

    async def test() -> None:
        pieces = [piece async for piece in written_out(news(), "Asia/Shanghai", "zh")]
        assert pieces[0] == b"retry: 3000\n\n"
        assert pieces[1].startswith(b"id: 7\nevent: newest\ndata: [{")
        assert pieces[1].count(b"\n") == 4
        assert pieces[2].startswith(b":")

    within_seconds(test)


def test_a_line_shows_no_identity_and_the_apps_time() -> None:
    one = happened(1)
    line = as_event(one, "Asia/Shanghai", "zh", now())
    assert (line.name, line.scene, line.place) == ("页面访问", "1047 扫描小程序码", "广东 深圳")
    assert line.person == "用户 …0421"
    assert line.moment.endswith("+08:00")
    assert device("Xiaomi", "Xiaomi 13") == "Xiaomi 13"
    assert device("Apple", "") == "Apple"
    assert device("Apple", "iPhone 14 Pro<iPhone15,2>") == "Apple iPhone 14 Pro"
    assert device("Apple", "unknown<iPhone15,2>") == "Apple iPhone 14 Pro"
    english = as_event(one, "America/New_York", "en", now())
    assert (english.name, english.person) == ("Page view", "User …0421")
    assert english.place == "Shenzhen, Guangdong"
    assert place("江苏", "苏州", "en") == "Suzhou, Jiangsu"
    assert place("北京", "北京", "en") == place("北京", "", "en") == "Beijing"
    assert place("Texas", "奥斯汀", "en") == "奥斯汀, Texas"
    late = as_event(one, "Asia/Shanghai", "zh", now().replace(year=2100))
    assert late.time.count("-") == 1
