"""The rules of joining, a test each: how many values a person has, whose an event is, what is hashed under a key."""

from __future__ import annotations

import pytest

from minilens.identity.actor import actor
from tests.identity.story import Said, load, person, states, who
from tests.pipeline import House, days

MONDAY = days("2026-11-16")


@pytest.mark.parametrize(
    ("said", "persons", "refused"),
    [
        (["a o", "a o2"], {"a o", "o2"}, ("a", "o2")),
        (["a c", "a c2"], {"a c", "c2"}, ("a", "c2")),
        (["a c", "b c"], {"a c", "b"}, ("b", "c")),
        (["a m", "b m"], {"a m", "b"}, ("b", "m")),
    ],
)
def test_one_value_of_a_type_each_and_the_pair_that_would_break_it_is_listed(
    house: House, said: list[str], persons: set[str], refused: tuple[str, str]
) -> None:
    load(house, [Said(f"d{n}", names, n * 5) for n, names in enumerate(said, 1)])
    assert who(house, " ".join(dict.fromkeys(" ".join(said).split()))) == persons
    assert states(house) == {refused: "limit"}


def test_an_event_of_identities_that_disagree_is_the_strongest_ones(house: House) -> None:
    load(house, [Said("d1", "a c"), Said("d2", "a c2", 5), Said("d3", "c2", 6)])
    sql = "SELECT person, count() FROM events WHERE app = {app:UInt32} GROUP BY person"
    assert set(house.rows(sql)) == {(person(house, "a"), 2), (person(house, "c2"), 1)}
    house.build()
    assert house.ask(MONDAY).column("visitors") == [2]


def test_only_a_mobile_number_needs_the_servers_key_to_be_found(house: House) -> None:
    for kind in ("wechat-unionid", "applet-wechat", "c_memberid", "crm", "device", "mobile"):
        keyed = actor(1, kind, "13700001234", b"a") != actor(1, kind, "13700001234", b"b")
        assert keyed == (kind == "mobile")
