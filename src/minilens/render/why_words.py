"""What is told of one person beside a figure, and what sentences about their events have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from minilens.measure.events.operand import column
from minilens.measure.events.query import Condition, Conditions
from minilens.measure.events.words import sentence
from minilens.measure.why.query import Unmet
from minilens.render.i18n import translate, translate_plural
from minilens.text import Language, Text

#: Of the name of a property and its value what may be seen.
Visible = Callable[[str, str], str]


@dataclass(frozen=True)
class AttemptTold:
    """An attempt: when it began, what became of it, and of its steps number, name and time. `counted`: it is the
    one that counts."""

    began: str
    said: tuple[str, ...]
    steps: tuple[tuple[int, str, str], ...]
    counted: bool


@dataclass(frozen=True)
class EventTold:
    """An event: when, what, where, the step that it counts as ('' for none), and what else is to be said of it."""

    time: str
    event: str
    page: str
    step: str
    said: str


@dataclass(frozen=True)
class Why:
    """`verdict`: how far they got. `said`: why no further. The rest shows it."""

    verdict: str
    said: tuple[str, ...]
    attempts: tuple[AttemptTold, ...]
    events: tuple[EventTold, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """Says things in a language, with times in a zone. `asked`: conditions that `Unmet` names; `named`: event → its
    name."""

    asked: Sequence[Condition]
    zone: str
    named: Mapping[str, Text]
    visible: Visible
    language: Language

    def _(self, text: str, **facts: object) -> str:
        """A sentence with what stands in it."""
        said = translate(self.language)(text)
        return said % facts if facts else said

    def ngettext(self, one: str, more: str, n: int, **facts: object) -> str:
        """A sentence about a number, which stands in it as %(count)s."""
        return translate_plural(self.language)(one, more, n) % {"count": f"{n:,}", **facts}

    def at(self, ms: int) -> str:
        """A moment."""
        zone = ZoneInfo(self.zone or "UTC")
        return f"{datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone):%Y-%m-%d %H:%M:%S}"

    def called(self, event: str) -> str:
        """An event as people call it."""
        return self.named[event].of(self.language) if event in self.named else event

    def listed(self, some: Sequence[str]) -> str:
        """One after another."""
        return ("、" if self.language == "zh" else ", ").join(some)

    def joined(self, some: Sequence[str]) -> str:
        """Sentences behind each other."""
        return ("" if self.language == "zh" else " ").join(some)

    def together(self, said: list[str]) -> str:
        """Rules of which none decides alone."""
        if len(said) > 1:
            said = [self._("Several rules together: %(first)s", first=said[0]), *said[1:]]
        return self.joined(said)

    def unmet(self, one: Unmet) -> str:
        """A condition that an event does not meet."""
        asked = self.asked[one.condition]
        said = sentence(Conditions(True, (asked,)), self.language)
        if one.value is None:
            return said
        name = column(asked.operand).title.of(self.language)
        return self._(
            "%(asked)s (it is %(value)s)", asked=said, value=self.visible(name, one.value)
        )

    def filtered(self, event: str, at: int, some: Sequence[Unmet]) -> str:
        """An event that fails conditions."""
        unmet = self.listed([self.unmet(one) for one in some])
        return self._("“%(event)s” at %(time)s doesn't meet the filter: %(unmet)s.",
                        event=self.called(event), time=self.at(at), unmet=unmet)  # fmt: skip
