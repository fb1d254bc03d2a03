"""Many sign-ins at once by which phones of old days get their owners: persons become fewer, nothing else changes."""

from __future__ import annotations

from tests.identity.story import Said, load
from tests.pipeline import House, days

DAY = 24 * 60
PEOPLE = 120
WEEK = days("2026-11-16", "2026-11-19")


def test_20_many_sign_ins_at_once_and_late_events_of_who_was_merged(house: House) -> None:
    for day in range(3):
        load(house, [Said(f"d{n}", f"o{n}", day * DAY + n) for n in range(PEOPLE)])
        load(house, [Said(f"d{1000 + n}", "", day * DAY + n) for n in range(PEOPLE)])
    house.build()
    before = house.ask(WEEK)
    assert before.column("visitors") == [2 * PEOPLE] * 3 + [0]
    load(house, [Said(f"d{1000 + n}", f"o{n}", 3 * DAY + n) for n in range(PEOPLE)])
    load(
        house, [Said(f"d{1000 + n}", "", DAY + 500 + n) for n in range(PEOPLE)]
    )  # late, of one day before
    house.build()
    after = house.ask(WEEK)
    assert after.column("visitors") == [PEOPLE] * 4
    assert after.column("new_users") == [PEOPLE, 0, 0, 0]
    assert after.column("total_users") == [PEOPLE] * 4
    assert after.column("visits") == [2 * PEOPLE, 3 * PEOPLE, 2 * PEOPLE, PEOPLE]
    assert sum(before.column("visits")) + 2 * PEOPLE == sum(after.column("visits"))  # type: ignore[arg-type]
