"""What came last by each key: kept, written down, read of all receivers together."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from minilens.spool import arrivals as module
from minilens.spool.arrivals import MOST_KEYS, NAME, ArrivalsLog, Reason, arrivals
from minilens.spool.record import Batch, Event


def batch(at: int, *, key: int = 1, env: str = "release", events: int = 1) -> Batch:
    made = [
        Event(i=n, id="", name=f"event_{n}", ts=at, actor=1, page=f"pages/{n}")
        for n in range(events)
    ]
    return Batch(
        at=at, app=1, via="tracker", key=key, env=env, app_version="1.2", events=made
    )  # fmt: skip


def reason(at: int, code: str = "late", field: str = "t") -> Reason:
    return Reason(at, code, field, "tap", "晚", "late")


def written(log: ArrivalsLog) -> None:
    """Let it write what it knows, as it does at its end."""

    async def to_the_end() -> None:
        task = asyncio.create_task(log.keep_written())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(to_the_end())


def test_what_came_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "r-0").mkdir()
    log = ArrivalsLog(tmp_path / "r-0")
    log.came(batch(1_000), 0, [])
    log.came(batch(2_000, env="trial", events=2), -240_000, [reason(2_000)])
    log.came(batch(3_000, events=0), 59_999, [reason(3_000), reason(3_000, "future")])
    assert arrivals(tmp_path) == {}
    written(log)
    (found,) = arrivals(tmp_path).values()
    assert found.at == 3_000
    assert found.environments == {"release": 1_000, "trial": 2_000}
    assert (found.event, found.page, found.version) == ("event_1", "pages/1", "1.2")
    assert (found.skew, found.skew_at) == (-240_000, 2_000)
    assert [(one.code, one.at) for one in found.reasons] == [("late", 3_000), ("future", 3_000)]
    # the next process goes on from there
    again = ArrivalsLog(tmp_path / "r-0")
    again.came(batch(4_000, env="develop"), 0, [])
    written(again)
    assert set(arrivals(tmp_path)[1].environments) == {"release", "trial", "develop"}


def test_it_is_written_while_events_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY", 0.01)
    log = ArrivalsLog(tmp_path)

    async def looked() -> None:
        task = asyncio.create_task(log.keep_written())
        log.came(batch(1), 0, [])
        for _ in range(1_000):
            if (tmp_path / NAME).exists():
                break
            await asyncio.sleep(0.01)
        assert (tmp_path / NAME).exists()
        task.cancel()

    asyncio.run(looked())


def test_a_writing_that_fails_is_named_and_the_next_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "EVERY", 0.01)
    log = ArrivalsLog(tmp_path)

    async def looked() -> None:
        task = asyncio.create_task(log.keep_written())
        log.came(batch(1), 0, [reason(1, "half of a character \ud800")])
        while not caplog.records:
            await asyncio.sleep(0.01)
        log.came(batch(2, key=2), 0, [])
        assert log._known is not None
        del log._known[1]
        while not (tmp_path / NAME).exists():
            await asyncio.sleep(0.01)
        assert set(arrivals(tmp_path.parent)) == {2}
        task.cancel()

    asyncio.run(asyncio.wait_for(looked(), 20))
    assert "trying again" in caplog.text


def test_of_two_receivers_the_newer_says_more(tmp_path: Path) -> None:
    for name, at, env in (("r-0", 5_000, "release"), ("r-1", 4_000, "trial")):
        (tmp_path / name).mkdir()
        log = ArrivalsLog(tmp_path / name)
        log.came(batch(at, env=env), 90_000 if name == "r-1" else 0, [reason(at, name)])
        written(log)
    found = arrivals(tmp_path)[1]
    assert found.at == 5_000
    assert found.environments == {"release": 5_000, "trial": 4_000}
    assert (found.skew, found.skew_at) == (90_000, 4_000)
    assert [one.code for one in found.reasons] == ["r-0", "r-1"]


def test_of_too_many_keys_the_oldest_are_forgotten(tmp_path: Path) -> None:
    log = ArrivalsLog(tmp_path / "r-0")
    (tmp_path / "r-0").mkdir()
    for key in range(MOST_KEYS + 1):
        log.came(batch(key, key=key), 0, [])
    log.came(batch(9_999, key=1), 0, [])
    written(log)
    found = arrivals(tmp_path)
    assert len(found) == MOST_KEYS
    assert 0 not in found
    assert found[1].at == 9_999


@pytest.mark.parametrize("body", [b"", b"[]", b'{"1": {"at": "x"}}', b"\xff"])
def test_a_file_that_is_no_such_file_is_nothing(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "r-0").mkdir()
    (tmp_path / "r-0" / NAME).write_bytes(body)
    assert arrivals(tmp_path) == {}
    log = ArrivalsLog(tmp_path / "r-0")
    log.came(batch(1), 0, [])
    written(log)
    assert set(arrivals(tmp_path)) == {1}
