"""Whether what days say is what their events say, and having those made again of which it is not.

A build reads the events up to one load, its `through`: only these are compared. Days that wait to be made are
not looked at, nor are those whose events have expired: what they said stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from minilens.identity.moves import Moved, person_of
from minilens.load.action_sql import IS_ACTION
from minilens.load.build_sql import OPENS
from minilens.load.pending import Counter, Pending, mark
from minilens.warehouse.engine import Engine

#: Sessions are counted once more on so many of the newest days only: that takes memory for each.
LAUNCHES_DAYS = 35
#: A question of an app too large for that fails.
MOST_SECONDS = 8

_PERSON, _JOIN = person_of(Moved.SINCE)
_MADE = """
    SELECT b.day AS day, argMax(b.build, b.build) AS build, argMax(b.through, b.build) AS through,
        argMax(b.events, b.build) AS had
    FROM builds AS b WHERE app = {app:UInt32} GROUP BY day
"""
_CURRENT = "app = {app:UInt32} AND (day, build) IN (SELECT day, build FROM made)"

#: Days whose sums differ from each other or from their events; whether the day had more events when it was made.
_SUMS = f"""
WITH made AS ({_MADE}),
said AS
(
    SELECT day, sumIf(launches, dimension = '') AS launches, sumIf(visits, dimension = '') AS visits,
        sumIf(shares, dimension = '') AS shares, count() > uniqExact(dimension, traffic, value) AS twice
    FROM days WHERE {_CURRENT} AND dimension NOT LIKE '%+page' GROUP BY day
),
seen AS (SELECT day, sum(views) AS views, sum(sent) AS sent FROM day_page_views WHERE {_CURRENT} GROUP BY day),
came AS (SELECT day, sum(views) AS views, sum(sent) AS sent FROM day_visitors WHERE {_CURRENT} GROUP BY day),
acted AS (SELECT day, count() AS actions FROM actions WHERE {_CURRENT} GROUP BY day),
began AS
(
    SELECT day, count() AS begun, count() > uniqExact(traffic, person, session) AS twice
    FROM sessions WHERE {_CURRENT} GROUP BY day
),
happened AS
(
    SELECT day, count() AS events, countIf(name = 'page_view' AND load <= made.through) AS views,
        countIf(name = 'share' AND load <= made.through) AS sent,
        countIf({IS_ACTION} AND load <= made.through) AS to_act, max(load) > any(made.through) AS waits
    FROM events INNER JOIN made USING (day) WHERE app = {{app:UInt32}} GROUP BY day
)
SELECT made.day, made.had > happened.events
FROM made
INNER JOIN happened USING (day)
LEFT JOIN said USING (day)
LEFT JOIN seen USING (day)
LEFT JOIN came USING (day)
LEFT JOIN acted USING (day)
LEFT JOIN began USING (day)
WHERE NOT happened.waits AND (said.twice OR began.twice OR said.visits != happened.views
    OR seen.views != happened.views OR came.views != happened.views OR said.shares != happened.sent
    OR seen.sent != happened.sent OR came.sent != happened.sent
    OR said.launches != began.begun OR acted.actions != happened.to_act)
ORDER BY made.day
SETTINGS max_execution_time = {MOST_SECONDS}
"""

#: Days whose sessions are not as many as began by their events. Days with visits that bring no session id are left out.
_LAUNCHES = f"""
WITH made AS ({_MADE}),
began AS (SELECT day, count() AS begun FROM sessions WHERE {_CURRENT} AND day >= {{since:Date}} GROUP BY day),
opened AS
(
    SELECT target, max(itself) AS has, has AND NOT max(NOT itself) AS begins,
        max(itself AND session = 0) AS nameless
    FROM
    (
        SELECT arrayJoin([(day, true), (day + 1, false)]) AS to, to.1 AS target, to.2 AS itself, load, traffic, session,
            actor, person, ts
        FROM events
        WHERE app = {{app:UInt32}} AND day >= {{since:Date}} - 1 AND {OPENS}
    ) AS e
    INNER JOIN made ON made.day = e.target
    {_JOIN}
    WHERE target >= {{since:Date}} AND load <= made.through
    GROUP BY target, traffic, {_PERSON}, session
)
SELECT day FROM
(
    SELECT target AS day, countIf(begins) AS launches, max(nameless) AS nameless FROM opened
    GROUP BY target HAVING max(has)
) AS o
LEFT JOIN began USING (day)
WHERE NOT nameless AND launches != begun
ORDER BY day
SETTINGS max_execution_time = {MOST_SECONDS}
"""


@dataclass(frozen=True)
class Difference:
    """A day of an app that says something else than its events. `lost`: it had more of them when it was made."""

    app: int
    day: date
    lost: bool


def of_app(engine: Engine, waiting: Pending, app: int) -> list[Difference]:
    """Such days of an app that has days, without those that wait to be made; EngineFailed where that takes too long."""
    lost = {row[0]: bool(row[1]) for row in engine.rows(_SUMS, {"app": app})}
    asked = {"app": app, "since": _since(engine, app)}
    days = {*lost, *(row[0] for row in engine.rows(_LAUNCHES, asked))}
    waits = waiting.all()
    return [
        Difference(app, day, lost.get(day, False))
        for day in sorted(days)
        if (app, day) not in waits
    ]


def _since(engine: Engine, app: int) -> date:
    """The first day whose sessions are counted once more: not the one after days whose events have expired."""
    sql = "SELECT min(day), max(day) FROM builds WHERE app = {app:UInt32}"
    first, newest = engine.rows(sql, {"app": app})[0]
    since: date = newest - timedelta(days=LAUNCHES_DAYS)
    sql = "SELECT min(day) FROM events WHERE app = {app:UInt32} AND day >= {since:Date} - 1"
    oldest: date = engine.one(sql, {"app": app, "since": since})
    return max(since, oldest + timedelta(days=first < oldest))


def make_again(engine: Engine, pending: Pending, counter: Counter, found: list[Difference]) -> None:
    """Have these days made again; not those that lost events, of which a new build would say less than is true."""
    for app, some in groupby((one for one in found if not one.lost), key=lambda one: one.app):
        mark(engine, pending, counter, app, [one.day for one in some], "check")
