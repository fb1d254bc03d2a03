"""Waits double and go by themselves; whoever is right is forgotten; work on passwords has a line."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from minilens.errors import Busy
from minilens.web.auth.rate_limit import MOST_KEPT, HashingQueue, RateLimit, Tries


def waits(tries: Tries, key: str, at: float) -> int:
    """Seconds to wait, 0 where the attempt was let through."""
    try:
        tries.spend(key, at)
    except Busy as error:
        return error.retry_after
    return 0


def test_the_wait_doubles_up_to_the_longest() -> None:
    tries, at, seen = Tries(3, 30.0, 3600.0), 0.0, []
    for _ in range(10):
        wait = waits(tries, "a", at)
        seen.append(wait)
        at += wait
        assert not wait or waits(tries, "a", at) == 0
    assert seen == [0, 0, 0, 1, 2, 4, 8, 16, 30, 30]


def test_an_attempt_that_comes_too_early_does_not_lengthen_the_wait() -> None:
    tries = Tries(1, 300.0, 3600.0)
    assert waits(tries, "a", 0.0) == 0
    assert {waits(tries, "a", at / 10) for at in range(9)} == {1}
    assert waits(tries, "a", 1.0) == 0


def test_others_are_free_and_time_and_success_forget() -> None:
    tries = Tries(1, 300.0, 60.0)
    for key in ("a", "b"):
        assert [waits(tries, key, 0.0) for _ in range(2)] == [0, 1]
    tries.forget("a")
    assert waits(tries, "a", 0.0) == 0
    assert waits(tries, "b", 0.5) == 1
    assert waits(tries, "b", 61.0) == 0


def test_after_a_while_one_may_try_as_often_as_at_first() -> None:
    tries = Tries(2, 300.0, 60.0)
    assert [waits(tries, "a", 0.0) for _ in range(3)] == [0, 0, 1]
    assert [waits(tries, "a", 60.0) for _ in range(2)] == [0, 2]
    assert [waits(tries, "a", 120.1) for _ in range(3)] == [0, 0, 1]


def test_made_up_names_do_not_fill_the_memory() -> None:
    tries = Tries(1, 300.0, 3600.0)
    for n in range(MOST_KEPT + 10):
        tries.spend(str(n), 0.0)
    assert len(tries._tries) == MOST_KEPT


def test_an_address_is_held_loosely_and_an_email_strictly() -> None:
    rate_limit = RateLimit()
    for n in range(60):
        rate_limit.spend(f"{n}@example.org", "192.0.2.1", 0.0)
    with pytest.raises(Busy):
        rate_limit.spend("new@example.org", "192.0.2.1", 0.0)
    rate_limit.spend("new@example.org", "192.0.2.2", 0.0)


def test_two_work_some_wait_and_the_rest_are_told() -> None:
    async def run() -> tuple[int, list[str]]:
        turns, working, most = HashingQueue(2, 5), itertools.count(), 0
        here: set[int] = set()

        async def work() -> str:
            nonlocal most
            try:
                async with turns:
                    here.add(me := next(working))
                    most = max(most, len(here))
                    await asyncio.sleep(0.01)
                    here.remove(me)
            except Busy as error:
                return error.code
            return "done"

        outcomes = await asyncio.gather(*(work() for _ in range(8)))
        assert await work() == "done"  # the line is free again
        return most, outcomes

    most, outcomes = asyncio.run(run())
    assert most == 2
    assert outcomes == ["done"] * 5 + ["too_many_tries"] * 3
