"""SQL of live questions. Only the days that a span touches are read, and of them few columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from minilens.identity.persons import REASSIGNED
from minilens.measure.days.day_rows import CURRENT
from minilens.measure.filters import Filters, bound, is_about, where
from minilens.measure.live.query import ONLINE, LiveQuery, Span
from minilens.period import milliseconds

#: Who is new, as the days were made.
_NEW = f"""SELECT day, arrayJoin(bitmapToArray(new_users)) FROM days
            WHERE app = {{app:UInt32}} AND dimension = '' AND traffic = 'release' AND {{traffic:String}} = 'release'
                AND day BETWEEN {{first_day:Date}} AND {{last_day:Date}} AND {CURRENT}"""


def visits(query: LiveQuery, *, moved: bool) -> str:
    """SQL of visits by slot. A bucket of either span is made of whole slots."""
    page = " AND page = {page:String}" if query.page else ""
    return f"""
SELECT intDiv(toUnixTimestamp64Milli(ts) - {{origin:Int64}}, {{slot:Int64}}) AS slot, count() AS visits
FROM
    ({_views(query, query.spans, "ts", page, moved=moved)}
    )
GROUP BY slot
ORDER BY slot
"""


def pages(query: LiveQuery, *, moved: bool) -> str:
    """SQL of visits by page.

    Rows: page, visits, visits of the other span, whether it is searched for; then of all pages the visits
    and those of the other span, and of the pages searched for how many there are and their visits. There is
    one row at least, where there is any page, so that the whole is known.
    """
    spans = query.counted
    within = [_within(n) for n in range(len(spans))]
    counts = [f"countIf({text})" for text in within] if query.compare else ["count()"]
    columns = ",\n        ".join(f"{text} AS count_{n}" for n, text in enumerate(counts))
    fits = "positionCaseInsensitiveUTF8(page, {search:String}) > 0" if query.search else "1"
    return f"""
SELECT
    page,
    count_0 AS visits,
    {"count_1" if query.compare else "0"} AS earlier,
    count_0 > 0 AND {fits} AS fits,
    sum(visits) OVER () AS all_visits,
    sum(earlier) OVER () AS all_earlier,
    sum(fits) OVER () AS found,
    sum(visits * fits) OVER () AS found_visits
FROM
(
    SELECT
        page,
        {columns}
    FROM
    ({_views(query, spans, "ts, page", "", moved=moved)}
    )
    GROUP BY page
)
ORDER BY fits DESC, visits {"ASC" if query.ascending else "DESC"}, page
LIMIT {{top:UInt32}}
"""


def online(query: LiveQuery, *, moved: bool) -> str:
    """SQL of the persons of whom there was an event a short while ago."""
    days = "day BETWEEN {first_0:Date} AND {last_0:Date} AND "
    return f"""
SELECT uniqExact(who) AS online
FROM
    ({_rows(query, "{who} AS who", days + _within(0), moved=moved)}
    )
"""


def parameters(query: LiveQuery, current: Sequence[tuple[object, object]]) -> dict[str, object]:
    """What the SQL of a question names. `current`: the build that holds, of each day."""
    now = query.now.astimezone(UTC)
    if query.of == "online":
        spans: tuple[Span, ...] = (Span(now - ONLINE, now),)
    else:
        spans = query.counted if query.of == "pages" else query.spans
    found: dict[str, object] = bound(query.filters) | {
        "app": query.app,
        "traffic": query.traffic,
        "page": query.page,
        "search": query.search,
        "top": query.offset + query.top,
        "current": list(current),
    }
    for n, span in enumerate(spans):
        found |= {f"start_{n}": milliseconds(span.start), f"end_{n}": milliseconds(span.end)}
        found |= dict(zip((f"first_{n}", f"last_{n}"), days_of(span, query.timezone), strict=True))
    days = [day for span in spans for day in days_of(span, query.timezone)]
    origin, slot = slots(query)
    return found | {"first_day": min(days), "last_day": max(days), "origin": origin, "slot": slot}


def slots(query: LiveQuery) -> tuple[int, int]:
    """Where slots begin and how long they are, in milliseconds: as long as buckets, where spans fit each other."""
    starts = [milliseconds(span.start) for span in query.spans]
    width = query.step * 60_000
    return min(starts), math.gcd(width, max(starts) - min(starts))


def days_of(span: Span, timezone: str) -> tuple[date, date]:
    """The first and the last natural day that the span touches."""
    zone, last = ZoneInfo(timezone), span.end - timedelta(milliseconds=1)
    return span.start.astimezone(zone).date(), last.astimezone(zone).date()


def is_about_newness(query: LiveQuery) -> bool:
    """Whether the builds of days have to be known."""
    return is_about(query.filters, "newness")


def _within(n: int) -> str:
    """Of one span. Moments are numbers in the parameters: their milliseconds count."""
    return (
        f"ts >= fromUnixTimestamp64Milli({{start_{n}:Int64}}, 'UTC') "
        f"AND ts < fromUnixTimestamp64Milli({{end_{n}:Int64}}, 'UTC')"
    )


def _views(
    query: LiveQuery, spans: Sequence[Span], columns: str, condition: str, *, moved: bool
) -> str:
    """Page views of any of the spans."""
    some = range(len(spans))
    days = " OR ".join(f"day BETWEEN {{first_{n}:Date}} AND {{last_{n}:Date}}" for n in some)
    moments = "\n                OR ".join(_within(n) for n in some)
    condition = f"""({days}) AND name = 'page_view'
            AND ({moments}){condition}"""
    return _rows(query, columns, condition, moved=moved and is_about_newness(query))


def _rows(query: LiveQuery, columns: str, condition: str, *, moved: bool) -> str:
    """Rows of events. `{who}` in the columns is the person that the actor is now."""
    who = "if(m.person != 0, m.person, e.person)" if moved else "e.person"
    join = (
        f"\n        GLOBAL LEFT ANY JOIN ({REASSIGNED}) AS m ON e.actor = m.actor" if moved else ""
    )
    new = f", (day, {who}) GLOBAL IN ({_NEW}) AS is_new" if is_about_newness(query) else ""
    return f"""
        SELECT {columns.format(who=who)}{new}
        FROM events AS e{join}
        WHERE app = {{app:UInt32}} AND traffic = {{traffic:String}}
            AND {condition}{where(query.filters, "events")}"""


def newest(filters: Filters) -> str:
    """SQL of the newest events, the last loaded first. `through` is the last load that is in the table whole."""
    return f"""
SELECT load, toUnixTimestamp64Milli(ts) AS at, name, page, scene, source, province, city, brand, model, person
FROM events
WHERE app = {{app:UInt32}} AND day >= {{since:Date}} AND load > {{after:UInt64}} AND load <= {{through:UInt64}}
    AND traffic = {{traffic:String}}{where(filters, "events")}
ORDER BY load DESC, ts DESC, record DESC, i DESC
LIMIT {{most:UInt32}}
"""
