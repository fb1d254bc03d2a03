"""Events of apps by the hour, and when the last one happened: of all names, of release traffic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from minilens.measure.alarms.silence import WEEKS, Hours
from minilens.measure.alarms.slots import WEEK
from minilens.warehouse.engine import Engine

#: Days in which the last event is looked for each time; of an app without any in them, once, so many.
DAYS, FAR_DAYS = 2, 60
_LAST = """
SELECT app, toUnixTimestamp64Milli(max(ts)) FROM events
WHERE app IN {apps:Array(UInt32)} AND day >= toDate({since:UInt32}, 'UTC') AND traffic = 'release'
    AND toUnixTimestamp64Milli(ts) <= {now:UInt64}
GROUP BY app"""
_HOURS = """
SELECT intDiv(toUnixTimestamp64Milli(ts), 3600000) AS hour, count() FROM events
WHERE app = {app:UInt32} AND day BETWEEN {start:Date} AND {end:Date} AND traffic = 'release'
GROUP BY hour"""


class EventsSeen:
    """Of apps that are asked about again and again: what is over is read once a day."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._last: dict[int, datetime | None] = {}
        self._before: dict[int, tuple[date, Hours]] = {}

    def last(self, apps: Sequence[int], now: datetime) -> dict[int, datetime]:
        """App → when its last event happened, none after now; those without any are left out."""
        found = self._asked(apps, now, DAYS)
        unknown = [one for one in apps if one not in found and one not in self._last]
        if unknown:
            self._last |= dict.fromkeys(unknown) | self._asked(unknown, now, FAR_DAYS)
        self._last |= found
        known = {one: self._last.get(one) for one in apps}
        return {one: at for one, at in known.items() if at is not None}

    def hours(self, app: int, today: date) -> dict[datetime, float]:
        """Events by the first moment of their hour in UTC: of the weeks that are learned from, and up to now."""
        day, before = self._before.get(app, (None, {}))
        yesterday = today - timedelta(days=1)
        if day != today:
            before = self._counted(app, today - (WEEKS + 1) * WEEK, yesterday - timedelta(days=1))
            self._before[app] = (today, before)
        return {**before, **self._counted(app, yesterday, today)}

    def _asked(self, apps: Sequence[int], now: datetime, days: int) -> dict[int, datetime]:
        told = {
            "apps": list(apps),
            "since": int((now - timedelta(days=days)).timestamp()),
            "now": int(now.timestamp() * 1000),
        }
        return {
            int(str(app)): datetime.fromtimestamp(int(str(at)) / 1000, UTC)
            for app, at in self._engine.rows(_LAST, told)
        }

    def _counted(self, app: int, start: date, end: date) -> dict[datetime, float]:
        rows = self._engine.rows(_HOURS, {"app": app, "start": start, "end": end})
        return {
            datetime.fromtimestamp(int(str(hour)) * 3600, UTC): float(str(count))
            for hour, count in rows
        }
