"""The SQL that adds up sessions and page views of days: sums and bitmaps, of the day and of each value."""

from __future__ import annotations

from collections.abc import Iterable

from minilens.load import arrival_sql
from minilens.load.build_sql import DUE
from minilens.reference.launches import BUCKETS
from minilens.warehouse.sets import NOBODY, apart

#: Dimensions that days keep bitmaps for with every page (what a list of pages under one filter reads), and by
#: themselves: the column, and the text of its value.
PAIRED: tuple[tuple[str, str], ...] = (
    ("scene", "toString(scene)"),
    ("province", "province"),
    ("app_version", "app_version"),
    ("newness", "if(newness, 'new', 'returning')"),
)
#: Those that it keeps them for by themselves alone: each costs 8 bytes for each person of a day.
ALONE = ("phone", "client", "city")
_PAIRED = tuple(column for column, _ in PAIRED)


def _grouped(some: tuple[tuple[str, str], ...]) -> str:
    """The dimension that a row was grouped by, and its value."""
    other = ", ".join(f"grouping({column}) = 0, '{column}'" for column, _ in some)
    value = ", ".join(f"grouping({column}) = 0, {text}" for column, text in some)
    return f"multiIf({other}, '') AS other, multiIf({value}, '') AS of_other"


_GROUPED = _grouped((*PAIRED, *((column, column) for column in ALONE)))


def _sets(*groups: tuple[tuple[str, ...], Iterable[str]]) -> str:
    """Each of these dimensions with these columns, or by itself."""
    keys = [
        ", ".join(("app", "day", "traffic", *beside, one))
        for beside, some in groups
        for one in some
    ]
    return f"GROUPING SETS ({', '.join(f'({key})' for key in keys)})"


def _to(*rows: str, once: str) -> str:
    """The rows of `days` that a group is part of; `once`: those it is part of whatever it was grouped by.

    Every dimension cuts a day into parts, so the day is the sum of the parts of any one: the one with the
    fewest is taken. Adding up parts is several times as fast as grouping events once more.
    """
    also = ", ".join(rows)
    alone = f"other IN ({_ALONE_NAMES}), [{_ALONE}]"
    return f"arrayJoin(multiIf(other = 'newness', [{also}, {once}], {alone}, [{also}])) AS to"


_ALONE_NAMES = ", ".join(f"'{one}'" for one in ALONE)
_DAY, _PAGE = "('', '', '')", "('page', page, '')"
_ALONE, _PAIR = "(other, of_other, '')", "(concat(other, '+page'), of_other, page)"
_NOBODY = "groupBitmapStateIf(toUInt32(0), 0)"
#: Those that launches alone have, and what is kept of them: how many, and of whom.
OF_LAUNCHES = tuple(BUCKETS)
_BUCKETS = ", ".join(f"('{name}', {bucket})" for name, bucket in BUCKETS.items())

#: Dimensions that are no parts of a day: new users by their first scene, whom a number tells since everybody is new
#: once, and events as they arrived.
BESIDE = ("first_scene", *arrival_sql.DIMENSIONS)
#: What a row of `days` has.
COLUMNS = """
    app, dimension, day, build, traffic, value, page, launches, visits, shares, bounces, entries, exits, depth,
    duration, timed_launches, visitors, new_users, sharers, launched_apart, new_count, visitors_count,
    sharers_count, timed_visitors_count, page_duration, timed_visits, timed_apart, page_timed_count, sent, late,
    day_late"""


def rows_of(which: str) -> str:
    """SQL of the sessions and page views that days are the sum of: those which fulfil a condition."""
    return f"""
WITH began AS
(
    SELECT *, is_new AS newness FROM sessions
    WHERE {which}
),
seen AS
(
    SELECT *, is_new AS newness FROM day_page_views
    WHERE {which}
),
doors AS
(
    SELECT app, day, traffic, d.1 AS page, scene, province, app_version, newness,
        sum(d.2 AND visits = 1) AS bounced, sum(d.2) AS entered, sum(d.3) AS left
    FROM (SELECT *, arrayJoin([(entry, 1, 0), (exit, 0, 1)]) AS d FROM began WHERE visits > 0)
    GROUP BY app, day, traffic, page, scene, province, app_version, newness
)"""


#: What they come to, of `began`, `seen` and `doors`: sums and sets by `to`, the dimension, the value and the page.
PARTS = f"""
    SELECT * EXCEPT (page, other, of_other), {_to(_PAIR, _ALONE, once=f"{_PAGE}, {_DAY}")}
    FROM
    (
        SELECT app, day, traffic, page, {_GROUPED},
            0 AS launches, sum(views) AS visits, sum(sent) AS shares, 0 AS bounces, 0 AS entries, 0 AS exits,
            0 AS depth, 0 AS duration, 0 AS timed_launches,
            groupBitmapStateIf(person, views > 0) AS visitors,
            groupBitmapStateIf(person, views > 0 AND is_new) AS new_users,
            groupBitmapStateIf(person, sent > 0) AS sharers, {_NOBODY} AS timed_visitors,
            sum(seen.duration) AS page_duration, sum(timed) AS timed_visits,
            groupBitmapStateIf(person, timed > 0) AS page_timed, 0 AS arrived, 0 AS late, 0 AS day_late
        FROM seen
        GROUP BY {_sets((("page",), _PAIRED), ((), ALONE))}
    )
    UNION ALL
    SELECT * EXCEPT (other, of_other), {_to(_ALONE, once=_DAY)}
    FROM
    (
        SELECT app, day, traffic, {_GROUPED},
            count(), 0, 0, countIf(visits = 1), 0, 0, sum(depth), sum(ifNull(duration, 0)),
            countIf(duration IS NOT NULL),
            {_NOBODY}, {_NOBODY}, {_NOBODY}, groupBitmapStateIf(person, duration IS NOT NULL), 0, 0, {_NOBODY},
            0, 0, 0
        FROM began
        GROUP BY {_sets(((), _PAIRED), ((), ALONE))}
    )
    UNION ALL
    SELECT * EXCEPT (page, other, of_other), {_to(_PAIR, once=_PAGE)}
    FROM
    (
        SELECT app, day, traffic, page, {_grouped(PAIRED)},
            0, 0, 0, sum(bounced), sum(entered), sum(left), 0, 0, 0, {_NOBODY}, {_NOBODY}, {_NOBODY}, {_NOBODY},
            0, 0, {_NOBODY}, 0, 0, 0
        FROM doors
        GROUP BY {_sets((("page",), _PAIRED))}
    )
    UNION ALL
    SELECT app, day, traffic, count(), 0, 0, 0, 0, 0, 0, 0, 0,
        groupBitmapState(person), {_NOBODY}, {_NOBODY}, {_NOBODY}, 0, 0, {_NOBODY}, 0, 0, 0,
        (bucket.1, bucket.2, '') AS to
    FROM (SELECT app, day, traffic, person, arrayJoin([{_BUCKETS}]) AS bucket FROM began)
    GROUP BY app, day, traffic, bucket"""
#: The same of new users by what brought them, of this build alone.
FIRST_SCENES = f"""
    SELECT app, day, 'release', 0, 0, 0, 0, 0, 0, 0, 0, 0, {_NOBODY}, groupBitmapState(person), {_NOBODY}, {_NOBODY},
        0, 0, {_NOBODY}, 0, 0, 0, ('first_scene', toString(o.scene), '') AS to
    FROM
    (
        SELECT app, day, person, argMin(spans.origin, (start, session)) AS origin FROM spans
        WHERE opened AND traffic = 'release' AND (app, day, person) IN (SELECT app, day, person FROM newcomers)
        GROUP BY app, day, person
    ) AS t
    LEFT ANY JOIN origins AS o ON t.origin = o.origin
    GROUP BY app, day, to"""
_ARRIVED = f"""
    SELECT app, day, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, {_NOBODY}, {_NOBODY}, {_NOBODY}, {_NOBODY}, 0, 0, {_NOBODY},
        sum(arrivals.sent), sum(arrivals.late), sum(arrivals.day_late), (arrivals.dimension, arrivals.value, '') AS to
    FROM arrivals
    GROUP BY app, day, to"""
DAYS = f"""
INSERT INTO days
({COLUMNS}
)
{rows_of(f"{DUE} AND build = {{build:UInt64}}")}
SELECT app, to.1, day, {{build:UInt64}}, traffic, to.2, to.3,
    sum(launches), sum(visits), sum(shares), sum(bounces), sum(entries), sum(exits), sum(depth), sum(duration),
    sum(timed_launches),
    groupBitmapMergeState(visitors) AS came,
    if(to.1 = 'first_scene', {NOBODY}, groupBitmapMergeState(new_users) AS news),
    groupBitmapMergeState(sharers) AS senders,
    {apart("sum(timed_launches)", "came", "groupBitmapMergeState(timed_visitors) AS timed")},
    toUInt32(finalizeAggregation(news)), toUInt32(finalizeAggregation(came)), toUInt32(finalizeAggregation(senders)),
    toUInt32(finalizeAggregation(timed)), sum(page_duration), sum(timed_visits),
    {apart("sum(timed_visits)", "came", "groupBitmapMergeState(page_timed) AS looked")},
    toUInt32(finalizeAggregation(looked)), sum(arrived), sum(late), sum(day_late)
FROM
({PARTS}
    UNION ALL{FIRST_SCENES}
    UNION ALL{_ARRIVED}
)
GROUP BY app, day, traffic, to
"""
