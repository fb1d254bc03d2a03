"""Filtered figures counted by brute force, from the words alone.

A visit is picked by what it says itself, a session by what its first event says, a new user by a visit
picked on their first day. Whoever was there before nobody can say of a part of the visits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from minilens.reference import scenes
from tests.measure.oracle import ONE, OPENS, Oracle, Part, Session, counted, first_of
from tests.pipeline import Happening

#: Every dimension: its name → what an event says of it, given whether the person is new on that day.
SAYS: dict[str, Callable[[Happening, bool], str]] = {
    "page": lambda h, _: h.page,
    "scene": lambda h, _: str(h.scene),
    "scene_source": lambda h, _: str(scenes.scene(h.scene).source.key) if h.scene else "",
    "scene_group": lambda h, _: scenes.scene(h.scene).group.zh if h.scene else "",
    "province": lambda h, _: h.province,
    "city": lambda h, _: h.city,
    "app_version": lambda h, _: h.app_version,
    "newness": lambda _, new: "new" if new else "returning",
    "source": lambda h, _: h.source,
    "campaign": lambda h, _: h.campaign,
    "placement": lambda h, _: h.placement,
    "material": lambda h, _: h.material,
    "link": lambda h, _: h.link,
    "brand": lambda h, _: h.brand,
    "model": lambda h, _: {"iPhone15,2": "iPhone 14 Pro"}.get(h.model, h.model.partition("<")[0]),
    "os": lambda h, _: h.os,
    "os_version": lambda h, _: f"{h.os} {h.os_version}" if h.os_version else "",
    "screen": lambda h, _: "{}×{}".format(*h.screen) if all(h.screen) else "",
    "language": lambda h, _: h.language,
    "network": lambda h, _: {"unknown": ""}.get(h.network.lower(), h.network.lower()),
    "wx_version": lambda h, _: h.wx_version,
}
#: What is done on pages.
DONE = ("page_view", "share", "page_leave")
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

    def part(self, days: set[date], traffic: str, *, by_page: bool) -> Part:
        """What is picked of these days; of a page nothing that belongs to a session."""
        o = self.oracle
        views, sent, left = (self.events(name, days, traffic) for name in DONE)
        new = {o.person[h.id] for h in views if self.is_new(o.person[h.id], o.day(h), traffic)}
        mine = None if by_page else self.sessions(days, traffic)
        return Part(o.person, [*views, *sent, *left], mine, newcomers=len(new))

    def figures(
        self, start: date, end: date, grain: str, traffic: str = "release", *, by_page: bool
    ) -> list[tuple[object, ...]]:
        """A row a bucket."""
        buckets: dict[date, set[date]] = {}
        for n in range((end - start).days + 1):
            day = start + n * ONE
            buckets.setdefault(first_of(day, grain), set()).add(day)
        return [
            (first, *counted(self.part(days, traffic, by_page=by_page)))
            for first, days in buckets.items()
        ]

    def pages(
        self, start: date, end: date, measures: Sequence[str], traffic: str = "release"
    ) -> dict[str, tuple[object, ...]]:
        """These measures by page; a page of which there is nothing, as one that was only left, has no row."""
        days = {start + n * ONE for n in range((end - start).days + 1)}
        done = [h for name in DONE for h in self.events(name, days, traffic)]
        mine = [s for s in self.sessions(days, traffic) if s.visits]
        whole = Part(self.oracle.person, done, entered=mine)
        found = {
            page: counted(
                Part(
                    self.oracle.person,
                    [h for h in done if h.page == page],
                    entered=[s for s in mine if s.entry == page],
                    left=[s for s in mine if s.exit == page],
                    whole=whole,
                ),
                measures,
            )
            for page in {h.page for h in done} | {s.entry for s in mine}
        }
        return {page: cells for page, cells in found.items() if any(cells)}


def begun(oracle: Oracle) -> list[Begun]:
    """Every session with the first event that opens it."""
    found = []
    for session, some in oracle.runs:
        opening = [h for h in some if h.name in OPENS and oracle.day(h) == session.day]
        found.append(Begun(session, opening[0]))
    return found
