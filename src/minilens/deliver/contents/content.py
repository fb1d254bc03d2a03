"""What a content is, and what it may ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from minilens.measure.single_value import Ask
from minilens.measure.table import Table
from minilens.period import Range
from minilens.records.store import Records
from minilens.render.message import Picture, Section
from minilens.render.panels import Panel
from minilens.render.picture import picture
from minilens.reports.request import AppContext, ReportRequest
from minilens.text import Language, Text

#: How often something is sent, and how long a time it tells of.
Cadence = Literal["day", "week", "month"]


@dataclass(frozen=True)
class Answered:
    """A report's answer. `request` is how its address was read; `page` where it is looked at, below the app's address,
    empty where nowhere."""

    request: ReportRequest
    table: Table
    page: str


@dataclass(frozen=True)
class ComingIn:
    """Whether data comes in: when the last event did (None: none ever), how many are received and don't count yet,
    since when counting fails (None: it doesn't)."""

    last: datetime | None = None
    waiting: int = 0
    failing_since: datetime | None = None


@dataclass(frozen=True)
class Asking:
    """What a content may ask about an app as of a moment, `context.now`; all of it may block.

    `app` is its number, `name` its part of addresses. `ask` answers any question as its pages do; `report` that of a
    report or a saved question, by name and the query string of an address, with events as people call them in a
    language; Refused as addresses are. `site` is how
    browsers reach the server; empty where nobody said it. `keep` takes an image and says where it can be fetched
    from; empty where it can't. `coming_in` says whether data does.
    """

    app: int
    name: str
    title: Text
    context: AppContext
    records: Records
    ask: Ask
    report: Callable[[str, str, Language], Answered]
    site: str = ""
    keep: Callable[[bytes], str] = lambda png: ""
    coming_in: Callable[[], ComingIn] = ComingIn

    def page(self, path: str) -> str:
        """The whole address of a page below the app's; empty where the server has no public one."""
        return f"{self.site}/a/{self.name}/{path}" if self.site else ""

    def draw(self, panels: Sequence[Panel], alt: str, language: Language) -> Picture | None:
        """The picture of panels; None where there are none."""
        if not panels:
            return None
        made = picture(panels, alt, language)
        return replace(made, link=self.keep(made.png))


@dataclass(frozen=True)
class Content:
    """A kind of content. `sections` are its part of a message about some days that are over: those of a day, a week or
    a month, mostly as `cadence` says; none where it has nothing to say. Figures are as of the moment of asking."""

    name: str
    title: Text
    cadence: Cadence
    sections: Callable[[Asking, Range, Language], tuple[Section, ...]]
