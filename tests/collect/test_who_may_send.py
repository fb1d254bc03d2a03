"""Keys, tokens and limits as the receiver holds them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from minilens.collect.access import Access, Limits
from minilens.errors import Busy, CannotStart, NotAllowed
from minilens.period import now
from minilens.records.keys import Keys
from tests.collect.receiving import House

MINUTE = 60_000


def broken(*_: object, **__: object) -> None:
    """Records that cannot be read."""
    raise CannotStart("The records cannot be opened", "配置库无法打开")


def test_guessing_keys_reads_the_records_once_a_second(
    door: House, later: Callable[[float], None], reads: list[int]
) -> None:
    holder = Access(door.records)
    for n in range(1000):
        with pytest.raises(NotAllowed):
            holder.key(f"mk_{n}")
    assert len(reads) == 1
    later(1.1)
    with pytest.raises(NotAllowed):
        holder.key("mk_again")
    assert len(reads) == 2


def test_a_new_key_is_known_within_a_second(door: House, later: Callable[[float], None]) -> None:
    holder = Access(door.records)
    assert holder.key(door.key).app == door.app
    new = door.records.keys.create(door.app.id, now=now())
    later(1.1)
    assert holder.key(new).app == door.app


def test_what_is_known_stays_good_while_the_records_cannot_be_read(
    door: House, later: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = Access(door.records)
    key = door.key
    holder.key(key)
    monkeypatch.setattr(Keys, "all", broken)
    later(3600)
    assert holder.key(key).app == door.app
    with pytest.raises(NotAllowed):
        holder.key("mk_unknown")


def test_a_receiver_that_never_read_the_records_asks_to_come_again(
    door: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = door.key
    monkeypatch.setattr(Keys, "all", broken)
    with pytest.raises(Busy) as error:
        Access(door.records).key(key)
    assert (error.value.code, error.value.status, error.value.retry_after) == ("starting", 503, 5)


def test_a_minute_counts_for_itself() -> None:
    limits = Limits(per_key=10, per_device=10)
    limits.spend(1, 7, 10, at=59_000)
    with pytest.raises(Busy) as error:
        limits.spend(1, 7, 1, at=59_500)
    assert error.value.retry_after == 1
    limits.spend(1, 7, 10, at=MINUTE)


def test_what_is_refused_is_not_counted() -> None:
    limits = Limits(per_key=10, per_device=5)
    limits.spend(1, 7, 5, at=0)
    for _ in range(100):
        with pytest.raises(Busy):
            limits.spend(1, 7, 5, at=0)
    limits.spend(1, 8, 5, at=0)


def test_a_request_larger_than_the_limit_goes_in_once_a_minute() -> None:
    limits = Limits(per_key=10, per_device=10)
    limits.spend(-1, 0, 5000, at=0)
    with pytest.raises(Busy):
        limits.spend(-1, 0, 1, at=0)


def test_a_million_devices_take_bounded_room_and_the_key_is_not_forgotten() -> None:
    limits = Limits(per_key=2_000, per_device=1, most_devices=100)
    for device in range(1, 2_001):
        limits.spend(1, device, 1, at=0)
    assert len(limits._counts) == 100
    with pytest.raises(Busy):
        limits.spend(1, 5_000, 1, at=0)
