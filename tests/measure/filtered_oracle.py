"""Filtered figures counted by brute force, from the words alone.

A visit is picked by what it says itself, a session by what its first event says, a new user by a visit
picked on their first day. Whoever was there before nobody can say of a part of the visits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tests.measure.oracle import ONE, OPENS, Oracle, Session, first_of
from tests.works import Happening

Picks = Callable[[Happening, bool], bool]


@dataclass(frozen=True)
class Begun:
    """A session with its first event."""

    session: Session
    first: Happening


class Filtered:
    """What `picks` lets through; its second argument says whether it is the person's first day."""

    def __init__(self, oracle: Oracle, picks: Picks) -> None:
        self.oracle = oracle
        self.firsts = oracle.first_visits()
        self.picks = picks

    def is_new(self, person: int, day: date, traffic: str) -> bool:
        return traffic == "release" and self.firsts.get(person) == day

    def events(self, name: str, days: set[date], traffic: str) -> list[Happening]:
        """The events of that name that are picked."""
        o = self.oracle
        return [
            h for h in o.events
            if h.name == name and h.traffic == traffic and o.day(h) in days
            and self.picks(h, self.is_new(o.person[h.id], o.day(h), traffic))
        ]  # fmt: skip

    def sessions(self, days: set[date], traffic: str) -> list[Session]:
        """The sessions whose first event is picked."""
        return [
            b.session for b in begun(self.oracle)
            if b.session.day in days and b.session.traffic == traffic
            and self.picks(b.first, self.is_new(b.session.person, b.session.day, traffic))
        ]  # fmt: skip

    def measures(self, days: set[date], traffic: str, *, by_page: bool) -> tuple[object, ...]:
        """The nine; of a page nothing that belongs to a session."""
        o = self.oracle
        views, sent = (self.events(name, days, traffic) for name in ("page_view", "share"))
        new = {
            o.person[h.id] for h in views
            if self.is_new(o.person[h.id], o.day(h), traffic)
        }  # fmt: skip
        mine = self.sessions(days, traffic)
        timed = [s for s in mine if s.duration is not None]
        seconds = sum(s.duration or 0 for s in timed) / 1000
        return (
            None,
            None if by_page else len(mine),
            len(views),
            len({o.person[h.id] for h in views}),
            len(new),
            len(sent),
            len({o.person[h.id] for h in sent}),
            seconds / len({s.person for s in timed}) if timed and not by_page else None,
            seconds / len(timed) if timed and not by_page else None,
        )

    def figures(
        self, start: date, end: date, grain: str, traffic: str = "release", *, by_page: bool
    ) -> list[tuple[object, ...]]:
        """A row a bucket."""
        buckets: dict[date, set[date]] = {}
        for n in range((end - start).days + 1):
            day = start + n * ONE
            buckets.setdefault(first_of(day, grain), set()).add(day)
        return [
            (first, *self.measures(days, traffic, by_page=by_page))
            for first, days in buckets.items()
        ]

    def pages(
        self, start: date, end: date, traffic: str = "release"
    ) -> dict[str, tuple[object, ...]]:
        """By page: visits, visitors, shares, entries, exits, exit rate, bounce rate, both shares."""
        days = {start + n * ONE for n in range((end - start).days + 1)}
        views = self.events("page_view", days, traffic)
        sent = self.events("share", days, traffic)
        mine = [s for s in self.sessions(days, traffic) if s.visits]
        found: dict[str, tuple[object, ...]] = {}
        for page in {h.page for h in views} | {h.page for h in sent} | {s.entry for s in mine}:
            here = [h for h in views if h.page == page]
            entries = [s for s in mine if s.entry == page]
            exits = sum(s.exit == page for s in mine)
            bounced = sum(s.visits == 1 for s in entries)
            found[page] = (
                len(here),
                len({self.oracle.person[h.id] for h in here}),
                sum(h.page == page for h in sent),
                len(entries),
                exits,
                exits / len(here) if here else None,
                bounced / len(entries) if entries else None,
                len(here) / len(views) if views else None,
                len(entries) / len(mine) if mine else None,
            )
        return found


def begun(oracle: Oracle) -> list[Begun]:
    """Every session with the first event that opens it."""
    found = []
    for session, some in oracle.runs:
        opening = [h for h in some if h.name in OPENS and oracle.day(h) == session.day]
        found.append(Begun(session, opening[0]))
    return found
