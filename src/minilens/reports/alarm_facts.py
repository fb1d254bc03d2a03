"""What an alarm is about, as it is kept: enough to say it in either language and to draw it, without asking again."""

from __future__ import annotations

from typing import Literal

import msgspec

from minilens.measure.alarms.course import Side
from minilens.measure.alarms.slots import Length


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """An hour or day of a course: its first moment in milliseconds, its number, and the bounds that it had; null:
    unknown, or none."""

    at: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


class SeriesFacts(msgspec.Struct, tag_field="kind", tag="series", frozen=True):
    """A number that is out of its bounds. `by`: what the bounds are of. `at`: the last hour or day that was out, by its
    first moment (milliseconds); `value` and the bounds are its own. `middle`: the usual number, of `weeks` weeks.
    `limit`: of a threshold the value, of a change the share."""

    by: Literal["band", "change", "threshold"]
    zh: str
    en: str
    unit: str
    length: Length
    side: Side
    at: int
    value: float
    low: float | None = None
    high: float | None = None
    middle: float | None = None
    weeks: int = 0
    limit: float | None = None
    course: list[Place] = []


class MissingFacts(msgspec.Struct, tag_field="kind", tag="missing", frozen=True):
    """Nothing since `since` (milliseconds); in the same time the quietest of `days` days before had `least` events, the
    median one `usual`. `weekly`: they are of the same weekday. `course`: events by the hour."""

    since: int
    least: float
    usual: float
    days: int
    weekly: bool
    course: list[Place] = []


class WorseFacts(msgspec.Struct, frozen=True):
    """One thing that is worse in a version: users with an error, users with an event, seconds of loading."""

    what: Literal["errors", "volume", "load"]
    event: str
    new: float
    old: float


class ReleaseFacts(msgspec.Struct, tag_field="kind", tag="release", frozen=True):
    """A version, the one before it, how many users had each, and what is worse."""

    version: str
    before: str
    users: int
    users_before: int
    worse: list[WorseFacts]


class FatigueFacts(msgspec.Struct, tag_field="kind", tag="fatigue", frozen=True):
    """The day (ISO), CPC and CTR of it and of the seven days before, and how often people saw an ad; null unknown."""

    day: str
    cpc: float | None = None
    cpc_before: float | None = None
    ctr: float | None = None
    ctr_before: float | None = None
    frequency: float | None = None
    tired: bool = True


AlarmFacts = SeriesFacts | MissingFacts | ReleaseFacts | FatigueFacts


def encoded(facts: AlarmFacts) -> str:
    """As the records keep it."""
    return msgspec.json.encode(facts).decode()


def decoded(text: str) -> AlarmFacts:
    """Read again."""
    facts: AlarmFacts = msgspec.json.decode(text, type=AlarmFacts)
    return facts
