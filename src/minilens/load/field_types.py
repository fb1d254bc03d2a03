"""Events with a field that is not of the type their definition says: they wait in quarantine where the app is strict.

They wait whole: an event is counted as it came or not at all. Which field it was, what came, and what was declared is
kept with each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from minilens.load.classify import overrule
from minilens.reference.field_types import MOMENTS, MOST, NUMBER, REASON, TIME
from minilens.warehouse.engine import Engine

#: App → event → field → its type.
Types = Mapping[int, Mapping[str, Mapping[str, str]]]

#: SQL of what a value x.2, as JSON has it, is.
_CAME = """multiIf(startsWith(x.2, '"'), 'text', x.2 IN ('true', 'false'), 'boolean', startsWith(x.2, '['), 'list',
    startsWith(x.2, '{'), 'object', x.2 = 'null', 'nothing', 'number')"""
_BARE = "substring(x.2, 2, length(x.2) - 2)"
_NUMBER = f"abs(toFloat64OrZero({{}})) <= {MOST}"
_SECONDS = " OR ".join(f"toInt64OrZero(x.2) BETWEEN {low} AND {high}" for low, high in MOMENTS)
#: SQL of whether it is of the type, as `reference.field_types.fits` says.
_FITS = f"""multiIf(
    types[x.1] = '' OR x.2 = 'null', true,
    types[x.1] = 'boolean', x.2 IN ('true', 'false', '"true"', '"false"'),
    startsWith(x.2, '[') OR startsWith(x.2, '{{'), false,
    types[x.1] = 'text', true,
    x.2 IN ('true', 'false'), false,
    startsWith(x.2, '"') AND types[x.1] = 'time', match({_BARE}, '^({TIME})$'),
    startsWith(x.2, '"'), match({_BARE}, '^({NUMBER})$') AND {_NUMBER.format(_BARE)},
    types[x.1] = 'time', match(x.2, '^[0-9]+$') AND ({_SECONDS}),
    {_NUMBER.format("x.2")})"""

_OF_STRICT = "verdict = '' AND (app, toString(via)) IN {strict:Array(Tuple(UInt32, String))}"
_NAMES = f"SELECT DISTINCT app, toString(name) FROM chunk WHERE {_OF_STRICT}"
_WRONG = f"""
SELECT r, i, arrayStringConcat(arrayMap(x -> concat(x.1, ': ', {_CAME}, ' instead of ', types[x.1]), wrong), '; ')
FROM
(
    SELECT r, i, types, arrayFilter(x -> NOT {_FITS}, JSONExtractKeysAndValuesRaw(props)) AS wrong
    FROM
    (
        SELECT r, e.i AS i, app, e.name AS name, e.props AS props FROM incoming ARRAY JOIN events AS e
        WHERE e.props NOT IN ('', '{{}}') AND e.kind != 'profile'
            AND (r, e.i) IN (SELECT c.r, c.i FROM chunk AS c WHERE {_OF_STRICT})
    ) AS came
    INNER JOIN
    (
        SELECT t.1 AS of, t.2 AS event, CAST((groupArray(t.3), groupArray(t.4)), 'Map(String, String)') AS types
        FROM (SELECT arrayJoin({{fields:Array(Tuple(UInt32, String, String, String))}}) AS t)
        GROUP BY of, event
    ) AS declared ON came.app = declared.of AND came.name = declared.event
)
WHERE notEmpty(wrong)
ORDER BY r, i"""


def judge(engine: Engine, *, strict: Sequence[tuple[int, str]], types: Types) -> None:
    """Mark those of the chunk that would count. `strict`: app and way in; `types`: of fields of published events."""
    asked = [pair for pair in strict if pair[0] in types]
    if not asked:
        return
    fields = [
        (app, name, field, kind)
        for app, name in engine.rows(_NAMES, {"strict": asked})
        for field, kind in types[app].get(name, {}).items()
    ]
    if not fields:
        return
    found = engine.rows(_WRONG, {"strict": asked, "fields": fields})
    if found:
        overrule(engine, {(r, i): detail for r, i, detail in found}, REASON)
