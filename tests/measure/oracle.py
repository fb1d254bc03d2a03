"""Every measure counted by brute force, from the words of the definitions alone: its name → how it is counted.

Nothing here is shared with the program but the words: plain lists and sets, one pass for each question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.pipeline import OF_TREND, Happening

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


@dataclass(frozen=True)
class Part:
    """What is counted of a history: a bucket, a page, whatever some filter picks.

    `sessions` None: of this part nothing can be said of a session. `everyone` None: nobody can say of it who was
    there before. `entered` and `left`: the sessions that began or ended here, where here is a page; `whole`: what
    all pages together come to.
    """

    person: Mapping[str, int]
    events: Sequence[Happening]
    sessions: Sequence[Session] | None = None
    everyone: int | None = None
    newcomers: int = 0
    entered: Sequence[Session] = ()
    left: Sequence[Session] = ()
    whole: Part | None = None

    def named(self, name: str) -> list[Happening]:
        """The events of that name."""
        return [h for h in self.events if h.name == name]

    def people(self, name: str = "") -> set[int]:
        """Who did that, or anything."""
        return {self.person[h.id] for h in self.events if name in ("", h.name)}

    def timed(self) -> list[Session]:
        """The sessions of which a time is known."""
        return [s for s in self.sessions or () if s.duration is not None]

    def looks(self) -> list[Happening]:
        """Pages that were left, of which it is known how long they were in front."""
        return [h for h in self.named("page_leave") if h.duration is not None]

    def in_front(self) -> float:
        """How long these were."""
        return sum(h.duration or 0 for h in self.looks()) / 1000

    def seconds(self) -> float:
        """How long these were."""
        return sum(s.duration or 0 for s in self.timed()) / 1000


def ratio(part: float, whole: float) -> float | None:
    """Unknown where there is nothing to divide by."""
    return part / whole if whole else None


COUNTS: dict[str, Callable[[Part], object]] = {
    "total_users": lambda p: p.everyone,
    "launches": lambda p: None if p.sessions is None else len(p.sessions),
    "visits": lambda p: len(p.named("page_view")),
    "visitors": lambda p: len(p.people("page_view")),
    "new_users": lambda p: p.newcomers,
    "shares": lambda p: len(p.named("share")),
    "sharers": lambda p: len(p.people("share")),
    "duration_per_visitor": lambda p: ratio(p.seconds(), len({s.person for s in p.timed()})),
    "duration_per_launch": lambda p: ratio(p.seconds(), len(p.timed())),
    "visit_depth": lambda p: ratio(sum(s.depth for s in p.sessions or ()), len(p.sessions or ())),
    "entries": lambda p: len(p.entered),
    "exits": lambda p: len(p.left),
    "exit_rate": lambda p: ratio(len(p.left), len(p.named("page_view"))),
    "bounce_rate": lambda p: ratio(sum(s.visits == 1 for s in p.entered), len(p.entered)),
    "visit_share": lambda p: ratio(len(p.named("page_view")), len((p.whole or p).named("page_view"))),
    "page_time_per_visit": lambda p: ratio(p.in_front(), len(p.looks())),
    "page_time_per_visitor": lambda p: ratio(p.in_front(), len({p.person[h.id] for h in p.looks()})),
    "launch_share": lambda p: ratio(len(p.sessions or ()), len((p.whole or p).sessions or ())),
    "visitor_share": lambda p: ratio(len(p.people("page_view")), len((p.whole or p).people("page_view"))),
    "new_user_share": lambda p: ratio(p.newcomers, (p.whole or p).newcomers),
    "entry_share": lambda p: ratio(len(p.entered), len((p.whole or p).entered)),
    "online": lambda p: len(p.people()),
}  # fmt: skip


def counted(part: Part, measures: Sequence[str] = OF_TREND) -> tuple[object, ...]:
    """These measures of it."""
    return tuple(COUNTS[name](part) for name in measures)


def counted_once(happenings: Iterable[Happening]) -> list[Happening]:
    """In order of arrival, each id once."""
    found: dict[str, Happening] = {}
    for h in happenings:
        found.setdefault(h.id, h)
    return list(found.values())


#: Types of identities, strongest first; own types after them.
STRONGEST = ("mobile", "wechat-unionid", "applet-wechat", "c_memberid")


def persons(happenings: Sequence[Happening]) -> dict[str, int]:
    """The person of each happening, whatever the order of arrival.

    What was done on a device before the sign-in is the person's; an identity of a type that the person
    of the device has already is somebody else on the same phone. The stronger type and the earlier sign-in go first.
    """
    first: dict[tuple[tuple[str, str], tuple[str, str]], int] = {}
    groups = {(h.identity or ("device", h.device)): 0 for h in happenings}
    for h in happenings:
        device = ("device", h.device)
        groups.setdefault(device, 0)
        if h.identity:
            pair = h.identity, device
            first[pair] = min(first.get(pair, h.ts), h.ts)
    people = [{who} for who in groups]
    order = {kind: n for n, kind in enumerate(STRONGEST)}
    for (who, device), _ in sorted(
        first.items(), key=lambda one: (order.get(one[0][0][0], len(order)), one[1])
    ):
        (here,) = [some for some in people if who in some]
        (there,) = [some for some in people if device in some]
        types = [{kind for kind, _ in some} - {"device"} for some in (here, there)]
        if here is not there and not types[0] & types[1]:
            people.remove(there)
            here |= there
    number = {who: n for n, some in enumerate(people, 1) for who in some}
    return {h.id: number[h.identity or ("device", h.device)] for h in happenings}


class Oracle:
    """All that was received, in order of arrival, in the app's timezone."""

    def __init__(self, happenings: Iterable[Happening], zone: str) -> None:
        self.events = counted_once(happenings)
        self.person = persons(self.events)
        self.zone = ZoneInfo(zone)
        self._sessions()

    def _sessions(self) -> None:
        self.runs = self._runs()
        self.sessions = [session for session, _ in self.runs]

    def as_one(self, gone: int, into: int) -> Oracle:
        """The same where one person turned out to be another."""
        found = copy(self)
        found.person = {one: into if who == gone else who for one, who in self.person.items()}
        found._sessions()
        return found

    def day(self, h: Happening) -> date:
        """The natural day it happened on."""
        return datetime.fromtimestamp(h.ts / 1000, self.zone).date()

    def figures(
        self, start: date, end: date, grain: str, traffic: str = "release"
    ) -> list[tuple[object, ...]]:
        """A row for each bucket that the range touches: its first day, then the measures of a trend."""
        buckets: dict[date, list[date]] = {}
        for n in range((end - start).days + 1):
            day = start + n * ONE
            buckets.setdefault(first_of(day, grain), []).append(day)
        return [
            (first, *counted(self._part(set(days), traffic))) for first, days in buckets.items()
        ]

    def _part(self, days: set[date], traffic: str) -> Part:
        firsts = list(self.first_visits().values()) if traffic == "release" else []
        return Part(
            self.person,
            [h for h in self.events if h.traffic == traffic and self.day(h) in days],
            [s for s in self.sessions if s.traffic == traffic and s.day in days],
            sum(first <= max(days) for first in firsts),
            sum(first in days for first in firsts),
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
