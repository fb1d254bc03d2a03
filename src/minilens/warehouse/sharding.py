"""Which shard of a cluster a row lies on: of each table what the shard is chosen by.

No figure hangs on it: every question is asked of all shards and put together. Events lie by the actor, so that those of
a person are read beside each other; what a build writes by app and day, so that the days of an app are spread evenly
and a build writes each of them to one shard; what is small by app.
"""

from __future__ import annotations

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
}
