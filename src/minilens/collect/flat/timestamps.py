"""Times as files write them: ISO 8601 with a zone, or without one where the zone is told."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from minilens.collect.flat.mapping import Unfit
from minilens.errors import Refused
from minilens.period import FIRST_DAY, LAST_DAY

#: A sender's clock may run ahead by this much.
AHEAD_HOURS = 24
DAY = 86_400_000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNT = re.compile(r"[0-9]{9,13}(?:\.[0-9]{1,9})?")
_LOOSE = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})[T ] ?([0-9]{1,2}):([0-9].*)")
_TIME = re.compile(
    r"[T ]([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:[.,]([0-9]{1,9}))?)?"
    r" ?(Z|UTC|[+-](?:0[0-9]|1[0-4]):?(?:[0-5][0-9])?)?"
)


def moment(text: str, zone: ZoneInfo | None) -> int:
    """Milliseconds since 1970 in UTC; Refused where the text is no time or has no zone.

    The date and the time of day are looked up apart: a year has 365 of the one and a day 86,400 of
    the other, so nearly every look-up is answered from memory.
    """
    try:
        day = _day(text[:10])
        clock, zoned = _clock(text[10:])
    except ValueError as error:
        if (filled := _filled(text)) is not None:
            return moment(filled, zone)
        if _COUNT.fullmatch(text):
            raise _advised(
                f"{text} 是数字，时间应写成 2026-11-22T10:00:00+08:00 的形式；"
                "导入时请用 --map time_unit=s（或 ms）指定单位",
                f"{text} is a number, not a time like 2026-11-22T10:00:00+08:00; "
                "when importing, use --map time_unit=s (or ms) to give its unit",
            ) from error
        raise Refused("bad_time", "ts", got=text[:64]) from error
    if zoned:
        return day + clock
    if zone is None:
        raise _advised(
            f"{text[:64]} 没有时区；请写成 {text[:64]}+08:00 的形式，导入时也可用 --map timezone=Asia/Shanghai 指定",
            f"{text[:64]} has no time zone; write it like {text[:64]}+08:00, "
            "or when importing, use --map timezone=Asia/Shanghai",
        )
    return day + clock - _offset(text[:10], clock // 60_000, zone)


def _filled(text: str) -> str | None:
    """2026/11/22 8:14 as 2026-11-22 08:14: as spreadsheets write it; None where nothing is to be filled in."""
    found = _LOOSE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, rest = found.groups()
    filled = f"{year}-{month:0>2}-{day:0>2} {hour:0>2}:{rest}"
    return filled if filled != text else None


def _advised(zh: str, en: str) -> Unfit:
    """The refusal of a time, with what may be done about it."""
    return Unfit("ts", zh, en, "bad_time")


def check_moment(ms: int, now_ms: int, shown: str) -> int:
    """The time itself; Refused unless it lies between the first day we know and tomorrow."""
    if not _FIRST <= ms <= _LAST:
        raise Refused("bad_time", "ts", got=shown[:64])
    if ms > now_ms + AHEAD_HOURS * 3_600_000:
        raise Refused("future", "ts", hours=AHEAD_HOURS)
    return ms


@lru_cache(maxsize=1 << 14)
def _day(text: str) -> int:
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return (date.fromisoformat(text).toordinal() - _EPOCH) * DAY


@lru_cache(maxsize=1 << 17)
def _clock(text: str) -> tuple[int, bool]:
    """Milliseconds from midnight UTC of the written date, and whether a zone was written."""
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(text)
    hour, minute, second, fraction, zone = found.groups()
    clock = (int(hour) * 60 + int(minute)) * 60_000 + int(second or 0) * 1000
    clock += int(((fraction or "") + "000")[:3])
    if zone and zone not in ("Z", "UTC"):
        digits = zone[1:].replace(":", "")
        away = (int(digits[:2]) * 60 + int(digits[2:] or 0)) * 60_000
        clock += away if zone[0] == "-" else -away
    return clock, zone is not None


@lru_cache(maxsize=1 << 16)
def _offset(day: str, minute: int, zone: ZoneInfo) -> int:
    """How far the zone was ahead of UTC; of a local time that came twice, the first is meant."""
    local = datetime.fromisoformat(day).replace(hour=minute // 60, minute=minute % 60, tzinfo=zone)
    away = local.utcoffset()
    return 0 if away is None else round(away.total_seconds() * 1000)


_EPOCH = datetime.fromtimestamp(0, UTC).date().toordinal()
_FIRST = (FIRST_DAY.toordinal() - _EPOCH) * DAY
_LAST = (LAST_DAY.toordinal() + 1 - _EPOCH) * DAY - 1
