"""As whom exports and archives name a person: by number, which somebody may import again."""

from __future__ import annotations

from minilens.identity.actor import actor
from minilens.identity.lookup import Subject
from minilens.warehouse.engine import Engine

#: Numbers of persons that these identities ever had, and no other has now.
_NUMBERS = """
SELECT DISTINCT person FROM person_map WHERE app = {app:UInt32} AND actor IN {actors:Array(UInt64)} AND person NOT IN
(
    SELECT argMax(m.person, version) FROM person_map AS m WHERE m.app = {app:UInt32} AND since = 0
        AND actor NOT IN {actors:Array(UInt64)} AND actor IN
    (
        SELECT o.actor FROM person_map AS o WHERE o.app = {app:UInt32} AND o.person IN
        (SELECT p.person FROM person_map AS p WHERE p.app = {app:UInt32} AND p.actor IN {actors:Array(UInt64)})
    )
    GROUP BY actor
)"""


def exported_as(engine: Engine, app: int, subject: Subject) -> list[int]:
    """Identities of an import: the numbers that this person and whoever was merged into it had, and nobody else has
    now."""
    asked = {"app": app, "actors": list(subject.actors)}
    numbers = {subject.person, *(int(row[0]) for row in engine.rows(_NUMBERS, asked))}
    return [actor(app, "c_memberid", f"p{number}") for number in sorted(numbers)]
