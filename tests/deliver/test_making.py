"""Between two messages that are made there is a rest, by what the one before took of the processor."""

from __future__ import annotations

from minilens.deliver.making import LONGEST_REST, Making


class Time:
    """Moved by hand, and by whoever sleeps."""

    def __init__(self) -> None:
        self.now, self.busy, self.slept = 0.0, 0.0, list[float]()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def made(self, making: Making, seconds: float) -> None:
        with making.turn():
            self.now += seconds
            self.busy += seconds


def test_it_rests_twice_as_long_as_one_took_and_never_long() -> None:
    time = Time()
    making = Making(lambda: time.busy, lambda: time.now, time.sleep)
    time.made(making, 0.25)
    assert time.slept == []
    time.made(making, 10.0)
    assert time.slept == [0.5]
    time.now += 0.25
    time.made(making, 0.1)
    assert time.slept == [0.5, LONGEST_REST - 0.25]
    time.now += 5
    time.made(making, 0.1)
    assert len(time.slept) == 2
