"""Who is meant: a person by number, or by one of the identities."""

from __future__ import annotations

import re
from dataclasses import dataclass

from minilens.errors import NotFound, Refused
from minilens.identity.actor import actor
from minilens.identity.persons import actors_of, current
from minilens.identity.spans import Span, spans
from minilens.identity.values import known
from minilens.warehouse.engine import Engine

_NUMBER = re.compile(r"p?([1-9][0-9]{0,9})").fullmatch
_IDENTITY = re.compile(r"([a-z][a-z0-9_-]{0,63})=(.+)", re.DOTALL).fullmatch

#: What is left of a person who was erased: a number that nobody else gets.
_IS_STONE = "SELECT count() FROM person_map WHERE app = {app:UInt32} AND actor = {actor:UInt64} AND kind = 'erased'"


@dataclass(frozen=True)
class Subject:
    """A person, and the identities that are meant: all of them, or the one that was named.

    `spans`: of identities that are or were somebody else's, too, the time when they were this person's.
    """

    person: int
    actors: tuple[int, ...]
    whole: bool
    spans: tuple[Span, ...] = ()


def actor_named(app: int, text: str, secret: bytes) -> int | None:
    """`TYPE=VALUE` as the number of that identity; None where it names a person, `p12`. Refused for all else."""
    if _NUMBER(text):
        return None
    found = _IDENTITY(text)
    value = known(found[1], found[2]) if found else ""
    if not found or not value:
        raise Refused("bad_person", "person", got=text[:64])
    return actor(app, found[1], value, secret)


def look_up(
    engine: Engine, app: int, text: str, secret: bytes, *, only_this: bool = False
) -> Subject:
    """Whoever `p12` or `mobile=13700001234` is now; NotFound where there is nobody.

    `only_this`: the identity named and no other of the same person.
    """
    named = actor_named(app, text, secret)
    if named is None:
        found = _NUMBER(text)
        person = int(found[1]) if found else 0
        if person >= 1 << 32:
            raise NotFound("no_such_person", "person", got=text[:64])
    else:
        person = current(engine, app, [named]).get(named, 0)
    mine = [one for one in spans(engine, app) if one.person == person]
    actors = (
        tuple(sorted({*actors_of(engine, app, person), *(one.actor for one in mine)}))
        if person
        else ()
    )
    if len(actors) == 1 and engine.one(_IS_STONE, {"app": app, "actor": actors[0]}):
        actors = ()
    if not actors or (only_this and named is None):
        raise NotFound("no_such_person", "person", got=text[:64])
    if only_this and named is not None:
        mine = [one for one in mine if one.actor == named][-1:]
        return Subject(person, (named,), actors == (named,), tuple(mine))
    return Subject(person, actors, True, tuple(mine))
