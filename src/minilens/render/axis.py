"""The lines across a drawn chart: round numbers from 0 on, with short names."""

from __future__ import annotations

from minilens.measure.table import Unit
from minilens.render import format
from minilens.text import Language

#: At most so many above 0.
MOST = 4
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_OF_CLOCK = (
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1_800,
    3_600,
    7_200,
    14_400,
    21_600,
    43_200,
    86_400,
)


def lines(highest: float, unit: Unit) -> list[float]:
    """From 0 to the first one at or above the highest value."""
    step = _step(highest, unit)
    count = max(1, -(-highest // step))
    return [n * step for n in range(int(count) + 1)]


def _step(highest: float, unit: Unit) -> float:
    if highest <= 0:
        return 1.0 if unit != "ratio" else 0.1
    if unit == "seconds":
        hours = _decimal(highest / 3600) * 3600
        return next((float(one) for one in _OF_CLOCK if highest / one <= MOST), hours)
    step = _decimal(highest)
    return max(1.0, round(step)) if unit == "count" and step < 5 else step


def _decimal(highest: float) -> float:
    """1, 2, 2.5 or 5 times a power of ten."""
    power = 1.0
    while highest / power > MOST:
        power *= 10
    while highest / power <= MOST / 10:
        power /= 10
    power /= 10
    return next(one * power for one in _ROUND if highest / (one * power) <= MOST)


def named(value: float, unit: Unit, language: Language) -> str:
    """20%, 1,200, 2.5 万, 30 秒."""
    if unit == "ratio":
        return f"{value * 100:g}%"
    if unit == "seconds":
        return _clock(value, language)
    whole = float(value).is_integer()
    if unit == "depth" or not whole:
        return f"{value:g}"
    return _without_zeros(format.short(int(value), "count", language))


def _clock(value: float, language: Language) -> str:
    """In its largest unit: 1.5 小时."""
    for seconds, word in format.CLOCK[language]:
        if value >= seconds:
            return f"{round(value / seconds, 2):g}{word}"
    return "0"


def _without_zeros(text: str) -> str:
    """2.00 万 is 2 万."""
    head, dot, rest = text.partition(".")
    if not dot:
        return text
    digits = rest.rstrip("kMB 万亿")
    word = rest[len(digits) :]
    kept = digits.rstrip("0")
    return f"{head}.{kept}{word}" if kept else head + word
