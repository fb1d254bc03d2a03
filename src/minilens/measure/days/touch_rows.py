"""New users by what brought them the first time, in the shape of `days`.

Who is new is counted as everywhere; of each of them the first touch of the day is looked up. What came after the newest
build has none yet: the first event that opens on the first day tells it.
"""

from __future__ import annotations

from minilens.identity.moves import Moved, of_persons, person_of
from minilens.measure.days.columns import Columns
from minilens.measure.days.day_rows import CURRENT, events_after_build, newcomers, of_dimension
from minilens.measure.days.visit_rows import OVER, group_of, in_parts, key, seen_in
from minilens.measure.filters import where
from minilens.measure.plan import who_came
from minilens.measure.query import Query

_GIVEN = {"new_users": "news", "new_count": "bitmapCardinality(news)"}
_WITHIN = "day BETWEEN {start:Date} AND {end:Date}"
#: Who was new on a day, as the days were made.
_MADE = f"""SELECT day, arrayJoin(bitmapToArray(new_users)) AS person FROM days
                WHERE {OVER} AND dimension = '' AND {CURRENT}"""
#: The first touches of some persons alone: an app has as many as people who ever came.
_TOUCHES = """
                SELECT person, argMax(first_touches.day, version) AS day, argMax(first_touches.scene, version) AS scene
                FROM first_touches WHERE app = {{app:UInt32}} AND person GLOBAL IN (SELECT person FROM ({persons}))
                GROUP BY person"""


def rows(query: Query, columns: Columns, *, tail: bool, moved: Moved) -> str:
    """All new users; `tail`: events came after the newest build."""
    sources = [_built(query, moved=moved), *([_later(query, moved=moved)] if tail else [])]
    return "\n        UNION ALL".join(in_parts(query, columns, _GIVEN, one) for one in sources)


def later(query: Query, columns: Columns, *, moved: Moved) -> str:
    """Those who are new since the newest build."""
    return in_parts(query, columns, _GIVEN, _later(query, moved=moved))


def _counted(query: Query, source: str) -> str:
    """The persons of rows of a day, a person and a scene."""
    group = group_of(query)
    return f"""
            SELECT {", ".join([key(query)] * bool(group) + ["groupBitmapState(person) AS news"])}
            FROM
            ({source}
            )
            WHERE {_WITHIN}{where(query.filters, "touches")}
            {f"GROUP BY {', '.join(group)}" if group else ""}"""


def _built(query: Query, *, moved: Moved) -> str:
    """Those who were new when their day was made. A person without a touch came by something unknown."""
    new = _new(query, moved=moved)
    some = _MADE if query.cutoff else new  # events of a day are not read twice
    return _counted(
        query,
        f"""
            SELECT n.day AS day, n.person AS person, t.scene AS scene
            FROM ({new}) AS n
            GLOBAL LEFT ANY JOIN ({_TOUCHES.format(persons=some)}
            ) AS t ON n.person = t.person AND n.day = t.day""",
    )


def _new(query: Query, *, moved: Moved) -> str:
    """Day and person of those who were new, by a visit that is let through."""
    picked = where(query.filters, "visits")
    if query.cutoff is not None:
        person, join = person_of(moved)
        return f"""
                SELECT DISTINCT day, {person} AS person FROM events AS e{join}
                WHERE {OVER} AND name = 'page_view' AND ts < {{until:DateTime64(3, 'UTC')}}
                    AND (day, {person}) GLOBAL IN ({_MADE}){where(query.filters, "events")}"""
    if not picked:
        return _MADE
    days = who_came(query)
    if days:
        some = where(query.filters, days.place, of_visits=True)
        return f"""
                SELECT DISTINCT day, arrayJoin(bitmapToArray(new_users)) AS person FROM days
                WHERE {of_dimension(days)} AND {_WITHIN} AND {CURRENT}{some}"""
    return f"""
                SELECT DISTINCT day, person FROM {seen_in(query)}
                WHERE {OVER} AND {CURRENT} AND is_new AND views > 0{picked}"""


def _later(query: Query, *, moved: Moved) -> str:
    """Those who are new since."""
    opening = events_after_build("day, actor, person, ts, seq, scene", " AND name != 'share'")
    views = events_after_build(
        "day, actor, person, ts", f" AND name = 'page_view'{where(query.filters, 'events')}"
    )
    return _counted(
        query,
        f"""
            SELECT n.day AS day, n.person AS person, f.scene AS scene
            FROM
            (
                SELECT day, person FROM ({newcomers(moved=moved)})
                WHERE (day, person) GLOBAL IN (SELECT DISTINCT day, person FROM {of_persons(views, moved)})
            ) AS n
            GLOBAL LEFT ANY JOIN
            (
                SELECT day, person, argMin(e.scene, (e.ts, e.seq)) AS scene
                FROM {of_persons(opening, moved)} AS e GROUP BY day, person
            ) AS f ON n.day = f.day AND n.person = f.person""",
    )
