"""The list of erased identities that loading heeds: nothing of them from before their erasure comes in again.

The list holds keyed hashes, so that whoever has it and not the server's secret cannot ask it about anybody. An
import, a replay, a restored spool and a phone that was offline all pass here.
"""

from __future__ import annotations

import hmac

from minilens.identity.links import SHARED
from minilens.warehouse.engine import Engine

#: SQL of the key of an identity. Takes {k0:UInt64} and {k1:UInt64}.
KEY = "sipHash64Keyed(({{k0:UInt64}}, {{k1:UInt64}}), toUInt32({app}), toUInt64({actor}))"
REASON = "erased"


def _list(name: str) -> str:
    """SQL of the list, its columns under names of their own."""
    return (
        f"(SELECT app AS {name}_app, key AS {name}_key, groupUniqArray((since, until)) AS {name}_times FROM erased "
        "WHERE key != 0 GROUP BY app, key)"
    )


def _within(moment: str, name: str) -> str:
    """SQL: whether that is when they were erased."""
    return f"arrayExists(x -> {moment} >= x.1 AND {moment} <= x.2, {name}_times)"


#: An identity that nobody knows yet, on a phone of somebody who was erased, is theirs as well.
_FIND = f"""
INSERT INTO left_out (r, i)
SELECT r, i FROM
(
    SELECT r, e.i AS i, app, e.actor AS actor, fromUnixTimestamp64Milli(e.ts, 'UTC') AS moment,
        {KEY.format(app="app", actor="e.actor")} AS of_actor, {KEY.format(app="app", actor="device")} AS of_device
    FROM incoming ARRAY JOIN events AS e
    WHERE app IN (SELECT e.app FROM erased AS e)
) AS n
LEFT ANY JOIN {_list("a")} AS a ON app = a_app AND of_actor = a_key
LEFT ANY JOIN {_list("d")} AS d ON app = d_app AND of_device = d_key
WHERE {_within("moment", "a")}
    OR ({_within("moment", "d")} AND (app, actor) NOT IN (SELECT m.app, m.actor FROM person_map AS m))"""

#: Whether an identity that an event names beside its own is one of theirs. `at` is that of the batch.
_NAMED = """
SELECT count() FROM
(
    SELECT app, at, one.2 AS actor FROM incoming ARRAY JOIN who AS named ARRAY JOIN named AS one
    UNION ALL SELECT app, at, root FROM incoming WHERE root != 0
    UNION ALL SELECT app, at, device FROM incoming WHERE device != 0
) AS n
INNER JOIN {of} AS l ON app = l_app AND {key} = l_key
WHERE {within}""".format(
    of=_list("l"),
    key=KEY.format(app="app", actor="actor"),
    within=_within("fromUnixTimestamp64Milli(at, 'UTC')", "l"),
)


def _kept(actor: str) -> str:
    """SQL: an identity of a batch, or 0 where it is one of theirs from before."""
    return f"if(before AND has(theirs, {KEY.format(app='app', actor=actor)}), 0, {actor})"


_REMAIN = f"""
INSERT INTO remaining
SELECT * EXCEPT (gone_r, gone, theirs, before) REPLACE (
    arrayFilter(e -> NOT has(gone, e.i), events) AS events,
    if(empty(gone), refused, mapUpdate(refused, map('{REASON}', refused['{REASON}'] + length(gone)))) AS refused,
    {_kept("device")} AS device, {_kept("root")} AS root,
    arrayMap(named -> arrayFilter(one -> {_kept("one.2")} != 0 AND (one.1 != '{SHARED}'
        OR arrayAll(x -> {_kept("x.2")} != 0, named)), named), who) AS who)
FROM
(
    SELECT *, (SELECT groupUniqArray(key) FROM erased WHERE key != 0) AS theirs,
        fromUnixTimestamp64Milli(at, 'UTC') <= (SELECT max(until) FROM erased) AS before
    FROM incoming
) AS n
LEFT ANY JOIN (SELECT r AS gone_r, groupUniqArray(i) AS gone FROM left_out GROUP BY r) AS g ON r = gone_r"""


def keyed(secret: bytes) -> dict[str, object]:
    """The two halves of the key."""
    whole = hmac.digest(secret, b"minilens: erased", "sha256")
    return {"k0": int.from_bytes(whole[:8]), "k1": int.from_bytes(whole[8:16])}


def keys_of(engine: Engine, secret: bytes, app: int, actors: list[int]) -> list[int]:
    """The keys of these identities."""
    key = KEY.format(app="{app:UInt32}", actor="actor")
    sql = f"SELECT {key} FROM (SELECT arrayJoin({{actors:Array(UInt64)}}) AS actor)"
    asked = {**keyed(secret), "app": app, "actors": actors}
    return [int(row[0]) for row in engine.rows(sql, asked)]


def leave_out(engine: Engine, secret: bytes) -> int:
    """Take events of erased persons out of `incoming`, and book them as refused; how many. Nobody else's names them.

    Nothing is done where nobody was erased, which is one look at an empty table.
    """
    if not engine.one("SELECT count() FROM erased"):
        return 0
    engine.run("TRUNCATE TABLE left_out")
    engine.run(_FIND, keyed(secret))
    count = int(engine.one("SELECT count() FROM left_out"))
    if count or engine.one(_NAMED, keyed(secret)):
        engine.run("TRUNCATE TABLE remaining")
        engine.run(_REMAIN, keyed(secret))
        engine.run("TRUNCATE TABLE incoming")
        engine.run("INSERT INTO incoming SELECT * FROM remaining")
        engine.run("TRUNCATE TABLE remaining")
    return count
