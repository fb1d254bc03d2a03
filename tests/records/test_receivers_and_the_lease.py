"""Receivers write themselves down, and of several hosts one has the lease, on both stores."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from minilens.errors import NotFound
from minilens.load.election import (
    BELIEVED,
    PATIENCE,
    Election,
    LeaseInDoubt,
    LeaseLost,
    OtherWarehouse,
)
from minilens.records.receivers import Host, NameTaken
from minilens.records.store import Records

ONE = Host("one", "a" * 32, "http://one:8000", "1.0")
TWO = Host("two", "b" * 32, "http://two:8000", "1.0")


class Clock:
    """Seconds of a host, set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def host(records: Records, one: Host, clock: Clock, warehouse: str = "server") -> Election:
    return Election(records.loader_lease, one, warehouse, clock=clock)


def test_receivers_are_listed_with_what_they_last_said(records: Records) -> None:
    records.receivers.note(TWO)
    records.receivers.note(ONE, waiting=5, oldest=7, free=1 << 40)
    records.receivers.note(replace(TWO, url="http://elsewhere:1", version="2.0"), left=True)
    one, two = records.receivers.all()
    assert (one.name, one.waiting, one.oldest, one.free) == ("one", 5, 7, 1 << 40)
    assert (two.url, two.version, two.left) == ("http://elsewhere:1", "2.0", True)
    assert one.age < 60
    records.receivers.remove("one")
    with pytest.raises(NotFound):
        records.receivers.remove("one")


def test_two_with_one_name_are_refused_until_the_first_has_left(records: Records) -> None:
    records.receivers.note(ONE)
    other = replace(ONE, instance="c" * 32)
    with pytest.raises(NameTaken, match="MINILENS_RECEIVER"):
        records.receivers.note(other)
    records.receivers.note(ONE, left=True)
    records.receivers.note(other)


def test_one_of_two_has_the_lease_and_the_other_waits_for_it_by_its_own_clock(
    records: Records,
) -> None:
    here, there = Clock(), Clock()
    there.now = 1e6  # no two clocks are compared
    first, second = host(records, ONE, here), host(records, TWO, there)
    assert first.take()
    assert first.number() == 1
    for _ in range(5):
        there.now += PATIENCE * 0.8
        assert not second.take()
        here.now += BELIEVED * 0.8
        first.renew()
        assert first.number() == 1
    there.now += PATIENCE * 0.8
    assert not second.take()  # it was renewed
    here.now += BELIEVED
    with pytest.raises(LeaseInDoubt):
        first.number()
    there.now += PATIENCE
    assert second.take()
    assert second.number() == 2
    first.renew()
    with pytest.raises(LeaseLost):
        first.number()


def test_what_was_in_doubt_holds_again_where_nobody_took_it(records: Records) -> None:
    clock = Clock()
    first = host(records, ONE, clock)
    assert first.take()
    clock.now += 100
    with pytest.raises(LeaseInDoubt):
        first.number()
    first.renew()
    assert first.number() == 1


def test_one_that_is_given_back_is_taken_at_once(records: Records) -> None:
    first, second = host(records, ONE, Clock()), host(records, TWO, Clock())
    assert first.take()
    assert not second.take()
    first.close()
    assert second.take()
    assert second.number() == 2


def test_a_host_that_comes_back_takes_its_own_at_once(records: Records) -> None:
    assert host(records, ONE, Clock()).take()
    again = host(records, ONE, Clock())
    assert again.take()
    assert again.number() == 2


def test_nobody_takes_over_into_a_warehouse_of_its_own(records: Records) -> None:
    first = host(records, ONE, Clock(), "chdb of one")
    assert first.take()
    for warehouse in ("server", "chdb of two"):
        with pytest.raises(OtherWarehouse, match="one"):
            host(records, TWO, Clock(), warehouse).take()
    assert host(records, ONE, Clock(), "server").take()  # moved by its owner
    first.close()


def test_after_a_restore_of_the_records_it_rises_above_what_receivers_know(
    records: Records,
) -> None:
    first = host(records, ONE, Clock())
    assert first.take()
    first.rise_above(40)
    assert first.number() == 41
    first.rise_above(12)
    assert first.number() == 41
    other = host(records, ONE, Clock())
    assert other.take()
    first.rise_above(50)  # it is its own no longer
    assert first.lost


def test_of_many_at_once_one_is_elected(records: Records) -> None:
    hosts = [
        host(records, Host(f"h{n}", f"{n:032d}", f"http://h{n}", "1.0"), Clock()) for n in range(6)
    ]
    elected: list[bool] = []

    def run(one: Election) -> None:
        try:
            elected.append(one.take())
        except Exception:  # two that write the first row at once: one fails, and comes again
            elected.append(False)

    threads = [threading.Thread(target=run, args=(one,)) for one in hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert elected.count(True) == 1
