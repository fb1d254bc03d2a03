"""A report: a name, a title, a question, a chart. From that alone come all its forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: How a card is looked at.
View = Literal["chart", "table"]


@dataclass(frozen=True)
class Report:
    """One card of the console and one address of the API.

    `name` is `tab.card`; `measures` are names of `measure.vocabulary`, in the order of their switch;
    `first` is the measure shown first, and the one rows are sorted by; `instead` the one shown where
    filters leave that without an answer. `by`: rows are values of that
    field. `tiles` always speak of yesterday: their rows are the days they compare it with.
    `clock`: asked about moments of the app's clock, in place of days and grains.
    """

    name: str
    zh: str
    en: str
    measures: tuple[str, ...]
    first: str
    instead: str = ""
    chart: Literal["line", "tiles", "list"] = "line"
    grain: Literal["day", "week", "month"] = "day"
    period: str = "30d"
    by: str = ""
    clock: bool = False

    @property
    def over_days(self) -> bool:
        """A trend over days, on which stands what happened then."""
        return self.chart == "line" and not self.clock
