"""A revoked token and a retired key open nothing within a second; for that the records are hardly asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from minilens.collect import access
from minilens.collect.access import Access
from minilens.errors import NotAllowed
from minilens.period import now
from minilens.records.audit import Audit
from tests.collect.receiving import House

#: What is done to the app's first token and key.
Deed = Callable[[House], None]
DEEDS: dict[str, Deed] = {
    "token revoked": lambda h: h.records.tokens.revoke(h.app.id, 1, now=now()),
    "key retired": lambda h: h.records.keys.retire(h.app.id, 1, now=now()),
    "app archived": lambda h: h.records.apps.archive(h.app.id, now=now()),
}


def opens(holder: Access, door: House, token: str, key: str) -> tuple[bool, bool]:
    """Whether the token does, and the key."""
    found = []
    for ask in (lambda: holder.token(f"Bearer {token}", "events:write"), lambda: holder.key(key)):
        try:
            ask()
            found.append(True)
        except NotAllowed:
            found.append(False)
    return found[0], found[1]


@pytest.mark.parametrize("deed", DEEDS)
def test_it_is_refused_within_a_second(
    door: House, later: Callable[[float], None], deed: str
) -> None:
    holder, key = Access(door.records), door.key
    token = door.records.tokens.create(door.app.id, ("events:write",), now=now())
    assert opens(holder, door, token, key) == (True, True)
    DEEDS[deed](door)
    later(0.6)
    expected = {"token revoked": (False, True), "key retired": (True, False)}
    assert opens(holder, door, token, key) == expected.get(deed, (False, False))


def test_a_token_that_has_expired_is_refused_at_once(
    door: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the receiver remembers it and the records say nothing new."""
    holder, moment, lasts = Access(door.records), now(), timedelta(hours=1)
    token = door.records.tokens.create(door.app.id, ("events:write",), now=moment, lasts=lasts)
    assert opens(holder, door, token, door.key) == (True, True)
    tick = timedelta(milliseconds=1)
    for at, expected in ((moment + lasts - tick, True), (moment + lasts, False)):
        monkeypatch.setattr(access, "now", lambda at=at: at)
        assert opens(holder, door, token, door.key) == (expected, True)


def test_a_token_rests_while_its_maker_is_barred(
    door: House, later: Callable[[float], None]
) -> None:
    for role in ("owner", "admin"):  # one owner of all apps always stays
        made = door.records.accounts.create(f"{role}@example.org", role, now=now())
        door.records.grants.set(made.id, None, role, now=now(), by=None)
    holder, key = Access(door.records), door.key
    token = door.records.tokens.create(door.app.id, ("events:write",), now=now(), by=made.id)
    assert opens(holder, door, token, key) == (True, True)
    door.records.accounts.disable(made.id, now=now(), by=None)
    later(0.6)
    assert opens(holder, door, token, key) == (False, True)
    door.records.accounts.enable(made.id, now=now(), by=None)
    later(0.6)
    assert opens(holder, door, token, key) == (True, True)


def test_while_nothing_changes_nothing_is_read(
    door: House, later: Callable[[float], None], reads: list[int]
) -> None:
    key = door.key
    holder = Access(door.records)
    for _ in range(7):
        holder.key(key)
        later(0.6)
    del reads[:]
    holder.key(key)
    assert reads == []
    later(6)
    holder.key(key)
    assert reads == [1]  # however that may be, now and then


def test_where_the_records_hang_no_request_waits(
    door: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "LOOK", 0.01)
    holder, key = Access(door.records), door.key
    hangs = 0.0
    whole = Audit.last_change

    def slow(audit: Audit) -> int:
        time.sleep(hangs)
        return whole(audit)

    monkeypatch.setattr(Audit, "last_change", slow)

    async def run() -> float:
        nonlocal hangs
        fresh = asyncio.create_task(holder.keep_fresh())
        await asyncio.sleep(0.1)
        holder.key(key)
        hangs = 0.5
        await asyncio.sleep(0.05)
        began = time.perf_counter()
        for _ in range(100):
            holder.key(key)
            await asyncio.sleep(0)
        took = time.perf_counter() - began
        hangs = 0.0
        fresh.cancel()
        return took

    assert asyncio.run(run()) < 0.3
