"""Who is behind figures of shares, and shares of which conditions hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.query import Condition, Conditions
from minilens.measure.persons.query import PersonsQuery, Place
from minilens.measure.persons.run import found
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.shares.columns import columns
from minilens.measure.shares.figures import Spread
from minilens.measure.shares.query import SHOWS, Show, shares_of
from minilens.measure.shares.tree import Opening, Share
from minilens.measure.table import Cell, Row
from minilens.period import Range
from tests.measure.shares.test_shares_by_hand import FIRST, WEEK, story
from tests.pipeline import CREATED, LATER, Happening, House, at

#: These add up what happened; all others count each person once.
TIMES = ("shares", "opens", "below")
GOODS = Conditions(True, (Condition(DIMENSIONS["page"], "is", ("pages/goods",)),))


@pytest.fixture
def told(house: House) -> House:
    house.load([Happening(at("2026-05-20 10:00"), device="E", session="E-0"), *story()])
    house.build()
    return house


def cells(show: Show, rows: list[Row], totals: Row) -> Iterator[tuple[str, dict[str, Cell], Cell]]:
    keys, measures = columns(show)
    for row in [*rows, totals]:
        named = {one.name: key for one, key in zip(keys, row, strict=False) if row is not totals}
        for one, cell in zip(measures, row[len(keys) :], strict=True):
            if one.has_persons:
                yield one.name, named, cell


@pytest.mark.parametrize("show", SHOWS)
def test_every_figure_is_as_long_as_its_list(told: House, show: Show) -> None:
    query = shares_of(told.app.id, WEEK, show, timezone=told.app.timezone)
    as_of = AsOf(LATER, CREATED, told.pipeline.loader.through)
    table = run(told.pipeline.engine, query, as_of)
    assert table.totals
    for measure, keys, cell in cells(show, list(table.rows), table.totals):
        place = Place(
            measure, tuple((name, str(key) if name == "day" else key) for name, key in keys.items())
        )
        who = found(told.pipeline.engine, PersonsQuery(query, place), as_of)
        assert who.times is not None
        counted = int(who.times.sum()) if measure in TIMES else len(who.person)
        assert counted == cell, (measure, keys)


@pytest.mark.parametrize(
    ("show", "place", "field"),
    [
        ("days", Place("k_factor"), "measure"),
        ("days", Place("opens", (("page", "pages/menu"),)), "row"),
        ("days", Place("opens", (("day", "2026-07-01"),)), "row.day"),
        ("days", Place("opens", (("day", "soon"),)), "row.day"),
    ],
)
def test_what_is_no_figure(told: House, show: Show, place: Place, field: str) -> None:
    query = shares_of(told.app.id, WEEK, show)
    with pytest.raises(Refused) as refused:
        found(told.pipeline.engine, PersonsQuery(query, place), AsOf(LATER, CREATED, 0))
    assert refused.value.field == field


def test_a_condition_is_of_the_share_and_takes_along_who_opened_it(told: House) -> None:
    """Of the goods one card was shared, which nobody opened; all others are of the menu."""
    as_of = AsOf(LATER, CREATED, told.pipeline.loader.through)

    def totals(*conditions: Condition) -> Row | None:
        query = shares_of(
            told.app.id, WEEK, where=Conditions(True, conditions), timezone=told.app.timezone
        )
        return run(told.pipeline.engine, query, as_of).totals

    assert totals(*GOODS.parts) == (None, 1, 1, 0.0, 0, 0, 0, 0.0, None)  # type: ignore[arg-type]
    menu = totals(Condition(DIMENSIONS["page"], "is", ("pages/menu",)))
    assert menu is not None
    assert menu[1:3] == (3, 3)
    assert menu[4:7] == (6, 5, 3)
    assert totals(Condition(DIMENSIONS["province"], "is_known")) == (
        None,
        0,
        0,
        None,
        0,
        0,
        0,
        None,
        None,
    )


PERSONS = st.integers(1, 5)
STEPS = st.lists(
    st.tuples(st.booleans(), PERSONS, st.integers(0, 3), st.integers(0, 3), st.booleans(), st.booleans()), max_size=30
)  # fmt: skip


@given(STEPS, st.sampled_from(SHOWS))
def test_lists_are_as_long_as_figures_whatever_was_shared(
    steps: list[tuple[bool, int, int, int, bool, bool]], show: Show
) -> None:
    shares: dict[str, Share] = {}
    openings: list[Opening] = []
    for n, (shares_it, person, which, day, grouped, new) in enumerate(
        sorted(steps, key=lambda one: one[3])
    ):
        on = FIRST + timedelta(days=day)
        if shares_it:
            shares[f"c{n}"] = Share(f"c{n}", person, n, on, "p" if which else "q")
        elif others := [one for one in shares.values() if one.person != person]:
            openings.append(
                Opening(others[which % len(others)], person, n, on, 1008 if grouped else 1007, new)
            )
    over = Range(date(2026, 6, 2), date(2026, 6, 4))
    counted = [one for one in openings if one.day >= over.start]
    spread = Spread(shares_of(1, over, show, top=100), shares, counted, {})
    rows, totals = spread.rows()
    for measure, keys, cell in cells(show, rows, totals):
        said = {name: str(key) if name == "day" else key for name, key in keys.items()}
        who = [person for person, _ in spread.done(measure, said)]
        assert (len(who) if measure in TIMES else len(set(who))) == cell, (measure, keys)
