"""Values that an owner says are nobody's: they join nobody from then on, and nobody is separated by it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from minilens.identity.parity import of_app
from minilens.identity.persons import PersonNumbers
from minilens.identity.preview import touched
from minilens.identity.rules import broken
from minilens.identity.types import Types, row_of, types_of
from minilens.load.blocks import rules_of
from tests.identity.story import Said, load, number, person, states, who
from tests.identity.test_types import change, types
from tests.pipeline import CREATED, House


def blocks(house: House, value: str, kind: str = "c_memberid") -> None:
    """Save it, and have the loader look."""
    records, app = house.pipeline.records, house.app.id
    records.blocked_identities.add(app, kind, number(house, value), value, now=CREATED)
    looked(house)


def looked(house: House) -> None:
    house.pipeline.loader._types_after = 0.0
    house.pipeline.loader.each([])
    assert not [
        app for app, _ in house.pipeline.records.identity_types.waiting() if app == house.app.id
    ]
    assert of_app(house.pipeline.engine, house.app.id, of(house)) == []


def of(house: House) -> Types:
    return rules_of(house.pipeline.records).types_of(house.app.id)


def test_a_blocked_value_joins_nobody(house: House) -> None:
    blocks(house, "c")
    load(house, [Said("d1", "a c"), Said("d2", "b c", 5)])
    assert who(house, "a b c d1 d2") == {"a d1", "b d2", "c"}
    assert set(states(house).values()) == {"held"}
    blocked = house.pipeline.records.blocked_identities
    blocked.remove(house.app.id, number(house, "c"), now=CREATED)
    looked(house)
    assert "c" not in who(house, "a b c")


def test_whom_it_had_joined_stays_and_is_listed(house: House) -> None:
    load(house, [Said("d1", "a c"), Said("d2", "m c", 5)])
    assert who(house, "a c m") == {"a c m"}
    blocks(house, "c")
    assert who(house, "a c m") == {"a c m"}
    numbers = PersonNumbers(house.pipeline.engine, house.pipeline.counter.next, lambda _: of(house))
    found = {one.person for one in broken(numbers, house.app.id, "c_memberid")}
    assert found == {person(house, "a")}
    load(house, [Said("d3", "b c", 9)])
    assert who(house, "a b") == {"a", "b"}


def test_only_the_value_is_looked_at(house: House) -> None:
    """Before and after it is saved, however many others there are of its type; after a start once more."""
    load(house, [Said(f"d{n}", f"b{n} c{n}", n) for n in range(1, 9)])
    engine, app, value = house.pipeline.engine, house.app.id, number(house, "c3")
    after = replace(types(house), blocked=frozenset({value}))
    found = touched(engine, app, ["c_memberid"], after, (value,))
    assert (found.kept, found.looked_at, found.all) == (1, 1, 1)
    blocks(house, "c3")
    granted = (
        "SELECT DISTINCT node FROM links WHERE app = {app:UInt32} AND cause = 'granted' "
        "AND node_kind = 'c_memberid'"
    )
    assert house.rows(granted) == [(value,)]
    kept = house.pipeline.records.blocked_identities
    assert kept.waiting().get(app) is None, "a start has nothing to look at"
    assert who(house, "b3 c3 d3") == {"b3 c3 d3"}
    kept.remove(app, value, now=CREATED)
    assert house.pipeline.records.identity_types.waiting() == []
    assert kept.waiting()[app] == {value: False}
    looked(house)
    assert kept.waiting().get(app) is None


def test_a_value_of_which_nothing_came_is_nobody(house: House) -> None:
    blocks(house, "c9")
    assert house.rows("SELECT count() FROM person_map WHERE app = {app:UInt32}") == [(0,)]


def test_what_a_change_would_do_is_what_it_does(house: House) -> None:
    """Two persons would be one by a looser limit; by a stricter one a person goes on against it."""
    load(house, [Said("d1", "a c"), Said("d2", "a c2", 5), Said("d3", "b c3", 6)])
    engine, app = house.pipeline.engine, house.app.id
    now = types(house)

    def preview(**changes: Any) -> tuple[int, int]:
        row = row_of(now.of("c_memberid"))
        set_to = types_of([replace(row, **changes)])
        found = touched(engine, app, ["c_memberid"], set_to)
        assert found.looked_at == found.all == 3
        return found.joined, found.kept

    assert preview() == (0, 0)
    assert preview(most=2) == (2, 0)
    before = who(house, "a c c2 b c3")
    assert before == {"a c", "c2", "b c3"}, "nothing was changed by looking"
    change(house, "c_memberid", most=2)
    assert who(house, "a c c2 b c3") == {"a c c2", "b c3"}
    now = types(house)
    assert preview(most=1) == (0, 1)
    change(house, "c_memberid", most=1)
    assert who(house, "a c c2 b c3") == {"a c c2", "b c3"}
