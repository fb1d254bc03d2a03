"""The nine measures counted by brute force, from the words of the definitions alone.

Nothing here is shared with the program but the words: plain lists and sets, one pass for each question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.works import Happening

OPENS = {"page_view", "app_launch", "app_show"}
HALF_HOUR = 30 * 60 * 1000
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Session:
    """From opening to leaving, on the day it began."""

    day: date
    person: int
    traffic: str
    entry: str
    exit: str
    visits: int
    depth: int
    duration: int | None


def counted_once(happenings: Iterable[Happening]) -> list[Happening]:
    """In order of arrival, each id once."""
    found: dict[str, Happening] = {}
    for h in happenings:
        found.setdefault(h.id, h)
    return list(found.values())


def persons(happenings: Sequence[Happening]) -> dict[str, int]:
    """The person of each happening, in order of arrival.

    What was done on a device before the sign-in is the person's; an identity of a type that the person
    of the device has already is somebody else on the same phone.
    """
    known: dict[tuple[str, str], int] = {}
    kinds: dict[int, set[str]] = defaultdict(set)
    for h in happenings:
        device = ("device", h.device)
        who = h.identity or device
        if who not in known:
            person = known.get(device, 0)
            known[who] = person if person and who[0] not in kinds[person] else len(kinds) + 1
            kinds[known[who]].add(who[0])
        if device not in known:
            known[device] = known[who]
            kinds[known[who]].add("device")
    return {h.id: known[h.identity or ("device", h.device)] for h in happenings}


class Oracle:
    """All that was received, in order of arrival, in the app's timezone."""

    def __init__(self, happenings: Iterable[Happening], zone: str) -> None:
        self.events = counted_once(happenings)
        self.person = persons(self.events)
        self.zone = ZoneInfo(zone)
        self.runs = self._runs()
        self.sessions = [session for session, _ in self.runs]

    def day(self, h: Happening) -> date:
        """The natural day it happened on."""
        return datetime.fromtimestamp(h.ts / 1000, self.zone).date()

    def figures(
        self, start: date, end: date, grain: str, traffic: str = "release"
    ) -> list[tuple[object, ...]]:
        """A row for each bucket that the range touches: its first day, then the nine measures."""
        buckets: dict[date, list[date]] = {}
        for n in range((end - start).days + 1):
            day = start + n * ONE
            buckets.setdefault(first_of(day, grain), []).append(day)
        return [(first, *self._measures(set(days), traffic)) for first, days in buckets.items()]

    def _measures(self, days: set[date], traffic: str) -> tuple[object, ...]:
        events = [h for h in self.events if h.traffic == traffic and self.day(h) in days]
        views = [h for h in events if h.name == "page_view"]
        sent = [h for h in events if h.name == "share"]
        begun = [s for s in self.sessions if s.traffic == traffic and s.day in days]
        timed = [s for s in begun if s.duration is not None]
        seconds = sum(s.duration or 0 for s in timed) / 1000
        firsts = list(self.first_visits().values()) if traffic == "release" else []
        return (
            sum(first <= max(days) for first in firsts),
            len(begun),
            len(views),
            len({self.person[h.id] for h in views}),
            sum(first in days for first in firsts),
            len(sent),
            len({self.person[h.id] for h in sent}),
            seconds / len({s.person for s in timed}) if timed else None,
            seconds / len(timed) if timed else None,
        )

    def first_visits(self) -> dict[int, date]:
        """The day of each person's first visit ever: released version only."""
        found: dict[int, date] = {}
        for h in self.events:
            if h.name == "page_view" and h.traffic == "release":
                who = self.person[h.id]
                found[who] = min(found.get(who, date.max), self.day(h))
        return found

    def _runs(self) -> list[tuple[Session, list[Happening]]]:
        """Each session with its events, in order."""
        named: dict[tuple[object, ...], list[Happening]] = defaultdict(list)
        nameless: dict[tuple[str, int], list[Happening]] = defaultdict(list)
        for h in sorted(self.events, key=lambda h: (h.ts, h.seq)):
            who = self.person[h.id]
            if h.session and h.name != "share":
                named[h.traffic, who, h.session].append(h)
            elif not h.session and h.name in OPENS:
                nameless[h.traffic, who].append(h)
        runs = [run for some in nameless.values() for run in split(some)]
        return [s for some in [*named.values(), *runs] for s in self._begun(some)]

    def _begun(self, some: list[Happening]) -> list[tuple[Session, list[Happening]]]:
        """The sessions in the events of one id: a whole day of silence begins it anew."""
        loud = {self.day(h) for h in some if h.name in OPENS}
        found = []
        for day in sorted(loud):
            if day - ONE in loud:
                continue
            mine = [h for h in some if self.day(h) in (day, day + ONE)]
            pages = [h.page for h in mine if h.name == "page_view"]
            left = [h.duration for h in mine if h.name == "page_leave" and h.duration is not None]
            session = Session(
                day, self.person[some[0].id], some[0].traffic,
                pages[0] if pages else "", pages[-1] if pages else "", len(pages), len(set(pages)),
                sum(left) if left else None,
            )  # fmt: skip
            found.append((session, mine))
        return found


def split(some: list[Happening]) -> list[list[Happening]]:
    """Cut where more than half an hour lies between two."""
    runs: list[list[Happening]] = []
    for h in some:
        if not runs or h.ts - runs[-1][-1].ts > HALF_HOUR:
            runs.append([])
        runs[-1].append(h)
    return runs


def first_of(day: date, grain: str) -> date:
    """The Monday of its week, the first of its month, or the day."""
    if grain == "week":
        return day - day.weekday() * ONE
    return day.replace(day=1) if grain == "month" else day
