"""The course of an alarm with its band, as an SVG that the server draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from minilens.render.as_alarm import between, number, time_of
from minilens.reports.alarm_facts import AlarmFacts, MissingFacts, Place, SeriesFacts
from minilens.text import Language

#: Of the drawing, in units of its own, and the room above the highest point.
WIDTH, HEIGHT, ROOM = 480, 110, 6


@dataclass(frozen=True)
class Dot:
    """A place that was outside: where it is drawn, and what it was, in words."""

    left: float
    top: float
    title: str


@dataclass(frozen=True)
class AlarmChart:
    """`line`: points of SVG polylines, one for each stretch that is known. `band`: polygons. `dots`: what was outside.
    `most` is what the top stands for; `ticks`: the first, middle and last place by name; `described`: what was
    outside, in words."""

    lines: tuple[str, ...]
    bands: tuple[str, ...]
    dots: tuple[Dot, ...]
    most: str
    ticks: tuple[str, ...]
    described: str


def as_alarm_chart(facts: AlarmFacts, timezone: str, language: Language) -> AlarmChart | None:
    """None of what has no course."""
    if not isinstance(facts, SeriesFacts | MissingFacts) or len(facts.course) < 2:
        return None
    unit, length = (
        ("count", "hour") if isinstance(facts, MissingFacts) else (facts.unit, facts.length)
    )
    places = facts.course
    known = [n for one in places for n in (one.value, one.low, one.high) if n is not None]
    most = max(max(known, default=0.0), 0.0) or 1.0
    step = WIDTH / (len(places) - 1)

    def spot(n: int, value: float) -> tuple[float, float]:
        return round(n * step, 1), round(HEIGHT - max(0.0, value) / most * (HEIGHT - ROOM), 1)

    dots = []
    for n, one in enumerate(places):
        value, low, high = one.value, one.low, one.high
        if value is not None and _outside(value, low, high):
            words = time_of(one.at, length, timezone, language)
            usual = between(low, high, unit, language)
            dots.append(Dot(*spot(n, value), f"{words}: {number(value, unit, language)} ({usual})"))
    lines = [[spot(n, value) for n, value in some] for some in _stretches(places)]
    bands = [
        [spot(n, high if high is not None else most) for n, _, high in some]
        + [spot(n, low or 0.0) for n, low, _ in reversed(some)]
        for some in _banded(places)
    ]
    return AlarmChart(
        tuple(map(_points, lines)), tuple(map(_points, bands)), tuple(dots), number(most, unit, language),
        _ticks(places, length, timezone), "; ".join(dot.title for dot in dots),
    )  # fmt: skip


def _outside(value: float, low: float | None, high: float | None) -> bool:
    return (low is not None and value < low) or (high is not None and value > high)


def _points(some: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{left},{top}" for left, top in some)


def _stretches(places: Sequence[Place]) -> list[list[tuple[int, float]]]:
    found: list[list[tuple[int, float]]] = [[]]
    for n, one in enumerate(places):
        if one.value is None:
            found.append([])
        else:
            found[-1].append((n, one.value))
    return [one for one in found if one]


def _banded(places: Sequence[Place]) -> list[list[tuple[int, float | None, float | None]]]:
    found: list[list[tuple[int, float | None, float | None]]] = [[]]
    for n, one in enumerate(places):
        if one.low is None and one.high is None:
            found.append([])
        else:
            found[-1].append((n, one.low, one.high))
    return [one for one in found if len(one) > 1]


def _ticks(places: Sequence[Place], length: str, timezone: str) -> tuple[str, ...]:
    """The first, the middle and the last."""
    zone = ZoneInfo(timezone)
    some = (places[0], places[len(places) // 2], places[-1])
    moments = [datetime.fromtimestamp(one.at / 1000, zone) for one in some]
    return tuple(f"{one:%m-%d}" if length == "day" else f"{one:%m-%d %H:%M}" for one in moments)
