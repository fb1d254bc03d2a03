"""A step that fails, whatever the reason, is tried again, and what fails is said until it works."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from minilens.errors import CannotStart, EngineFailed
from minilens.load import worker
from minilens.load.pause import Pause
from minilens.load.worker import Failures, Worker, reason_of

FAULTS = [
    EngineFailed("Code: 241"),
    FileNotFoundError(2, "No such file or directory", "marks.json"),
    OSError(28, "No space left on device"),
    ZeroDivisionError("division by zero"),
    SystemExit(1),
    MemoryError(),
]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "FIRST_WAIT", 0.001)
    monkeypatch.setattr(worker, "LONGEST_WAIT", 0.01)


@pytest.fixture
def failures() -> Failures:
    return Failures()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_it_goes_on_after_any_error(failures: Failures, fault: BaseException) -> None:
    counted = threading.Event()
    said: list[str] = []
    steps: Iterator[int] = iter(range(1_000_000))

    def step() -> bool:
        if next(steps) < 3:
            raise fault
        if not counted.is_set():
            said.extend(failure.name for failure in failures.all())
        counted.set()
        return False

    made = Worker("load", step, Pause(), failures, idle=0.001)
    made.start()
    try:
        assert counted.wait(60)
        assert made.seconds() is not None
    finally:
        made.stop()
        made.join()
    assert said == ["load"], "it was said while it failed"
    assert failures.all() == [], "and no longer when it worked"


def test_what_fails_is_said_with_since_when_why_and_how_often(failures: Failures) -> None:
    failures.failed("build", OSError("first"))
    since = failures.all()[0].since
    failures.failed("build", ValueError("second\nline"))
    failures.failed("load", KeyError("x"))
    first, other = failures.all()
    assert (first.name, first.since, first.reason, first.times) == (
        "build", since, "ValueError: second", 2,
    )  # fmt: skip
    assert other.name == "load"
    failures.worked("build")
    assert [failure.name for failure in failures.all()] == ["load"]


def test_it_is_logged_once_a_minute(failures: Failures, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(100):
        failures.failed("load", OSError("again"))
    assert len(caplog.records) == 1


def test_a_reason_is_one_line() -> None:
    assert reason_of(CannotStart("Cannot be read", "读不出")) == "Cannot be read"
    assert reason_of(MemoryError()) == "MemoryError"
    assert len(reason_of(ValueError("x" * 10_000))) == worker.MOST_REASON
