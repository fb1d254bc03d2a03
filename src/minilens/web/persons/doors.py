"""What the site asks and does about persons, handed in by the program that serves it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn, Protocol

import msgspec

from minilens.errors import NotFound, Refused
from minilens.identity.audit import Largest, Pair
from minilens.identity.not_added import FoundType
from minilens.identity.preview import Touched
from minilens.identity.types import Types
from minilens.measure.person.facts import PersonFacts
from minilens.measure.person.history import History
from minilens.measure.person.timeline import Timeline, TimelineAsked

LONGEST_REASON = 120


@dataclass(frozen=True)
class Deed:
    """Who changes something and why; `by` is an account, None the command line or a program without one."""

    by: int | None = None
    why: str = ""


@dataclass(frozen=True)
class Broken:
    """A person who would not be one any more by what is set now of a type, and how many links break it."""

    type: str
    person: int
    links: int


class Holder(msgspec.Struct, frozen=True):
    """A person who had a number, since when; None: who had it first."""

    person: str
    since: datetime | None


class HandedOn(msgspec.Struct, frozen=True):
    """A number that was handed on: its type and hash, and who has had it, the first first. `kept`: somebody said that
    it was not, and the loader follows within seconds."""

    type: str
    hash: str
    holders: list[Holder]
    kept: bool


class KeepNumber(Protocol):
    """Says of an app's number, by its hash, whether it was handed on."""

    def __call__(self, app: int, number: str, deed: Deed, *, handed_on: bool) -> HandedOn: ...


def _no_number(app: int, number: str, deed: Deed, *, handed_on: bool) -> HandedOn:
    """Of a site that has no warehouse behind it."""
    raise NotFound("not_found", "identity")


@dataclass(frozen=True)
class PersonDoors:
    """All take the number of an app; all may block.

    `find` gives the number of a person, by `p12` or `TYPE=VALUE`, and the identity that was named (0: none);
    `join` the number that undoes it. Of an app, what somebody should look at: `merges` that made persons one,
    `conflicts` that did not, the `largest` persons, and those
    who are `broken`; `preview` says what other settings of some kinds would do, or of some values alone; `found` lists
    types that events carry beside those of these names. `handed_on` lists numbers that a person (0: anybody) has
    or had, `keep_number` says of one whether it was. `elsewhere`: app and facts of the same UnionID in other apps.
    """

    find: Callable[[int, str], tuple[int, int]]
    facts: Callable[[int, int], PersonFacts]
    history: Callable[[int, int], History]
    timeline: Callable[[int, int, TimelineAsked], Timeline]
    join: Callable[[int, str, str, Deed], int]
    undo: Callable[[int, int, Deed], None]
    merges: Callable[[int], list[Pair]] = lambda app: []
    conflicts: Callable[[int], list[Pair]] = lambda app: []
    largest: Callable[[int], list[Largest]] = lambda app: []
    broken: Callable[[int], list[Broken]] = lambda app: []
    preview: Callable[[int, Collection[str], Types, Collection[int]], Touched] = (
        lambda app, kinds, types, values: Touched(0, 0, 0, 0)
    )
    found: Callable[[int, Collection[str]], list[FoundType]] = lambda app, names: []
    handed_on: Callable[[int, int], list[HandedOn]] = lambda app, person: []
    keep_number: KeepNumber = _no_number
    elsewhere: Callable[[int, int, Collection[int]], list[tuple[int, PersonFacts]]] = (
        lambda app, person, apps: []
    )


def reason(text: str) -> str:
    """Why something is done, on one line; Refused where it is long."""
    why = " ".join(text.split())
    if len(why) > LONGEST_REASON:
        raise Refused("too_long", "why", limit=LONGEST_REASON)
    return why


def _nobody(*asked: object) -> NoReturn:
    """Of a site that has no warehouse behind it."""
    raise NotFound("no_such_person", "person", got=str(asked[1])[:64])


#: Those of a site that has no warehouse behind it.
NONE = PersonDoors(_nobody, _nobody, _nobody, _nobody, _nobody, _nobody)
