"""What is said above the figures: work that fails, a backlog, and what came but does not count."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from minilens.load.pipeline import Pipeline
from minilens.period import now_ms
from minilens.serve.status import waiting_events
from minilens.serve.wiring import notices
from minilens.spool.arrivals import NAME, ArrivalsLog
from minilens.spool.record import Batch, encode
from minilens.spool.turned_away import TurnedAwayLog
from minilens.spool.writer import frame
from minilens.web.console import Notice
from tests.pipeline import CREATED, Happening, House

Said = list[tuple[str, str, int]]


def said(house: House) -> Said:
    """Kind, detail and count of each."""
    return [(one.kind, one.detail, one.count) for one in notices(house.pipeline, house.app.id)]


@pytest.fixture
def failing(pipeline: Pipeline) -> Iterator[Pipeline]:
    """Loading fails, for the second time."""
    for _ in range(2):
        pipeline.failures.failed("load", OSError(28, "No space left on device"))
    yield pipeline
    pipeline.failures.worked("load")


def test_nothing_is_said_where_all_is_well(house: House) -> None:
    house.load([Happening(now_ms())])
    assert said(house) == []


def test_what_came_in_the_last_day_and_does_not_count(house: House) -> None:
    moment = now_ms()
    refused = Batch(
        at=moment, app=house.app.id, via="tracker", received=5, refused={"foreign_referer": 4, "late": 1}
    )  # fmt: skip
    old = Batch(
        at=moment - 26 * 3_600_000, app=house.app.id, via="tracker", received=9, refused={"late": 9}
    )
    (poisoned,) = house.batches([Happening(moment)])
    poisoned.events[0].props = '{"a":1e999}'
    records = [refused, old, poisoned, *house.batches([Happening(moment, traffic="trial")])]
    house.writer.write(b"".join(frame(encode(batch)) for batch in records))
    house.pipeline.loader.drain()
    assert said(house) == [
        ("refused", "foreign_referer", 4),
        ("refused", "late", 1),
        ("quarantined", "unreadable", 1),
        ("not_counted", "trial", 1),
    ]


def test_another_mini_program_is_named_with_the_one_expected(house: House) -> None:
    ours, theirs, moment = "wx00000000000000aa", "wx00000000000000bb", now_ms()
    house.pipeline.records.apps.change(house.app.id, zh="a", en="a", appid=ours, now=CREATED)
    log = TurnedAwayLog(house.writer.folder)
    log.appid(house.app.id, theirs, moment)
    (found,) = notices(house.pipeline, house.app.id)
    assert found == Notice("foreign", theirs, 1, moment, ours)


def test_that_wechat_refuses_the_credentials_until_it_takes_them(house: House) -> None:
    key, moment = house.pipeline.records.keys.of(house.app.id)[0], now_ms()
    log = ArrivalsLog(house.writer.folder)
    try:
        for at, errcode, found in (
            (moment - 2000, 40125, [Notice("wechat", "40125", since=moment - 2000)]),
            (moment - 1000, 40013, [Notice("wechat", "40013", since=moment - 2000)]),
            (moment, 0, []),
            (moment - 2 * 86_400_000, 40125, []),  # and nobody signed in since
        ):
            log.wechat_answered(key.id, at, errcode)
            log._write(msgspec.json.encode(log._now()))
            assert notices(house.pipeline, house.app.id) == found
    finally:
        (house.writer.folder / NAME).unlink()


def test_a_task_that_fails_is_named(house: House) -> None:
    for _ in range(2):
        house.pipeline.failures.failed("sweep the spool", OSError(13, "Permission denied"))
    try:
        (found,) = notices(house.pipeline, house.app.id)
        assert (found.kind, found.name) == ("task", "sweep the spool")
    finally:
        house.pipeline.failures.worked("sweep the spool")


def test_a_backlog_is_a_number_of_events(failing: Pipeline, house: House) -> None:
    tricky = Happening(now_ms(), page='{"i":0}', name="page_view")
    house.receive([tricky, Happening(now_ms()), Happening(now_ms(), device="other")])
    try:
        assert waiting_events(failing.spool) == 3
        first, second = notices(failing, house.app.id)
        assert (first.kind, first.detail) == (
            "failing",
            "OSError: [Errno 28] No space left on device",
        )
        assert now_ms() - first.since < 60_000
        assert second == Notice("waiting", count=3)
    finally:
        failing.loader.drain()
    assert waiting_events(failing.spool) == 0
