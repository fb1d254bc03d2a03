"""What is said of a person beside a figure of events, and what sentences about other figures have in common with it."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.measure.activity import words as activity
from minilens.measure.events.operand import column
from minilens.measure.events.query import Counted, EventsQuery
from minilens.measure.why.query import Because, Cause, Did, OfFigure, Told
from minilens.render.why_words import Words


@dataclass(frozen=True)
class OfEvents(Words):
    """A figure of a question about events."""

    found: OfFigure
    rows: EventsQuery
    of: Told

    def verdict(self) -> str:
        """Whether they are counted."""
        if not self.found.times:
            return self._("Not counted")
        return self.ngettext(
            "Counted, with %(count)s event", "Counted, with %(count)s events", self.found.times
        )

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
                events=self.listed(self._missing()),
            )
        ]  # fmt: skip

    def _missing(self) -> list[str]:
        """What did not happen."""
        return [self._named(one) for one in self.rows.events]

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
