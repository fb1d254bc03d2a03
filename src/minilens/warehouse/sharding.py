"""Which shard of a cluster a row lies on: of each table what the shard is chosen by.

No figure hangs on it: every question is asked of all shards and put together. Events lie by the actor, so that those of
a person are read beside each other; what a build writes by app and day, so that the days of an app are spread evenly
and a build writes each of them to one shard; what is small by app.
"""

from __future__ import annotations

import re

ACTOR = "cityHash64(actor)"
NODE = "cityHash64(node)"
PERSON = "cityHash64(person)"
#: Neighbouring days lie apart.
DAY = "cityHash64(app) + toUInt32(day)"
APP = "cityHash64(app)"

SHARDED = {
    "events": ACTOR,
    "person_map": ACTOR,
    "person_moves": ACTOR,
    "cohort_members": ACTOR,
    "ids": "cityHash64(id)",
    "links": NODE,
    "keep_apart": NODE,
    "persons": PERSON,
    "first_touches": PERSON,
    "sessions": DAY,
    "page_steps": DAY,
    "day_page_views": DAY,
    "day_visitors": DAY,
    "day_values": DAY,
    "actions": DAY,
    "profile_values": DAY,
    "days": DAY,
    "builds": DAY,
    "dirty": DAY,
    "ledger": APP,
    "quarantine": APP,
    "left_quarantine": APP,
    "erased": APP,
    "property_names": APP,
    "left_out_properties": APP,
    "removed_secrets": APP,
    "moves": "number",
}

#: Before a table in rows that a shard makes: those of its rows that lie there, not of all.
OWN = "/* its own */ "
_EACH, _ALL = "/* of each shard */", "/* of all */"
_ROWS = re.compile(
    rf"{re.escape(_EACH)}\(((?:(?!{re.escape(_EACH)}).)*?)\){re.escape(_ALL)}", re.DOTALL
)
_TABLE = re.compile(rf"\b(FROM|JOIN) ({re.escape(OWN)})?({'|'.join(SHARDED)})\b")


def of_each_shard(rows: str) -> str:
    """SQL of a table: the rows that each shard makes of its OWN, all together.

    Around rows that hang on nothing but themselves. What is asked of such a table is done on the shards as far as it
    goes, and put together where it was asked; of an inner question, each shard would hand over its rows as they are.
    """
    return f"{_EACH}({rows}\n){_ALL}"


def over_shards(sql: str, cluster: str, whole: str, local: str) -> str:
    """The same statement for a cluster, of which `whole` is the database over all shards, `local` that of each."""
    while _EACH in sql:
        sql = _ROWS.sub(
            lambda found: f"cluster('{cluster}', view({_of_one(found[1], whole, local)}))", sql
        )
    return sql


def of_one_shard(sql: str, whole: str, local: str) -> str | None:
    """The same statement for one shard, about its own rows alone; None where it has not one such table but several."""
    if sql.count(_EACH) != 1:
        return None
    return _ROWS.sub(lambda found: f"({_of_one(found[1], whole, local)})", sql)


def _of_one(rows: str, whole: str, local: str) -> str:
    return _TABLE.sub(lambda found: f"{found[1]} {local if found[2] else whole}.{found[3]}", rows)
