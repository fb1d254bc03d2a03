"""Owners set types of identities: what is stricter separates nobody, what is looser joins at once."""

from __future__ import annotations

from typing import Any

import pytest

from minilens.errors import Refused
from minilens.identity.actor import actor
from minilens.identity.links import GRANTED
from minilens.identity.parity import of_app
from minilens.identity.persons import PersonNumbers
from minilens.identity.rules import broken
from minilens.identity.types import Types, row_of, types_of
from minilens.load.blocks import rules_of
from minilens.serve.merging import answered
from tests.identity.story import Said, load, person, states, who
from tests.pipeline import CREATED, House, days


def types(house: House) -> Types:
    return types_of(house.pipeline.records.identity_types.all(house.app.id).get(house.app.id, []))


def change(house: House, kind: str, **changes: Any) -> None:
    """Save it, and have the loader look."""
    records = house.pipeline.records
    records.identity_types.set(house.app.id, row_of(types(house).of(kind)), now=CREATED, **changes)
    house.pipeline.loader._types_after = house.pipeline.loader._parity._after = 0.0
    house.pipeline.loader.each([])
    assert (house.app.id, kind) not in records.identity_types.waiting()
    assert of_app(house.pipeline.engine, house.app.id, types(house)) == []


@pytest.fixture
def two_members(house: House) -> House:
    """A person whose second member number was refused."""
    load(house, [Said("d1", "a c"), Said("d2", "a c2", 5)])
    assert who(house, "a c c2") == {"a c", "c2"}
    assert states(house) == {("a", "c2"): "limit"}
    return house


def test_15_a_lower_limit_moves_nobody_and_is_listed(two_members: House) -> None:
    house = two_members
    change(house, "c_memberid", most=2)
    assert who(house, "a c c2 d1 d2") == {"a c c2 d1 d2"}
    change(house, "c_memberid", most=1)
    assert who(house, "a c c2 d1 d2") == {"a c c2 d1 d2"}
    numbers = PersonNumbers(
        house.pipeline.engine,
        house.pipeline.counter.next,
        rules_of(house.pipeline.records).types_of,
    )
    assert {one.person for one in broken(numbers, house.app.id, "c_memberid")} == {
        person(house, "a")
    }
    asked = [("do", "broken"), ("app", house.app.name), ("kind", "c_memberid")]
    assert answered(house.pipeline, asked)["rows"] == [{"person": person(house, "a"), "links": 1}]
    load(house, [Said("d2", "a c2", 9), Said("d3", "a c3", 9)])
    assert who(house, "a c c2 c3") == {"a c c2", "c3"}
    causes = house.rows("SELECT DISTINCT cause FROM links WHERE app = {app:UInt32} ORDER BY 1")
    assert (GRANTED,) in causes


def test_a_higher_limit_joins_at_once_and_in_the_past(two_members: House) -> None:
    house, day = two_members, days("2026-11-16")
    house.build()
    assert house.ask(day).column("visitors") == [1]  # rows of the second have the actor a as well
    load(house, [Said("d4", "c2", 9)])
    house.build()
    assert house.ask(day).column("visitors") == [2]
    change(house, "c_memberid", most=3)
    house.build()
    assert house.ask(day).column("visitors") == [1]


def test_a_type_that_takes_no_part_joins_nobody_from_now_on(house: House) -> None:
    load(house, [Said("d1", "a c")])
    change(house, "c_memberid", takes_part=False)
    assert who(house, "a c d1") == {"a c d1"}
    load(house, [Said("d2", "b c3", 5)])
    assert who(house, "b c3 d2") == {"b d2", "c3"}
    change(house, "c_memberid", takes_part=True)
    assert who(house, "b c3 d2") == {"b c3 d2"}


def test_another_order_of_types(house: House) -> None:
    """Two sign-ins on one device: the stronger type has it; what holds already goes on holding."""
    load(house, [Said("d1", "o"), Said("d2", "c", 1), Said("d1", "a", 2)])
    before = who(house, "o c a d1 d2")
    change(house, "c_memberid", priority=0)
    assert who(house, "o c a d1 d2") == before


@pytest.mark.parametrize(
    ("field", "value"),
    [("priority", -1), ("priority", 98), ("most", 1001), ("days", 367), ("crowd", -1), ("over", "drop"),
     ("zh", "长" * 33), ("name", "1a"), ("name", ""), ("name", "a b"), ("name", "session")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_its_field(
    house: House, field: str, value: Any
) -> None:
    row = row_of(types(house).of("crm"))
    with pytest.raises(Refused) as refused:
        house.pipeline.records.identity_types.set(house.app.id, row, now=CREATED, **{field: value})
    assert refused.value.field == field
    assert house.pipeline.records.identity_types.all(house.app.id) == {}


def test_an_own_type_and_another_app(house: House) -> None:
    change(house, "crm", zh="客户号", en="CRM number", most=2, priority=5)
    assert types(house).of("crm").label.en == "CRM number"
    assert rules_of(house.pipeline.records).types_of(house.app.id + 1000).of("crm").most == 1
    assert actor(house.app.id, "crm", "1")
