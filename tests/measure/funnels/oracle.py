"""Funnels counted by brute force, from the words alone: one person after the other, row by row."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from minilens.measure.funnels.query import FunnelQuery
from minilens.period import milliseconds
from tests.measure.events.oracle import Asked, as_text
from tests.measure.funnels.rows import Found, Said, search
from tests.measure.oracle import Oracle
from tests.pipeline import Happening

Row = tuple[Any, ...]


@dataclass(frozen=True)
class OfOne:
    """An owner's attempt that counts, with what happened in its rows; whether it may still go on."""

    found: Found
    happened: list[Happening]
    still: bool

    def at(self, step: int) -> Happening | None:
        """What was taken for a step, the first being 1."""
        return self.happened[self.found.taken[step - 1]] if step <= self.found.level else None


@dataclass(frozen=True)
class Brute:
    """One question, and the history that it is asked of."""

    query: FunnelQuery
    oracle: Oracle
    as_of: datetime

    def _owners(self) -> Iterator[list[Happening]]:
        """What each owner did that counts, in order."""
        asked = Asked(self.query.rows, self.oracle)
        owned: dict[object, list[Happening]] = {}
        for h in self.oracle.events:
            if h.traffic != self.query.rows.traffic or not any(
                asked.counted(one, h) for one in self.query.rows.events
            ):
                continue
            if self.query.counts != "sessions":
                owned.setdefault(self.oracle.person[h.id], []).append(h)
            elif h.session:
                owned.setdefault(h.session, []).append(h)
        for some in owned.values():
            ordered = sorted(some, key=lambda h: (h.ts, h.seq == 0, h.seq))
            if self.query.at != "each" or not self.query.grouped:
                yield ordered
                continue
            values = [str(asked.value(self.query.rows.groups[0], h)) for h in ordered]
            for value in dict.fromkeys(values):
                yield [h for h, own in zip(ordered, values, strict=True) if own == value]

    def _said(self, some: list[Happening]) -> list[Said]:
        asked, steps = Asked(self.query.rows, self.oracle), self.query.steps
        over, every = self.query.rows.range, self.query.rows.events
        return [
            Said(
                1, h.ts,
                tuple(n for n in range(steps) if asked.counted(every[n], h)),
                tuple(
                    gap for n, gaps in enumerate(self.query.gaps) for gap in range(steps)
                    if gaps >> gap & 1 and asked.counted(every[steps + n], h)
                ),
                self._held(asked, h),
                over.start <= self.oracle.day(h) <= over.end,
            )
            for h in some
        ]  # fmt: skip

    def _held(self, asked: Asked, h: Happening) -> str | None:
        """The values of what is held, None where one is missing."""
        if not self.query.held:
            return ""
        values = [as_text(asked.value(self.query.rows.groups[n], h)) for n in self.query.held[0]]
        return None if None in values else "|".join(map(str, values))

    def _window(self, h: Happening) -> int:
        if self.query.mode == "closed":
            last = self.query.rows.range.end + timedelta(days=1)
        elif self.query.window.days:
            last = self.oracle.day(h) + timedelta(days=self.query.window.days)
        elif self.query.window.months:
            return self._months(self.oracle.day(h))
        else:
            return self.query.window.milliseconds
        zone = ZoneInfo(self.query.rows.timezone)
        return milliseconds(datetime.combine(last, time(), zone)) - 1 - h.ts

    def _months(self, day: date) -> int:
        """The milliseconds from a day to the same one so many months later, or to the last of a shorter month."""
        months = day.year * 12 + day.month - 1 + self.query.window.months
        year, month = divmod(months, 12)
        last = monthrange(year, month + 1)[1]
        zone = ZoneInfo(self.query.rows.timezone)
        then, now = (
            milliseconds(datetime.combine(one, time(), zone))
            for one in (date(year, month + 1, min(day.day, last)), day)
        )
        return then - now

    def counted(self) -> list[OfOne]:
        """Of each owner the attempt that counts; of attempts every one."""
        return [one for some in self._owners() for one in self._of(some)]

    def _of(self, some: list[Happening]) -> list[OfOne]:
        query, said = self.query, self._said(some)
        tried = [
            search(said, n, query.steps, self._window(some[n]), query.within)
            for n, one in enumerate(said)
            if 0 in one.fits and one.enters and one.held is not None
        ]
        tried = tried[:1] if query.first else tried
        if query.ever and any(self._before(one, h) for one, h in zip(said, some, strict=True)):
            tried = []
        if query.leaves_out:
            plain = [self._plain(some, one.entry).level for one in tried]
            most = 0 if query.counts == "attempts" else max(plain, default=0)
            tried = [one for one in tried if one.stop is None and one.level >= most]
        if query.counts == "attempts":
            chosen = self._one_after_another(tried, some)
        else:
            chosen = sorted(tried, key=lambda one: (-one.level, one.entry))[:1]
        still = any(self._goes_on(one, some) for one in tried)
        return [OfOne(one, some, still and one.level < query.steps) for one in chosen]

    def _plain(self, some: list[Happening], entry: int) -> Found:
        """What becomes of an entry where nothing is excluded."""
        said = [replace(one, ends=()) for one in self._said(some)]
        return search(said, entry, self.query.steps, self._window(some[entry]), self.query.within)

    def _before(self, one: Said, h: Happening) -> bool:
        """Whether it is a first step before the range."""
        early = self.oracle.day(h) < self.query.rows.range.start
        return early and 0 in one.fits and one.held is not None

    def _goes_on(self, one: Found, some: list[Happening]) -> bool:
        until = some[one.entry].ts + self._window(some[one.entry])
        return (
            one.stop is None and one.level < self.query.steps and until >= milliseconds(self.as_of)
        )

    def _one_after_another(self, tried: list[Found], some: list[Happening]) -> list[Found]:
        found, busy = [], -1
        for one in tried:
            if one.entry <= busy:
                continue
            found.append(one)
            edge = some[one.entry].ts + self._window(some[one.entry])
            ran = max(n for n, h in enumerate(some) if h.ts <= edge)
            ended = ran if one.stop is None else one.stop
            busy = one.taken[-1] if one.level == self.query.steps else ended
        return found

    def group(self, one: OfOne) -> str:
        """The value that tells the attempt apart."""
        asked = Asked(self.query.rows, self.oracle)
        at = self.query.at
        h = one.at(1 if at in ("entry", "each") else one.found.level if at == "last" else int(at))
        return "(not reached)" if h is None else str(asked.value(self.query.rows.groups[0], h))

    def steps(self, some: list[OfOne]) -> list[tuple[int, int | None, int | None, float | None]]:
        """Of each step: who got there, who was lost, who may still go on, the median time from the step before."""
        found: list[tuple[int, int | None, int | None, float | None]] = []
        for step in range(1, self.query.steps + 1):
            here = [one for one in some if one.found.level == step]
            may = sum(one.still for one in here)
            times = sorted(self._time(one, step) for one in some if one.found.level >= step > 1)
            last = step == self.query.steps
            found.append(
                (sum(one.found.level >= step for one in some), None if last else len(here) - may,
                 None if last else may, _median(times))
            )  # fmt: skip
        return found

    def _time(self, one: OfOne, step: int) -> int:
        now, before = one.at(step), one.at(step - 1)
        assert now is not None
        assert before is not None
        return now.ts - before.ts


def _median(some: list[int]) -> float | None:
    if not some:
        return None
    half = len(some) // 2
    middle = some[half] if len(some) % 2 else (some[half - 1] + some[half]) / 2
    return middle / 1000
