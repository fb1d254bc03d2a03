"""Reports under conditions about cohorts equal a count by brute force, whichever way they are answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.identity import cohort_members
from minilens.measure.dimensions import COHORT
from minilens.measure.filters import Condition, Filters, read, sentence, where, with_members, write
from tests import by_name
from tests.examples import costly
from tests.measure.filtered_oracle import Filtered, Picks
from tests.measure.histories import History, histories
from tests.measure.oracle import Oracle
from tests.measure.test_against_brute_force import same
from tests.measure.test_filters_against_brute_force import (
    CENTURY,
    OF_PAGES,
    all_made,
    ask,
    clauses,
    every_plan,
    from_events,
    from_visits,
    holds,
    listed,
    rounded,
    scattered,
)
from tests.pipeline import OF_TREND, Happening, House, around

Houses = Callable[..., House]
#: Cohorts of a test by number.
NAMES = {"1": (1, 1), "2": (2, 1)}


def who(h: Happening) -> str:
    """Whose it is, as a list of identities names them."""
    return "=".join(h.identity or ("device", h.device))


def kept(house: House, cohort: int, texts: list[str]) -> None:
    """Whoever has one of these identities is a member."""
    engine, app = house.pipeline.engine, house.app.id
    some = cohort_members.persons_named(engine, app, texts, house.pipeline.secret)
    cohort_members.write(engine, app, cohort, 1, np.array(sorted(some), np.int64))


def of_cohorts() -> st.SearchStrategy[Condition]:
    """In one of some cohorts, or in none of them."""
    some = st.lists(st.sampled_from(sorted(NAMES)), min_size=1, max_size=2, unique=True)
    return st.builds(
        lambda values, operator: Condition(COHORT, operator, tuple(values)),
        some,
        st.sampled_from(("is", "is_not")),
    )


def with_a_cohort() -> st.SearchStrategy[Filters]:
    """A cohort alone, or beside other conditions: both must hold, or either."""
    alone = of_cohorts().map(lambda one: ((one,),))
    beside = st.tuples(of_cohorts(), clauses()).map(lambda two: ((two[0],), *two[1]))
    either = st.tuples(of_cohorts(), clauses()).map(lambda two: ((two[0], *two[1][0]), *two[1][1:]))
    return st.one_of(alone, beside, either)


def picked(filters: Filters, oracle: Oracle, members: dict[str, set[int]]) -> Picks:
    """The words of all of them."""

    def one(c: Condition, h: Happening, *, new: bool) -> bool:
        if c.dimension.name != "cohort":
            return holds(c, h, new=new)
        inside = any(oracle.person[h.id] in members[name] for name in c.values)
        return inside is (c.operator == "is")

    return lambda h, new: all(any(one(c, h, new=new) for c in clause) for clause in filters)


@costly(2, 200)
@given(
    history=histories().map(scattered),
    filters=st.tuples(with_a_cohort(), with_a_cohort(), with_a_cohort()),
    data=st.data(),
)
def test_trends_and_lists(
    new_app: Houses, history: History, filters: tuple[Filters, ...], data: st.DataObject
) -> None:
    house, oracle = all_made(new_app, history), Oracle(history.arrived, history.zone)
    everybody = sorted({who(h) for h in history.arrived})
    members = {}
    for n in NAMES:
        some = data.draw(st.lists(st.sampled_from(everybody), unique=True))
        kept(house, int(n), some)
        members[n] = {oracle.person[h.id] for h in history.arrived if who(h) in some}
    over = around(history.arrived, history.zone)
    for asked in filters:
        picks = Filtered(oracle, picked(asked, oracle, members))
        found = with_members(asked, NAMES.__getitem__)
        by_page = any(c.dimension.name == "page" for clause in asked for c in clause)
        query = by_name.query(house.app.id, OF_TREND, over, filters=found)
        right = picks.figures(over.start, over.end, "day", by_page=by_page)
        same(list(ask(house, query).rows), right)
        with every_plan(from_visits):
            same(list(ask(house, query).rows), right)
        with every_plan(from_events):
            same(list(ask(house, replace(query, cutoff=CENTURY)).rows), right)
        if not by_page:
            pages = picks.pages(over.start, over.end, OF_PAGES)
            query = by_name.query(
                house.app.id, OF_PAGES, over, dimensions=("page",), sort="visits", filters=found
            )
            assert listed(ask(house, query)) == {p: rounded(cells) for p, cells in pages.items()}


def test_they_are_written_and_read_and_said() -> None:
    (clause,) = read(["cohort:is_not:五月\\,买家,7|scene:is:1047"])
    assert clause[0] == Condition(COHORT, "is_not", ("五月,买家", "7"))
    assert write(clause) == "cohort:is_not:五月\\,买家,7|scene:is:1047"
    assert sentence(clause[:1], "en") == "Cohort is not 五月,买家 or 7"
    assert sentence(clause[:1], "zh") == "人群 不是 五月,买家 或 7"
    for text, code in (
        ("cohort:contains:x", "unknown_operator"),
        ("cohort:is", "no_value"),
        ("cohrot:is:x", "unknown_field"),
    ):
        with pytest.raises(Refused) as refused:
            read([text])
        assert refused.value.code == code


def test_a_condition_whose_members_nobody_was_asked_for_is_no_condition() -> None:
    """It must not let everybody through."""
    with pytest.raises(ValueError, match="nobody was asked"):
        where(read(["cohort:is:x"]), "visits")
