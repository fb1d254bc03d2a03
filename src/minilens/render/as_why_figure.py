"""Whether a figure of events, retention, stickiness, the lifecycle or paths counts a person, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minilens.measure.activity.query import LifecycleQuery, ReturnsQuery, StickinessQuery
from minilens.measure.activity.stickiness import ACTIVE_NAMES
from minilens.measure.events.query import EventsQuery
from minilens.measure.paths.query import PathsQuery
from minilens.measure.persons.activity import columns_of
from minilens.measure.retention.query import RetentionQuery
from minilens.measure.table import Column
from minilens.measure.why.query import (
    Because,
    Cause,
    Did,
    FigureTable,
    Started,
    Stood,
    Told,
)
from minilens.render import format
from minilens.render.as_triangle import later
from minilens.render.as_why_paths import OfPaths
from minilens.render.as_why_returning import as_why_returning
from minilens.render.why_figure_words import OfEvents
from minilens.render.why_words import EventTold, Visible, Why
from minilens.text import Language, Text


def as_why_figure(
    table: FigureTable, query: Told, named: Mapping[str, Text], visible: Visible, language: Language
) -> Why:  # fmt: skip
    """`named`: event → its name."""
    if isinstance(query, RetentionQuery):
        return as_why_returning(table.found, query, language)
    rows = query if isinstance(query, EventsQuery) else query.rows
    telling = _WAYS[type(query)](
        table.conditions, rows.timezone, named, visible, language, table.found, rows, query
    )
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
class _OfReturns(OfEvents):
    """A figure of retention."""

    @property
    def query(self) -> ReturnsQuery:
        """The question."""
        assert isinstance(self.of, ReturnsQuery)
        return self.of

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


@dataclass(frozen=True)
class _OfPeriods(OfEvents):
    """A figure of stickiness or of the lifecycle."""

    @property
    def query(self) -> StickinessQuery | LifecycleQuery:
        """The question."""
        assert isinstance(self.of, StickinessQuery | LifecycleQuery)
        return self.of

    def verdict(self) -> str:
        """Whether they are counted."""
        if self.found.times > 1:
            return self._("Counted, in %(count)s periods", count=f"{self.found.times:,}")
        return self._("Counted here") if self.found.times else self._("Not counted")

    def said(self) -> list[str]:
        """Why not; then what they were in which periods."""
        return [*super().said(), *self._stood()]

    def _stood(self) -> list[str]:
        query, titles = self.query, {one.name: one.title for one in self._columns}
        if isinstance(query, StickinessQuery) and query.show == "distribution":
            (active,) = (titles[name] for name in titles if name in ACTIVE_NAMES)
            return [self._in_span(one, active.of(self.language)) for one in self._first_periods()]
        parts = dict.fromkeys(one.part for one in self.found.periods)
        return [
            self._line(
                titles[part].of(self.language) if part in titles else self._("Active"),
                self.listed([self._day(one) for one in self._first_periods(part)]),
            )
            for part in parts
        ]

    def _line(self, name: str, said: str) -> str:
        return f"{name}：{said}。" if self.language == "zh" else f"{name}: {said}."

    @property
    def _columns(self) -> list[Column]:
        return [one for some in columns_of(self.query) for one in some]

    def _first_periods(self, part: str = "") -> list[Stood]:
        return [one for one in self.found.periods if part in ("", one.part)][:_MOST]

    def _in_span(self, one: Stood, title: str) -> str:
        said = self._line(title, f"{one.active:,}")
        if isinstance(self.query, StickinessQuery) and self.query.per != "range":
            return f"{format.bucket(one.first, self.query.per, self.language)} · {said}"
        return said

    def _day(self, one: Stood) -> str:
        ratio = isinstance(self.query, StickinessQuery)
        return format.bucket(one.first, "day" if ratio else self.query.unit, self.language)

    def _few(self) -> str:
        if getattr(self.query, "at_most", 0):
            return self._("They did it, but not as often in a period as is asked for.")
        return self._(
            "They did it, but less than %(least)s times in a period.", least=self.query.at_least
        )

    def _cause(self, cause: Cause, reason: Because) -> str:
        """The rule that keeps them from the figure."""
        row = self.found.happened[reason.row] if reason.row is not None else None
        facts = {"event": self.called(row.event), "time": self.at(row.at)} if row else {}
        if cause == "before":
            return self._("It was not the first: “%(event)s” at %(time)s was before.", **facts)
        said = {
            "period": self._("Not in that period, but in another one."),
            "part": self._("In that period they are in another part of the lifecycle."),
            "count": self._("They were active in another number of periods."),
            "few": self._few(),
            "not_yet": self._("The period that is asked about has not begun yet, or is not over yet."),
            "group": self._("They are in the group “%(group)s”.", group=self._group(self.found.group)),
        }  # fmt: skip
        if cause in said:
            return said[cause]
        return super()._cause(cause, reason) if row else self._("Conditions are not met.")


#: Type of question → what tells of its figures.
_WAYS: dict[type[Told], type[OfEvents]] = {
    EventsQuery: OfEvents,
    ReturnsQuery: _OfReturns,
    StickinessQuery: _OfPeriods,
    LifecycleQuery: _OfPeriods,
    PathsQuery: OfPaths,
}
#: Cohorts, and periods, that are told.
_MOST = 10
