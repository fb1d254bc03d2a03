"""SQL of shares and of what was opened by them: read from the events, which alone say which card it was."""

from __future__ import annotations

from minilens.identity.moves import Moved, person_of

#: So many persons are asked about by number; of more all are read.
FEW = 10_000
FIRST_DAYS = """
SELECT person, argMax(first_day, version) AS first FROM persons WHERE app = {app:UInt32}
GROUP BY person"""
FIRST_DAYS_OF = FIRST_DAYS.replace("\nGROUP", " AND person IN {persons:Array(UInt32)}\nGROUP")


def rows(moved: Moved) -> str:
    """Person, moment, day, whether it was shared (else opened), which card, page, scene; oldest first."""
    person, join = person_of(moved)
    return f"""
SELECT {person} AS person, toUnixTimestamp64Milli(e.ts) AS at, e.day AS day, toUInt8(e.name = 'share') AS shared,
    e.card AS card, toString(e.page) AS page, e.scene AS scene
FROM
(
    SELECT actor, events.person AS person, ts, day, name, page, scene, toString(props.share_id) AS card FROM events
    WHERE app = {{app:UInt32}} AND traffic = {{traffic:String}} AND kind = 'track'
        AND name IN ('share', 'app_show', 'app_launch')
        AND day BETWEEN if(name = 'share', {{before:Date}}, {{start:Date}}) AND {{end:Date}}
        AND day BETWEEN {{before:Date}} AND {{end:Date}} AND card != ''
) AS e{join}
ORDER BY at, shared DESC, card, person"""
