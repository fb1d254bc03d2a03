"""The hard cases of identity, each in a line or a few: what was said, and who is who then."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from minilens.identity.parity import of_app
from minilens.identity.types import DEFAULT
from tests.identity.story import Said, last_merge, load, merge, person, states, undo, who
from tests.pipeline import House, days

pytestmark = pytest.mark.side_by_side
DAY = 24 * 60
WEEK = days("2026-11-16", "2026-11-20")


def test_1_anonymous_then_signed_in(house: House) -> None:
    load(house, [Said("d1")])
    load(house, [Said("d1", "a", 5)])
    assert who(house, "a d1") == {"a d1"}


def test_2_two_on_one_device(house: House) -> None:
    load(house, [Said("d1"), Said("d1", "a", 5), Said("d1", "b", 9)])
    assert who(house, "a b d1") == {"a d1", "b"}


def test_3_signed_out_and_in_again(house: House) -> None:
    load(house, [Said("d1", "a"), Said("d1", "", 5, ep=1), Said("d1", "a", 9, ep=1)])
    assert who(house, "a d1 d1#1") == {"a d1 d1#1"}


def test_4_signed_out_and_somebody_else_in(house: House) -> None:
    load(house, [Said("d1", "a"), Said("d1", "", 5, ep=1)])
    load(house, [Said("d1", "b", 9, ep=1)])
    assert who(house, "a d1 d1#1 b") == {"a d1", "d1#1", "b"}


def test_5_two_devices(house: House) -> None:
    load(house, [Said("d1"), Said("d2", when=1), Said("d1", "a", 2)])
    load(house, [Said("d2", "a", 3)])
    assert who(house, "a d1 d2") == {"a d1 d2"}


def test_7_somebody_claims_the_number_of_another(house: House) -> None:
    load(house, [Said("", "a m", server=True)])
    load(house, [Said("d2", "b m", DAY), Said("", "b", DAY, server=True)])
    assert who(house, "a m b") == {"a m", "b"}
    assert states(house) == {("b", "m"): "claimed"}


def test_8_all_is_claimed(house: House) -> None:
    load(house, [Said("d1", "a m"), Said("d2", "b m", 5)])
    assert who(house, "a m b") == {"a m", "b"}
    assert states(house) == {("b", "m"): "limit"}


def test_9_one_unionid_in_two_apps(new_app: Callable[..., House]) -> None:
    """A person is one of an app; nothing of one app's links or figures is another's."""
    one, other = new_app(), new_app()
    load(one, [Said("d1", "a o"), Said("d2", "o", 5)])
    load(other, [Said("d1", "a o2"), Said("d3", "b", 5)])
    assert who(one, "a o d1 d2") == {"a o d1 d2"}
    assert who(other, "a o2 d1 b d3") == {"a o2 d1", "b d3"}
    for house, visitors in ((one, 1), (other, 2)):
        house.build()
        assert house.ask(WEEK).column("visitors") == [visitors, 0, 0, 0, 0]


def test_10_values_that_name_nobody_join_nobody(house: House) -> None:
    """What is not blocked by its text is held back once fifty devices of a day have sent it."""
    load(house, [Said(f"d{n}", "c", n) for n in range(49)])
    assert len(who(house, " ".join(f"d{n}" for n in range(29, 49)))) == 1
    load(house, [Said("d49", "c", 50)])
    assert len(who(house, "c " + " ".join(f"d{n}" for n in range(50)))) == 51


def test_11_undone_and_seen_again(house: House) -> None:
    load(house, [Said("d1", "a"), Said("d2", "o", 1)])
    load(house, [Said("d3", "a o", 2)])
    assert who(house, "a o") == {"a o"}
    undo(house, last_merge(house))
    assert who(house, "a d1 o d2") == {"a d1", "o d2"}
    load(house, [Said("d3", "a o", 3)])
    assert who(house, "a d1 o d2") == {"a d1", "o d2"}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_12_two_merges_that_share_a_person_undone(house: House, order: tuple[int, int]) -> None:
    load(house, [Said("d1", "a"), Said("d2", "b", 1), Said("d3", "o", 2)])
    before = who(house, "a b o d1 d2 d3")
    made = [merge(house, "a", "b"), merge(house, "b", "o")]
    assert who(house, "a b o") == {"a b o"}
    for n in order:
        undo(house, made[n])
    assert who(house, "a b o d1 d2 d3") == before


def test_13_only_the_inner_merge_is_undone(house: House) -> None:
    load(house, [Said("d1", "a"), Said("d2", "b", 1), Said("d3", "o", 2)])
    inner = merge(house, "a", "b")
    merge(house, "b", "o")
    undo(house, inner)
    assert who(house, "a b o d1 d2 d3") in ({"a d1", "b o d2 d3"}, {"a o d1 d3", "b d2"})


def test_14_kept_apart_over_a_third(house: House) -> None:
    """The weakest link between what is kept apart is left out, and listed."""
    load(house, [Said("d1", "a"), Said("d3", "c", 1)])
    undo(house, merge(house, "a", "c"))
    load(house, [Said("", "a o", 2, server=True)])
    load(house, [Said("d2", "o c", 3)])
    assert who(house, "a o c") == {"a o", "c"}
    assert states(house)["c", "o"] == "apart"


def test_18_across_the_sign_in_and_after_an_undo(house: House) -> None:
    """Whoever looked before the sign-in and paid after it is one visitor; undone, these are two."""
    load(house, [Said("d1"), Said("", "a", 3)])
    house.build()
    load(house, [Said("d1", "a", 5, name="pay_success")])
    for expected in (1, 2):
        house.build()
        assert house.ask(WEEK).column("visitors") == [expected, 0, 0, 0, 0]
        if expected == 1:
            undo(house, last_merge(house))
    assert who(house, "a d1") == {"a", "d1"}


def test_19_the_earlier_visit_is_the_first(house: House) -> None:
    """Old openids are known by an import; whoever is found to be one of them is no new user."""
    load(house, [Said("", "o", server=True), Said("d2", "a", DAY)])
    house.build()
    assert house.ask(WEEK).column("new_users") == [1, 1, 0, 0, 0]
    load(house, [Said("d2", "a o", 2 * DAY)])
    house.build()
    assert house.ask(WEEK).column("new_users") == [1, 0, 0, 0, 0]
    assert house.ask(WEEK).column("total_users") == [1] * 5


def test_a_till_joins_nobody(house: House) -> None:
    """A device of three persons within a month is public; what was its first person's no longer is."""
    load(house, [Said("d1"), Said("d1", "a", 1), Said("d2", "a", 2), Said("d1", "b", DAY)])
    assert who(house, "a b d1 d2") == {"a d1 d2", "b"}
    load(house, [Said("d1", "a3", 2 * DAY)])
    assert who(house, "a b a3 d1 d2") == {"a d2", "b", "a3", "d1"}


def test_a_late_strong_link_takes_the_place_of_a_weak_one(house: House) -> None:
    load(house, [Said("d1", "a"), Said("d1", "a o", 1), Said("d2", "b", 2)])
    house.build()
    assert who(house, "a o b") == {"a o", "b"}
    load(house, [Said("", "b o", 3, server=True)])
    assert who(house, "a b o d1 d2") == {"a d1", "b o d2"}
    assert states(house) == {("a", "o"): "limit"}


def test_a_new_number_of_the_same_person(house: House) -> None:
    load(house, [Said("d1", "a m")])
    load(house, [Said("d1", "a m2", DAY)])
    assert who(house, "a m m2 d1") == {"a m m2 d1"}


def test_a_value_of_a_thousand_devices_is_still_held_back(house: House) -> None:
    """Not all of its neighbours are read then, and none of them becomes another person."""
    load(house, [Said(f"d{n}", "c", n % 60) for n in range(1, 1201)])
    some = "c " + " ".join(f"d{n}" for n in range(1, 1201, 60))
    before = [person(house, value) for value in some.split()]
    assert len(set(before)) == len(before)
    load(house, [Said("d1201", "c", DAY), Said("d1", "a", DAY)])
    assert [person(house, value) for value in some.split()] == before
    assert who(house, "a d1 c d1201") == {"a d1", "c", "d1201"}
    assert of_app(house.pipeline.engine, house.app.id, DEFAULT) == []
