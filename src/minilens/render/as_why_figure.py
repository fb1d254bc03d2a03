"""Whether a figure of events or of retention counts a person, and why not, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minilens.measure.activity import words as activity
from minilens.measure.activity.query import ReturnsQuery
from minilens.measure.events.operand import column
from minilens.measure.events.query import Counted, EventsQuery
from minilens.measure.why.query import Because, Cause, Did, FigureTable, OfFigure, Started
from minilens.render import format
from minilens.render.as_triangle import later
from minilens.render.why_words import EventTold, Visible, Why, Words
from minilens.text import Language, Text


def as_why_figure(
    table: FigureTable, query: EventsQuery | ReturnsQuery, named: Mapping[str, Text], visible: Visible,
    language: Language,
) -> Why:  # fmt: skip
    """`named`: event → its name."""
    rows = query if isinstance(query, EventsQuery) else query.rows
    way = _OfEvents if isinstance(query, EventsQuery) else _OfReturns
    telling = way(
        table.conditions, rows.timezone, named, visible, language, table.found, rows,
        query if isinstance(query, ReturnsQuery) else None,
    )  # fmt: skip
    found = table.found
    notes = []
    if found.events > len(found.happened):
        facts = {"shown": len(found.happened), "all": f"{found.events:,}"}
        notes.append(telling._("%(shown)s of %(all)s events are shown.", **facts))
    events = tuple(
        EventTold(
            telling.at(one.at), telling.called(one.event), one.page, "✓" if one.counts else "", telling.note(n, one)
        )
        for n, one in enumerate(found.happened)
    )  # fmt: skip
    return Why(telling.verdict(), tuple(telling.said()), (), events, tuple(notes))


@dataclass(frozen=True)
class _OfEvents(Words):
    """A figure of a question about events."""

    found: OfFigure
    rows: EventsQuery
    returns: ReturnsQuery | None

    def verdict(self) -> str:
        """Whether they are counted."""
        if not self.found.times:
            return self._("Not counted")
        return self._("Counted, with %(count)s events", count=f"{self.found.times:,}")

    def said(self) -> list[str]:
        """Why not."""
        if self.found.times:
            return []
        some = [
            self.together([self._cause(each, one) for each in one.causes])
            for one in self.found.reasons
        ]
        return some or [
            self._(
                "%(events)s didn't happen, not even in the month before and after the period.",
                events=self.listed([self._named(one) for one in self.rows.events]),
            )
        ]  # fmt: skip

    def _named(self, one: Counted) -> str:
        return " + ".join(self.called(name) for name in one.shown) or activity.event(
            one, self.language
        )

    def _cause(self, cause: Cause, reason: Because) -> str:
        """What it had against an event."""
        assert reason.row is not None
        row = self.found.happened[reason.row]
        facts = {"event": self.called(row.event), "time": self.at(row.at)}
        if cause == "filter":
            return self.filtered(row.event, row.at, row.unmet)
        if cause == "value":
            return self._("“%(event)s” at %(time)s has no value that could be counted.", **facts)
        if cause == "group":
            group = self._group(row.values)
            return self._(
                "“%(event)s” at %(time)s is in the group “%(group)s”.", **facts, group=group
            )
        return self._("“%(event)s” at %(time)s is outside the days that are counted.", **facts)

    def _group(self, values: tuple[object, ...]) -> str:
        """The values of the groups of the question, of those that it begins with."""
        names = [column(one).title.of(self.language) for one in self.rows.groups]
        some = zip(names, values, strict=False)
        return self.listed(
            [
                self._("(no value)") if one is None else self.visible(name, str(one))
                for name, one in some
            ]
        )

    def note(self, n: int, one: Did) -> str:
        """What is to be said of an event."""
        if one.unmet:
            unmet = self.listed([self.unmet(each) for each in one.unmet])
            return self._("filter not met: %(unmet)s", unmet=unmet)
        said = {
            "days": self._("outside the days that count"), "value": self._("no value that could be counted"),
            "group": self._("another group: %(group)s", group=self._group(one.values)),
        }  # fmt: skip
        return self.listed([said[each] for each in one.against if each in said])


@dataclass(frozen=True)
class _OfReturns(_OfEvents):
    """A figure of retention."""

    @property
    def query(self) -> ReturnsQuery:
        """The question."""
        assert self.returns is not None
        return self.returns

    def verdict(self) -> str:
        """Whether they are counted."""
        if self.found.times > 1:
            return self._("Counted, in %(count)s cohorts", count=f"{self.found.times:,}")
        return self._("Counted here") if self.found.times else self._("Not counted")

    def said(self) -> list[str]:
        """Why not; then the cohorts that they are in."""
        some = [] if self.found.times else self._against()
        return [*some, *(self._started(one) for one in self.found.starts[:_MOST])]

    def _against(self) -> list[str]:
        found, events = self.found, self.rows.events
        some = [self._rule(one.causes[0], one) for one in found.reasons]
        if some:
            return some
        name = self._named(events[0] if self.query.same or not found.began else events[1])
        if found.began:
            return [
                self._("“%(event)s” didn't happen in the period that is asked about.", event=name)
            ]
        return [self._("The start, “%(event)s”, didn't happen in the period.", event=name)]

    def _started(self, one: Started) -> str:
        """A cohort: when it was entered, and where they returned."""
        day = format.bucket(one.first, self.query.unit, self.language)
        facts = {
            "day": day,
            "time": self.at(self.found.happened[one.row].at) if one.row is not None else day,
        }
        back = [
            later(name, self.query.unit, self.language) for name, returned in one.cells if returned
        ]
        if not back:
            return self._(
                "In the cohort of %(day)s, by a start at %(time)s. Has not returned so far.",
                **facts,
            )
        cells = self.listed(back)
        return self._(
            "In the cohort of %(day)s, by a start at %(time)s. Returned: %(cells)s.",
            **facts,
            cells=cells,
        )

    def _rule(self, cause: Cause, reason: Because) -> str:
        """What keeps them from the figure."""
        row = self.found.happened[reason.row] if reason.row is not None else None
        facts = {
            "event": self.called(row.event) if row else "–",
            "time": self.at(row.at) if row else "–",
        }
        if cause == "filter" and row:
            return self.filtered(row.event, row.at, row.unmet)
        if cause == "group":
            return self._(
                "Their start is in the group “%(group)s”.", group=self._group(self.found.group)
            )
        said = {
            "before": self._("It was not the first: “%(event)s” at %(time)s was before.", **facts),
            "period": self._("Their start is in another period: “%(event)s” at %(time)s.", **facts),
            "range": self._(
                "“%(event)s” at %(time)s is outside the period in which starts are counted.",
                **facts,
            ),
            "few": self._(
                "Returned, but less than %(least)s times in the period.", least=self.query.at_least
            ),
            "gap": self._("Returned in that period, but not in each one before it."),
            "not_yet": self._(
                "The period that is asked about has not begun yet, or is not over yet."
            ),
        }
        return said.get(cause, self._("Conditions are not met."))

    def note(self, n: int, one: Did) -> str:
        """What is to be said of an event."""
        if one.later is not None:
            return later(one.later, self.query.unit, self.language)
        if any(each.row == n for each in self.found.starts):
            return self._("start")
        return super().note(n, one)


#: Cohorts that are told.
_MOST = 10
