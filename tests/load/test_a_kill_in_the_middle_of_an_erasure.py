"""An erasure that a kill ends at any point is finished by the next start, of everything that was made of the person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from minilens.identity.lookup import look_up
from minilens.load.erasure import OF_PERSONS
from tests.examples import at_length
from tests.load.test_erasure import WEEK, actors, eraser, named, story
from tests.pipeline import Happening, House, at

pytestmark = pytest.mark.waits  # as in test_erasure

#: The others when there is time: each is two erasures.
POINTS = (
    ("ordered", "listed", "events", "stones", "forgotten", "finished")
    if at_length()
    else ("events", "forgotten")
)


def test_a_kill_in_the_middle_is_finished_by_the_next_start(house: House) -> None:
    """One person after another, each killed at another point."""
    people = {point: ("wechat-unionid", point) for point in POINTS}
    house.load(
        [*story(), *(Happening(at("2026-03-02 10:00"), device=p, session=p, identity=who) for p, who in people.items())]
    )  # fmt: skip
    house.build()
    eraser(
        house
    ).complete()  # orders of files before: the warehouse was emptied since, the records were not
    for left, (point, who) in zip(range(len(POINTS) + 1, 1, -1), people.items(), strict=True):

        def killed(where: str, point: str = point) -> None:
            if where == point:
                raise KeyboardInterrupt

        engine, secret = house.pipeline.engine, house.pipeline.secret
        subject = look_up(engine, house.app.id, f"wechat-unionid={point}", secret)
        with pytest.raises(KeyboardInterrupt):
            replace(eraser(house), fault=killed).erase(house.app.id, subject)
        assert eraser(house).complete() == 1
        assert eraser(house).complete() == 0
        for table in OF_PERSONS:
            told = (
                f"SELECT count() FROM {table} WHERE app = {{app:UInt32}} AND person = {{p:UInt32}}"
            )
            assert house.rows(told, p=subject.person) == [(0,)], (point, table)
        house.build()
        assert not named(house) & actors(house, who, ("device", point)), point
        assert house.figures(WEEK)[1][4] == left, point
    orders = house.pipeline.records.erasures.all(house.app.id)
    assert all(order.counts["identities"] >= 0 for order in orders)
    stones = "SELECT count(), uniqExact(person) FROM person_map WHERE app = {app:UInt32} AND kind = 'erased'"
    assert house.rows(stones) == [(len(POINTS), len(POINTS))]
