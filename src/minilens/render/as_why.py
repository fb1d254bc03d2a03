"""Why a person is, or is not, counted by a funnel, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minilens.measure.events.lengths import lasting, within
from minilens.measure.events.operand import column
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.why.query import (
    Explained,
    ExplainedTable,
    Happened,
    Reason,
    Rule,
    Tried,
)
from minilens.render import format
from minilens.render.why_words import AttemptTold, EventTold, Visible, Why, Words
from minilens.text import Language, Text

_DAY = 86_400_000


def as_why(
    table: ExplainedTable, query: FunnelQuery, named: Mapping[str, Text], visible: Visible, language: Language
) -> Why:  # fmt: skip
    """`query`: with the titles of its steps as people read them. `named`: event → its name."""
    telling = _Telling(
        table.conditions, query.rows.timezone, named, visible, language, table.explained, query
    )
    found = table.explained
    counted = found.counted
    return Why(
        telling.verdict(), tuple(telling.said(counted)) if query.mode != "open" else tuple(telling.each()),
        tuple(telling.attempt(one) for one in found.attempts) if len(found.attempts) > 1 or counted is None else (),
        tuple(telling.event(n, one) for n, one in enumerate(found.happened)), tuple(telling.notes()),
    )  # fmt: skip


@dataclass(frozen=True)
class _Telling(Words):
    """One of the answers with what is needed to say it."""

    found: Explained
    query: FunnelQuery

    def _took(self, ms: int) -> str:
        if ms < _DAY:
            return format.duration(ms / 1000, self.language)
        days, hours = ms // _DAY, ms % _DAY // 3_600_000
        return self._("%(days)sd %(hours)sh", days=days, hours=hours)

    def _step(self, n: int, *, begins: bool = False) -> str:
        """A step by number and name; `begins`: at the beginning of a sentence."""
        title = self.query.titles[n - 1]
        if begins:
            return self._("Step %(n)s (%(title)s)", n=n, title=title)
        return self._("step %(n)s (%(title)s)", n=n, title=title)

    def verdict(self) -> str:
        """How far they got."""
        level, steps = self.found.level, self.query.steps
        if self.query.mode == "open":
            return self._(
                "Did %(level)s of %(steps)s steps in the period", level=level, steps=steps
            )
        if level == steps:
            return self._("Counted: got through all %(steps)s steps", steps=steps)
        if not level:
            return self._("Not counted: no attempt begins")
        return self._("Got to step %(level)s of %(steps)s", level=level, steps=steps)

    def each(self) -> list[str]:
        """Of steps that stand by themselves how often each happened."""
        return [
            self.ngettext(
                "%(step)s: %(count)s time",
                "%(step)s: %(count)s times",
                count,
                step=self._step(n, begins=True),
            )
            for n, count in enumerate(self.found.each, start=1)
        ]

    def said(self, tried: Tried | None) -> list[str]:
        """Why an attempt got no further, or why none begins."""
        if tried is None and self.found.attempts:
            first = next(one for one in self.found.happened if 1 in one.steps)
            return [
                self._(
                    "Only the first entry ever counts: it was at %(time)s.", time=self.at(first.at)
                )
            ]
        if tried is None:
            return self._reasons(self.found.reasons, None) or [
                self._("%(step)s didn't happen in the period.", step=self._step(1, begins=True))
            ]
        if tried.level == self.query.steps:
            return []
        if tried.stop is not None:
            stop = self.found.happened[tried.stop]
            facts = {
                "event": self.called(stop.event),
                "time": self.at(stop.at),
                "step": self._step(tried.level),
            }
            return [
                self._(
                    "“%(event)s” at %(time)s came after %(step)s and ended the attempt.", **facts
                )
            ]
        said = self._reasons(tried.reasons, tried) or [self._missing(tried)]
        if tried.still:
            said.append(self._("May still go on, until %(time)s.", time=self.at(tried.until)))
        return said

    def _missing(self, tried: Tried) -> str:
        """Nothing that could be the next step."""
        if self.query.order == "any":
            done = {step for row in tried.taken for step in self.found.happened[row].steps}
            left = [n for n in range(1, self.query.steps + 1) if n not in done]
            steps = self.listed([self._step(n) for n in left])
            return self._("Didn't happen after the entry: %(steps)s.", steps=steps)
        step, before = tried.level + 1, self._step(tried.level)
        last = tried.taken[-1]
        earlier = [
            one for n, one in enumerate(self.found.happened) if n < last and step in one.steps
        ]
        said = self._(
            "%(step)s didn't happen after %(before)s.",
            step=self._step(step, begins=True),
            before=before,
        )
        if not earlier:
            return said
        more = self._(
            "It happened only before, the last time at %(time)s.", time=self.at(earlier[-1].at)
        )
        return self.joined([said, more])

    def _reasons(self, some: Sequence[Reason], tried: Tried | None) -> list[str]:
        found = []
        for one in some:
            said = [
                self._rule(rule, one, shows, tried)
                for rule, shows in zip(one.rules, one.shows, strict=True)
            ]
            found.append(self.together(said))
        return found

    def _rule(self, rule: Rule, reason: Reason, shows: int, tried: Tried | None) -> str:
        """What one rule had against it."""
        level = tried.level if tried else 0
        row, seen = self.found.happened[reason.row], self.found.happened[shows]
        step = self._step(level + 1, begins=True) if self.query.order != "any" else self._which(row)
        if rule == "window" and tried:
            return self._window(step, row, tried)
        if rule == "within" and tried:
            most = within(self.query.within[level] or 0).of(self.language)
            took = self._took(row.at - self.found.happened[tried.taken[-1]].at)
            return self._("%(step)s came %(took)s after %(before)s; it has to come %(within)s.",
                          step=step, took=took, before=self._step(level), within=most)  # fmt: skip
        if rule == "held":
            return self._held(row if not tried else self.found.happened[tried.taken[0]], seen, step)
        if rule == "strict":
            return self._("“%(event)s” at %(time)s came in between; nothing may.",
                          event=self.called(seen.event), time=self.at(seen.at))  # fmt: skip
        if rule == "session":
            return self._(
                "%(step)s came in another launch; all steps have to be in one.", step=step
            )
        if rule == "group":
            return self._("%(step)s came in another group than the entry; each group is a funnel of its own.",
                          step=step)  # fmt: skip
        if rule == "filter":
            return self.filtered(seen.event, seen.at, seen.unmet)
        if rule == "range":
            return self._range(seen)
        return self._("%(step)s came too late.", step=step)

    def _which(self, row: Happened) -> str:
        """A step of which it is not said that it is the next one."""
        return self._step((row.steps or row.could or (1,))[0], begins=True)

    def _window(self, step: str, row: Happened, tried: Tried) -> str:
        entry, window = self.found.happened[tried.taken[0]], self.query.window
        if self.query.mode == "closed":
            return self._(
                "%(step)s came at %(time)s, after the end of the period.",
                step=step,
                time=self.at(row.at),
            )
        if window.days or window.months:
            return self._("%(step)s came at %(time)s; the window ended at %(end)s.",
                          step=step, time=self.at(row.at), end=self.at(tried.until))  # fmt: skip
        took = row.at - entry.at
        over = took - window.milliseconds
        said = self._took(took) + (f" ({over} ms)" if over < 1000 else "")
        length = lasting(window.milliseconds)
        facts = {
            "step": step, "took": said, "first": self._step(1),
            "window": length.of(self.language) if length else format.duration(0, self.language),
        }  # fmt: skip
        return self._("%(step)s came %(took)s after %(first)s; the window is %(window)s.", **facts)

    def _held(self, entry: Happened, seen: Happened, step: str) -> str:
        places = self.query.held[0]
        names = [column(self.query.rows.groups[n]).title.of(self.language) for n in places]
        said = []
        for name, own, other in zip(names, entry.held, seen.held, strict=True):
            values = [
                self._("no value") if one is None else self.visible(name, one)
                for one in (own, other)
            ]
            if own is None:
                said.append(self._("%(name)s has no value at the entry", name=name))
            elif own != other:
                said.append(self._("%(name)s differs: %(own)s at the entry, %(other)s at %(time)s",
                                   name=name, own=values[0], other=values[1], time=self.at(seen.at)))  # fmt: skip
        stop = "。" if self.language == "zh" else "."
        return self.listed(said) + stop if said else self._("What is held differs.")

    def _range(self, seen: Happened) -> str:
        over = self.query.rows.range
        days = format.span(over.start, over.end, self.language)
        return self._("%(step)s happened at %(time)s, outside the period %(days)s.",
                      step=self._step(1, begins=True), time=self.at(seen.at), days=days)  # fmt: skip

    def notes(self) -> list[str]:
        """The group, the optional step, and what is not shown."""
        found, query = self.found, self.query
        said = []
        if query.grouped and found.counted:
            value = (
                self.listed([self._value(one) for one in found.group or ()])
                if found.group
                else self._("not reached")
            )
            said.append(self._("Counted in the group “%(value)s”.", value=value))
        if found.without is not None:
            level, steps = found.without.level, query.steps - 1
            said.append(
                self._(
                    "Without the optional step: %(level)s of %(steps)s steps.",
                    level=level,
                    steps=steps,
                )
            )
        if found.count > len(found.attempts):
            said.append(
                self._(
                    "%(shown)s of %(all)s attempts are shown.",
                    shown=len(found.attempts),
                    all=f"{found.count:,}",
                )
            )
        if found.events > len(found.happened):
            said.append(
                self._(
                    "%(shown)s of %(all)s events are shown.",
                    shown=len(found.happened),
                    all=f"{found.events:,}",
                )
            )
        return said

    def _value(self, one: str | None) -> str:
        return self._("(no value)") if one is None else one

    def attempt(self, tried: Tried) -> AttemptTold:
        """What became of one of several."""
        happened = self.found.happened
        steps = tuple(
            (n, self.query.titles[n - 1], self.at(happened[row].at))
            for n, row in enumerate(tried.taken, start=1)
        )
        said = self.said(tried)
        if not tried.counted:
            said = [*said, *self._passed_over(tried)]
        return AttemptTold(self.at(happened[tried.taken[0]].at), tuple(said), steps, tried.counted)

    def _passed_over(self, tried: Tried) -> list[str]:
        if self.query.first:
            return [self._("Only the first entry counts.")]
        if self.query.counts == "attempts":
            return [self._("It begins within another attempt.")]
        return [self._("Another attempt gets as far, earlier or further.")]

    def event(self, n: int, one: Happened) -> EventTold:
        """A line of what they did."""
        best = self.found.counted
        taken = best.taken.index(n) + 1 if best and n in best.taken else 0
        return EventTold(
            self.at(one.at), self.called(one.event), one.page, str(taken) if taken else "", self._note(n, one, taken)
        )  # fmt: skip

    def _note(self, n: int, one: Happened, taken: int) -> str:
        best = self.found.counted
        if taken:
            return ""
        if best and best.stop == n:
            return self._("ended the attempt")
        if one.unmet:
            return self._(
                "filter not met: %(unmet)s",
                unmet=self.listed([self.unmet(each) for each in one.unmet]),
            )
        if not one.read:
            return self._("outside the days that count")
        if one.ends:
            return self._("excluded event")
        if one.steps:
            numbers = self.listed([str(step) for step in one.steps])
            return self._("could be step %(steps)s", steps=numbers)
        return ""
