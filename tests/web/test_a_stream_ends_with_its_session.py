"""Whoever is signed out, disabled or without a role any more gets no newer events on a page left open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from types import SimpleNamespace
from typing import cast

import pytest

from minilens.period import now
from minilens.records.sessions import NOT_OFTENER
from minilens.records.store import Records
from minilens.web.auth.guard import COOKIE, Asker, still_seeing
from minilens.web.reports import pollers
from minilens.web.reports.pollers import Streams
from tests.web.cast import CAFE, Theatre

#: What happens → with the records, the person's number, their session's secret.
Ending = Callable[[Records, int, str], object]


def of(records: Records, secret: str) -> int:
    """The number of a session."""
    found = records.sessions.find(secret, now=now())
    assert found is not None
    return found.id


def a_phone(records: Records, person: int) -> str:
    """The secret of a phone's session."""
    opened = records.phone_links.use(
        records.phone_links.create(person, CAFE.id, "/a/cafe/live", now=now()), now=now()
    )
    assert opened is not None
    return opened.secret


ENDINGS: dict[str, Ending] = {
    "signed out": lambda r, who, s: r.sessions.end(who, of(r, s), now=now()),
    "signed out everywhere": lambda r, who, _: r.sessions.end_all(who, now=now(), by=who),
    "another password": lambda r, who, _: r.accounts.set_password(
        who, "a new one, long", now=now(), by=None
    ),
    "disabled": lambda r, who, _: r.accounts.disable(who, now=now(), by=None),
    "grant taken": lambda r, who, _: r.grants.remove(who, CAFE.id, now=now(), by=None),
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("EVERY", 0.01), ("LOOK", 0.02), ("HEARTBEAT", 0.03)):
        monkeypatch.setattr(pollers, name, seconds)


def left_open(theatre: Theatre, secret: str, then: Callable[[], object]) -> float:
    """A page listens; something happens; seconds until its stream ended."""
    console = theatre.console()
    app = SimpleNamespace(state={"console": console})
    asker = cast(Asker, SimpleNamespace(app=app, cookies={COOKIE: secret}))

    async def run() -> float:
        clock = asyncio.get_running_loop().time
        async with aclosing(
            Streams(console).news(CAFE, "release", None, still_seeing(asker, CAFE))
        ) as news:
            await anext(news)
            for _ in range(3):
                assert await anext(news) is None  # still here
            began = clock()
            await asyncio.to_thread(then)
            async for _ in news:
                pass
            return clock() - began

    return asyncio.run(asyncio.wait_for(run(), 60))


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("phone", ["computer", "phone"])
def test_the_stream_ends_at_once(theatre: Theatre, ending: str, phone: str) -> None:
    records, who = theatre.records, theatre.number("viewer")
    secret = a_phone(records, who) if phone == "phone" else records.sessions.create(who, now=now())
    assert left_open(theatre, secret, lambda: ENDINGS[ending](records, who, secret)) < 1


def test_it_ends_with_an_app_that_is_archived(theatre: Theatre) -> None:
    secret = theatre.records.sessions.create(theatre.number("viewer"), now=now())

    def archive() -> None:
        theatre.apps = [app for app in theatre.apps if app is not CAFE]
        theatre.records.apps.archive(CAFE.id, now=now())

    assert left_open(theatre, secret, archive) < 1


def test_a_session_that_ends_by_itself_is_noticed_too(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pollers, "SURELY", 0.1)
    secret = theatre.records.sessions.create(theatre.number("viewer"), now=now())

    def silently() -> None:  # as time does: no row of the audit tells of it
        with theatre.records.database.write() as connection:
            connection.exec_driver_sql("UPDATE sessions SET expires = '2026-01-01 00:00:00.000000'")

    assert left_open(theatre, secret, silently) < 1


def test_who_stays_is_asked_seldom_and_their_session_lasts_no_longer(theatre: Theatre) -> None:
    records, who = theatre.records, theatre.number("viewer")
    secret = records.sessions.create(who, now=now())
    asked: list[int] = []

    async def may() -> bool:
        asked.append(1)
        return True

    async def run() -> None:
        async with aclosing(Streams(theatre.console()).news(CAFE, "release", None, may)) as news:
            for _ in range(8):
                await anext(news)

    asyncio.run(asyncio.wait_for(run(), 60))
    assert len(asked) == 1
    late = now() + 2 * NOT_OFTENER
    before = records.sessions.of(who, now=now())[0].expires
    assert records.sessions.find(secret, now=late, used=False) is not None
    assert records.sessions.of(who, now=now())[0].expires == before
    assert records.sessions.find(secret, now=late) is not None
    assert records.sessions.of(who, now=now())[0].expires > before
