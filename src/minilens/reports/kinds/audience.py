"""What people are like: the values of a dimension with the most of them, by all who visited or by new users."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from minilens.measure.query import Query
from minilens.measure.retention.query import Users
from minilens.reports.kinds import breakdown
from minilens.reports.kinds.breakdown import BreakdownRequest
from minilens.reports.kinds.days import read_days
from minilens.reports.parameters import USERS_OF
from minilens.reports.report import Report
from minilens.reports.request import AppContext, Pairs, list_rows

#: Of whom → how many they are, and their share of all of them.
COUNTED: dict[str, tuple[str, str]] = {
    "active": ("visitors", "visitor_share"),
    "new": ("new_users", "new_user_share"),
}
#: What a report of this kind has, in the order of its switch.
MEASURES = tuple(name for names in COUNTED.values() for name in names)


@dataclass(frozen=True, kw_only=True)
class AudienceRequest(BreakdownRequest):
    """A list of which some measures are shown."""

    users: Users

    def preferred(self) -> tuple[str, ...]:
        """How many they are."""
        return COUNTED[self.users]

    def defaults(self) -> dict[str, str]:
        """The most of these people first."""
        return super().defaults() | {"sort": COUNTED[self.users][0]}

    def days_query(self, app: int) -> Query:
        """The measures of these people, and those of whom it is not known."""
        shown = COUNTED[self.users]
        asked = replace(self, sort=self.sort if self.sort in shown else shown[0])
        return replace(
            super(AudienceRequest, asked).days_query(app),
            measures=self.context.catalog.measures_named(shown),
            include_unknown=True,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments."""
        return [*super().pairs(), ("users", self.users)]


def read(every: Pairs, report: Report, context: AppContext) -> AudienceRequest:
    """A list may be of any number of days."""
    one = dict(every)
    users = cast("Users", USERS_OF.read(one, report))
    # the figure of one sort of people is no order of the others
    shown = COUNTED[users]
    rows = list_rows(one, report)
    rows["sort"] = rows["sort"] if rows["sort"] in shown else shown[0]
    young = context.first_day == context.today
    measure = {} if one.get("measure", "") in ("", *shown) else {"measure": ""}
    found = [pair for pair in every if pair[0] not in measure]
    return read_days(AudienceRequest, found, report, context, young=young, users=users, **rows)


KIND = replace(
    breakdown.KIND,
    name="audience",
    parameters=(USERS_OF, *breakdown.KIND.parameters),
    read=read,
    at_once=2,
)
#: The same on a map.
MAP = replace(KIND, name="map", drawing="map")
