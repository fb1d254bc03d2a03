"""Shares told apart by where their cards come from: by hand, and whatever was shared and opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.query import NO_CONDITIONS, Condition, Conditions
from minilens.measure.persons.query import PersonsQuery, Place
from minilens.measure.persons.run import found
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.shares.origins import carried
from minilens.measure.shares.query import By, shares_of
from minilens.measure.shares.tree import Opening, Share
from minilens.measure.table import Table
from minilens.period import Range
from tests.measure.shares.test_shares_by_hand import FIRST, WEEK, opened, seen, shared
from tests.pipeline import CREATED, LATER, Happening, House, days


def story() -> list[Happening]:
    """A came by campaign spring, link S1, and shared a1. B came by a1 and shared b1 in that session: it is of spring,
    too, as is what C shared who came by b1. D came by nothing; E opened d1 and later shared in another session: of
    nothing. F came by b1, but by link X9 as well: that is nearer."""
    a1 = replace(shared("A", "a1", "01 09:00"), campaign="spring", link="S1")
    return [
        a1, opened("B", "a1", "01 10:00"), seen("B", "01 10:00"),
        shared("B", "b1", "01 10:30"), opened("C", "b1", "02 09:00"), shared("C", "c1", "02 09:30"),
        shared("D", "d1", "02 10:00"), opened("E", "d1", "02 11:00"), shared("E", "e1", "03 09:00"),
        opened("F", "b1", "03 10:00"), replace(shared("F", "f1", "03 10:10"), campaign="autumn", link="X9"),
        opened("A", "f1", "03 11:00"), opened("D", "c1", "03 12:00"),
    ]  # fmt: skip


def asked(
    house: House,
    by: By = "campaign",
    over: Range = WEEK,
    top: int = 10,
    where: Conditions = NO_CONDITIONS,
) -> Table:
    query = shares_of(
        house.app.id, over, "origins", by=by, top=top, timezone=house.app.timezone, where=where
    )
    return run(house.pipeline.engine, query, AsOf(LATER, CREATED, house.pipeline.loader.through))


@pytest.fixture(scope="module")
def houses(new_app: Callable[..., House]) -> dict[str, House]:
    """The same story before its days are made, and after."""
    found = {"built": new_app(), "not built": new_app()}
    for name, house in found.items():
        house.load(story())
        if name == "built":
            house.build()
    return found


@pytest.fixture(params=["built", "not built"])
def told(houses: dict[str, House], request: pytest.FixtureRequest) -> House:
    return houses[request.param]


def test_a_card_is_of_the_campaign_that_its_sharer_came_by(told: House) -> None:
    """a1, b1 and c1 are of spring, opened by B, C, F and D, who had been there before; f1 of autumn, opened by A; d1
    and e1 of nothing, by E."""
    table = asked(told)
    assert [one.name for one in table.columns] == [
        "campaign", "shares", "sharers", "opened_rate", "opens", "openers", "new_users",
    ]  # fmt: skip
    rows: object = table.rows
    assert rows == (
        ("spring", 3, 3, 1.0, 4, 4, 3),
        (None, 2, 2, 0.5, 1, 1, 1),
        ("autumn", 1, 1, 1.0, 1, 1, 0),
    )
    totals: object = table.totals
    assert totals == (None, 6, 6, pytest.approx(5 / 6), 6, 6, 4)
    assert [row[0] for row in asked(told, "link").rows] == ["S1", None, "X9"]
    assert asked(told, top=1).rows == table.rows[:1]


def test_a_card_of_before_the_range_carries_on(told: House) -> None:
    """On the 2nd only c1 and d1 were shared; c1 is of spring by a card of the day before."""
    table = asked(told, over=days("2026-06-02"))
    assert {row[0]: row[1] for row in table.rows} == {"spring": 1, None: 1}


def test_the_persons_behind_each_figure(told: House) -> None:
    query = shares_of(told.app.id, WEEK, "origins", timezone=told.app.timezone)
    as_of = AsOf(LATER, CREATED, told.pipeline.loader.through)
    for row in asked(told).rows:
        for measure, count in (("sharers", row[2]), ("openers", row[5]), ("new_users", row[6])):
            place = Place(measure, (("campaign", row[0]),))
            who = found(told.pipeline.engine, PersonsQuery(query, place), as_of)
            assert len(who.person) == count, (row[0], measure)


def test_conditions_are_of_the_share_itself(told: House) -> None:
    of_spring = Conditions(True, (Condition(DIMENSIONS["campaign"], "is", ("spring",)),))
    assert asked(told, where=of_spring).rows == (("spring", 1, 1, 1.0, 1, 1, 1),)


#: Who acts, whether they share, which card they open, in which session, with which origin.
STEPS = st.lists(
    st.tuples(st.integers(1, 4), st.booleans(), st.integers(0, 9), st.integers(1, 6), st.sampled_from(["", "x", "y"])),
    max_size=30,
)  # fmt: skip


@given(STEPS)
def test_whatever_was_shared(steps: list[tuple[int, bool, int, int, str]]) -> None:
    """Counted backwards, card by card, from what was done; and every card keeps one origin."""
    shares: dict[str, Share] = {}
    openings: list[Opening] = []
    for at, (person, shares_it, which, session, origin) in enumerate(steps):
        if shares_it:
            shares[f"c{at}"] = Share(f"c{at}", person, at, FIRST, "p", session, origin)
        elif others := [one for one in shares.values() if one.person != person]:
            card = others[which % len(others)]
            openings.append(
                Opening(
                    card, person, at, FIRST + timedelta(days=1), 1007, new=False, session=session
                )
            )

    def origin_of(card: Share) -> str:
        while not card.origin:
            came = [
                one for one in openings
                if (one.person, one.session) == (card.person, card.session) and one.at < card.at
            ]  # fmt: skip
            if not came:
                return ""
            card = came[-1].share
        return card.origin

    told = carried(shares, openings)
    assert {name: one.origin for name, one in told.items()} == {
        name: origin_of(one) for name, one in shares.items()
    }
    assert {name: replace(one, origin="") for name, one in told.items()} == {
        name: replace(one, origin="") for name, one in shares.items()
    }
