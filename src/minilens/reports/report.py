"""A report: a name, a title, a question, a kind. From that alone come all its forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from minilens.measure.table import Advice
from minilens.text import NOTHING, Text

if TYPE_CHECKING:
    from minilens.reports.parameter import Parameter
    from minilens.reports.request import AppContext, Pairs, ReportRequest

#: How a card is looked at.
View = Literal["chart", "table"]


@dataclass(frozen=True)
class Kind:
    """What sort of question a report asks: all that one kind has and another has not.

    `drawing` names the file of `render/` and the template that draw it. `parameters` are those its address may
    have; `read` makes a request of them (Refused, naming the parameter), of which the question comes.
    `row` says what a row is, for the guide, `keys` which columns beside the report's dimension may tell rows apart.
    `annotated`: what happened on a day stands on it; `publishing`: so does what Official Accounts published.
    `at_once`: so many of a report's measures are seen together, 0 where all are.
    `since_first_day`: reading an address may need the day of the app's first event; `ever`: it always does, whatever
    the period, since its rows may lie on any day. `whole`: its rows and all others together are drawn as parts of one
    whole. `part`: what all its rows come to is no more than a part of what other reports tell. `picks`: a filter can
    pick what a row is. `question`: the page of the guide that tells of a question, whose measures are its own; empty
    where it is a report of a tab.
    """

    name: str
    drawing: str
    parameters: tuple[Parameter, ...]
    read: Callable[[Pairs, Report, AppContext], ReportRequest]
    row: Text
    keys: tuple[str, ...] = ()
    annotated: bool = False
    publishing: bool = False
    since_first_day: bool = True
    ever: bool = False
    at_once: int = 0
    whole: bool = False
    part: bool = False
    picks: bool = True
    question: str = ""

    def takes(self, name: str) -> bool:
        """Whether its address has a parameter of that name."""
        return any(one.name == name for one in self.parameters)


@dataclass(frozen=True)
class Report:
    """One card of the console and one address of the API.

    `name` is `tab.card`; `measures` are names of `measure.measures`, in the order of their switch;
    `first` is the measure shown first, and the one rows are sorted by; `instead` the one shown where
    filters leave that without an answer. `by`: the dimension whose values the rows of a list are,
    `groupings` those that may be chosen, itself among them, where there are several.
    `told_by` says where its values come from, where a reader may wonder. `users`: whom it is of, where that
    can be chosen and an address does not say it.
    `advice`: what a reader may do about what it shows.
    `period`, `grain` and `top` (rows of a list) are those of an address that says nothing.
    """

    name: str
    title: Text
    kind: Kind
    measures: tuple[str, ...]
    first: str
    instead: str = ""
    grain: Literal["day", "week", "month"] = "day"
    period: str = "30d"
    by: str = ""
    groupings: tuple[str, ...] = ()
    told_by: Text = NOTHING
    users: Literal["new", "active"] = "new"
    top: int = 10
    advice: Advice | None = None

    @property
    def card(self) -> str:
        """The last part of its name; before it stands what an address of the page says of this card alone."""
        return self.name.partition(".")[2]

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that may tell its rows apart: which of them do depends on what is asked."""
        return (*(self.groupings or ((self.by,) if self.by else ())), *self.kind.keys)
