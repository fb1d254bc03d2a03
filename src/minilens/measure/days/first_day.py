"""The day on which an app's figures begin."""

from __future__ import annotations

from datetime import date

from minilens.warehouse.engine import Engine

#: Of the released version, else of any: an app that is only tried out has a first day, too.
_FIRST = "minIf(day, traffic = 'release'), min(day), countIf(traffic = 'release'), count()"
_OF_DAYS = f"""
SELECT {_FIRST} FROM days
WHERE app = {{app:UInt32}} AND dimension = ''
    AND (day, build) GLOBAL IN (SELECT day, max(build) FROM builds WHERE app = {{app:UInt32}} GROUP BY day)
"""
#: Before any day is made.
_OF_EVENTS = f"SELECT {_FIRST} FROM events WHERE app = {{app:UInt32}}"


def first_day(engine: Engine, app: int) -> date | None:
    """The natural day of the first event, or None where there is none."""
    for sql in (_OF_DAYS, _OF_EVENTS):
        released, first, releases, rows = engine.rows(sql, {"app": app})[0]
        if rows:
            found: date = released if releases else first
            return found
    return None
