"""The first day of each app, asked of the engine once a minute at most: every page wants to know it."""

from __future__ import annotations

from datetime import date

from minilens.errors import EngineFailed
from minilens.measure.days.first_day import first_day
from minilens.period import now_ms, today
from minilens.warehouse.engine import Engine

MINUTE_MS = 60_000


class FirstDays:
    """What was found, and when. A new app is asked about each time: its first event may come any moment."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._found: dict[int, tuple[date, int]] = {}

    def of(self, app: int, timezone: str) -> date | None:
        """The day, or None where there is none; while the engine does not answer, what was known."""
        known, at = self._found.get(app, (None, 0))
        if known and known < today(timezone) and now_ms() - at < MINUTE_MS:
            return known
        try:
            found = first_day(self._engine, app)
        except EngineFailed:  # a page is shown all the same
            return known
        if found:
            self._found[app] = found, now_ms()
        else:
            self._found.pop(app, None)
        return found
