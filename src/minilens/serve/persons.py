"""What the site asks and does about persons, answered by the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TypeVar

from minilens.errors import NotFound
from minilens.identity import audit, not_added
from minilens.identity.elsewhere import elsewhere
from minilens.identity.lookup import actor_named, look_up
from minilens.identity.preview import touched
from minilens.load.pipeline import Pipeline
from minilens.measure.person.facts import PersonFacts, facts
from minilens.measure.person.history import history
from minilens.measure.person.timeline import timeline
from minilens.serve import merging, numbers
from minilens.warehouse.engine import Engine
from minilens.web.persons.doors import Deed, PersonDoors

T = TypeVar("T")
#: Of one person, in other apps.
MOST_ELSEWHERE = 20

#: Who the identities are now that were given a number first.
_HEIRS = """
SELECT DISTINCT now FROM
(
    SELECT actor, argMax(person, version) AS now FROM person_map WHERE app = {app:UInt32} AND since = 0 AND actor IN
        (SELECT actor FROM person_map WHERE app = {app:UInt32} AND person = {person:UInt32} AND version = 0)
    GROUP BY actor
)
"""


def doors(pipeline: Pipeline, engine: Engine) -> PersonDoors:
    """Questions go by connections of their own, which have limits; what is changed by the loader's."""

    def of(read: Callable[..., T]) -> Callable[..., T]:
        def asked(app: int, person: int, *more: object) -> T:
            subject = look_up(engine, app, f"p{person}", pipeline.secret)
            told = (person,) if read is not timeline else ()
            spans = {"spans": subject.spans} if read is not history else {}
            return read(engine, app, *told, subject.actors, *more, **spans)

        return asked

    def join(app: int, one: str, other: str, deed: Deed) -> int:
        return merging.join(pipeline, app, one, other, by=deed.by, why=deed.why)

    def undo(app: int, merge: int, deed: Deed) -> None:
        merging.undo(pipeline, app, merge, by=deed.by, why=deed.why)

    def others(app: int, person: int, apps: Collection[int]) -> list[tuple[int, PersonFacts]]:
        subject = look_up(engine, app, f"p{person}", pipeline.secret)
        there = elsewhere(engine, app, subject.actors, apps)
        return [(other, of(facts)(other, number)) for other, number in there[:MOST_ELSEWHERE]]

    return PersonDoors(
        find=lambda app, text: _find(engine, app, text, pipeline.secret),
        facts=of(facts),
        history=of(history),
        timeline=of(timeline),
        join=join,
        undo=undo,
        merges=lambda app: audit.merges(engine, app),
        conflicts=lambda app: audit.conflicts(engine, app),
        largest=lambda app: audit.largest(engine, app),
        broken=lambda app: merging.all_broken(pipeline, app),
        preview=lambda app, kinds, types, values: touched(engine, app, kinds, types, values),
        handed_on=lambda app, person: numbers.listed(pipeline, engine, app, person),
        keep_number=partial(numbers.keep, pipeline, engine),
        elsewhere=others,
        found=lambda app, names: not_added.found(engine, app, names),
    )


def _find(engine: Engine, app: int, text: str, secret: bytes) -> tuple[int, int]:
    """A number that became another's leads to that one."""
    named = actor_named(app, text, secret)
    try:
        return look_up(engine, app, text, secret).person, named or 0
    except NotFound:
        gone = int(text.removeprefix("p")) if named is None else 0
        heirs = engine.rows(_HEIRS, {"app": app, "person": gone}) if 0 < gone < 1 << 32 else []
        if len(heirs) != 1 or heirs[0][0] == gone:
            raise
        return int(heirs[0][0]), 0
