"""Pinned cards: the order is one's own, and stays one when several change it at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from minilens.errors import NotFound, Refused
from minilens.records.pins import LONGEST_QUERY, MOST
from minilens.records.store import Records

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
A, B, C = "overview.trend", "traffic.pages", "sources.list"


@pytest.fixture
def app(records: Records) -> int:
    return records.apps.create("cafe", timezone="Asia/Shanghai", now=NOW).id


@pytest.fixture
def ann(records: Records) -> int:
    return records.accounts.create("ann@example.org", "Ann", now=NOW).id


@pytest.fixture
def bob(records: Records) -> int:
    return records.accounts.create("bob@example.org", "Bob", now=NOW).id


def names(records: Records, app: int, account: int) -> list[str]:
    return [one.report for one in records.pins.of(app, account)]


def test_they_are_moved_within_their_own_page(
    records: Records, app: int, ann: int, bob: int
) -> None:
    pins = records.pins
    for report in (A, B, C):
        pins.add(app, ann, report, "?period=7d")
    pins.add(app, bob, C, "")
    first, second, third = (one.id for one in pins.of(app, ann))
    pins.move(app, ann, third, -1)
    assert names(records, app, ann) == [A, C, B]
    pins.move(app, ann, first, -1)
    pins.move(app, ann, second, 1)
    assert names(records, app, ann) == [A, C, B]  # at either end nothing moves
    pins.move(app, ann, first, 1)
    pins.remove(app, ann, third)
    pins.add(app, ann, C, "")
    assert names(records, app, ann) == [A, B, C]
    assert names(records, app, bob) == [C]
    for of, account in ((app, bob), (app + 1, ann)):
        with pytest.raises(NotFound):
            pins.move(of, account, first, 1)
        with pytest.raises(NotFound):
            pins.remove(of, account, first)


def test_one_that_is_there_stays_at_its_place_and_is_as_it_was_pinned_last(
    records: Records, app: int, ann: int
) -> None:
    for report, query in ((A, "?period=7d"), (B, ""), (A, "?period=90d")):
        records.pins.add(app, ann, report, query)
    assert [(one.report, one.query) for one in records.pins.of(app, ann)] == [
        (A, "?period=90d"),
        (B, ""),
    ]


def test_so_many_and_no_longer(records: Records, app: int, ann: int) -> None:
    with pytest.raises(Refused, match="longer than"):
        records.pins.add(app, ann, A, "x" * (LONGEST_QUERY + 1))
    for n in range(MOST):
        records.pins.add(app, ann, f"a.{n}", "")
    with pytest.raises(Refused, match="takes at most"):
        records.pins.add(app, ann, A, "")


def test_several_changes_at_once_leave_one_order(records: Records, app: int, ann: int) -> None:
    for report in (A, B, C):
        records.pins.add(app, ann, report, "")
    numbers = [one.id for one in records.pins.of(app, ann)]
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda n: records.pins.move(app, ann, numbers[n % 3], 1 if n % 2 else -1), range(12)
            )
        )
    assert sorted(names(records, app, ann)) == sorted((A, B, C))
