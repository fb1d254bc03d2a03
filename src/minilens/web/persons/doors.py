"""What the site asks and does about persons, handed in by the program that serves it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NoReturn

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


@dataclass(frozen=True)
class PersonDoors:
    """All take the number of an app; all may block.

    `find` gives the number of a person, by `p12` or `TYPE=VALUE`, and the identity that was named (0: none);
    `join` the number that undoes it. Of an app, what somebody should look at: `merges` that made persons one,
    `conflicts` that did not, the `largest` persons, and those
    who are `broken`; `preview` says what other settings of some kinds would do; `found` lists types that events carry
    beside those of these names.
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
    preview: Callable[[int, Collection[str], Types], Touched] = lambda app, kinds, types: Touched(
        0, 0, 0, 0
    )
    found: Callable[[int, Collection[str]], list[FoundType]] = lambda app, names: []


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
