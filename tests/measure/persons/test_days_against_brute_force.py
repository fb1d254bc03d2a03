"""The persons behind figures of days equal those counted by brute force: under filters, by value, of each period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.filters import Filters
from minilens.measure.persons.query import PersonsQuery, Place
from minilens.measure.persons.run import found
from minilens.measure.prepared import AsOf
from minilens.measure.query import Query
from minilens.period import GRAINS, Range
from tests import by_name
from tests.examples import at_length, costly
from tests.measure.filtered_oracle import DONE, SAYS, Filtered
from tests.measure.histories import History, histories
from tests.measure.oracle import Oracle, first_of
from tests.measure.persons.test_against_brute_force import Houses
from tests.measure.test_filters_against_brute_force import (
    all_made,
    clauses,
    picks,
    scattered,
)
from tests.pipeline import CREATED, LATER, Happening, House, around

AS_OF = AsOf(LATER, CREATED, 1 << 62)
OF_VISITS = (
    "visits",
    "visitors",
    "shares",
    "sharers",
    "new_users",
    "page_time_per_visit",
    "visitor_share",
)
OF_SESSIONS = ("launches", "duration_per_visitor", "duration_per_launch", "visit_depth")
OF_PAGES = ("entries", "exits", "bounce_rate", "exit_rate", "entry_share")


@dataclass(frozen=True)
class Counted:
    """What some days of a history hold, under filters."""

    of: Filtered
    days: set[date]

    def people(self, measure: str, page: str = "") -> set[int]:
        """Whose rows the measure is made of; `page`: of that page alone, where sessions begin and end there."""
        person, days = self.of.oracle.person, self.days
        views, sent, left = (
            [h for h in self.of.events(name, days, "release") if page in ("", h.page)]
            for name in DONE
        )
        if measure in ("visits", "visitors", "visitor_share", "exit_rate"):
            return {person[h.id] for h in views}
        if measure in ("shares", "sharers"):
            return {person[h.id] for h in sent}
        if measure == "page_time_per_visit":
            return {person[h.id] for h in left if h.duration is not None}
        if measure == "new_users":
            return {
                person[h.id] for h in views
                if self.of.is_new(person[h.id], self.of.oracle.day(h), "release")
            }  # fmt: skip
        sessions = self.of.sessions(days, "release")
        if measure == "exits":
            return {s.person for s in sessions if s.visits and s.exit == page}
        if measure in OF_PAGES:
            return {s.person for s in sessions if s.visits and s.entry == page}
        return {
            s.person
            for s in sessions
            if s.duration is not None or not measure.startswith("duration")
        }


def numbers(house: House, oracle: Oracle, some: set[int]) -> list[int]:
    """The numbers that these persons have."""
    whose: dict[int, Happening] = {oracle.person[h.id]: h for h in oracle.events}
    return sorted(
        house.person(*(whose[one].identity or ("device", whose[one].device))) for one in some
    )


def listed(house: House, query: Query, measure: str, keys: dict[str, str]) -> list[int]:
    """By the program."""
    asked = PersonsQuery(query, Place(measure, tuple(keys.items())))
    return [int(one) for one in found(house.pipeline.engine, asked, AS_OF).person]


@costly(2, 60)
@given(history=histories().map(scattered), data=st.data())
def test_a_trend(new_app: Houses, history: History, data: st.DataObject) -> None:
    house = all_made(new_app, history)
    oracle, over = Oracle(history.arrived, history.zone), around(history.arrived, history.zone)
    for _ in range(30 if at_length() else 15):
        some: Filters = data.draw(st.one_of(st.just(()), clauses()))
        by_page = any(c.dimension.name == "page" for clause in some for c in clause)
        names = OF_VISITS if by_page else (*OF_VISITS, *OF_SESSIONS)
        grain = data.draw(st.sampled_from(GRAINS))
        query = by_name.query(house.app.id, names, over, (grain,), filters=some)
        name = data.draw(st.sampled_from(names))
        first = data.draw(st.sampled_from(over.buckets(grain)))
        whole = data.draw(st.booleans())
        days = {day for day in over if whole or first_of(day, grain) == first}
        keys = {} if whole else {"day": first.isoformat()}
        right = Counted(Filtered(oracle, picks(some)), days).people(name)
        assert listed(house, query, name, keys) == numbers(house, oracle, right), (name, keys, some)


@costly(2, 60)
@given(history=histories().map(scattered), data=st.data())
def test_a_list(new_app: Houses, history: History, data: st.DataObject) -> None:
    house = all_made(new_app, history)
    oracle, over = Oracle(history.arrived, history.zone), around(history.arrived, history.zone)
    for _ in range(30 if at_length() else 15):
        some: Filters = data.draw(st.one_of(st.just(()), clauses()))
        if any(c.dimension.name == "page" for clause in some for c in clause):
            continue
        by = data.draw(st.sampled_from(("page", "page", *SAYS)))
        names = (*OF_VISITS, *OF_PAGES) if by == "page" else (*OF_VISITS, *OF_SESSIONS)
        query = by_name.query(house.app.id, names, over, (by,), filters=some)
        name = data.draw(st.sampled_from(names))
        said = sorted({SAYS[by](h, new) for h in oracle.events for new in (True, False)})
        value = data.draw(st.sampled_from(said))
        right = of_value(oracle, over, some, by, value).people(name, value if by == "page" else "")
        assert listed(house, query, name, {by: value}) == numbers(house, oracle, right), (
            name,
            by,
            value,
            some,
        )


def of_value(oracle: Oracle, over: Range, some: Filters, by: str, value: str) -> Counted:
    """One value of a dimension, as if it were a filter; of a page the sessions that begin or end there."""
    if by == "page":
        return Counted(Filtered(oracle, picks(some)), set(over))
    only = by_name.condition(by, "is", (value,))
    return Counted(Filtered(oracle, picks((*some, (only,)))), set(over))
