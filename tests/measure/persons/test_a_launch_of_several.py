"""Where several persons used one launch, an attempt is of the one who did its first step, whoever came before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from minilens.measure.persons.query import PersonsQuery, Place
from minilens.measure.persons.run import found
from minilens.measure.prepared import AsOf
from tests.measure.funnels.asking import DAY, LATE, MINUTE, PAY, VIEW, funnel
from tests.pipeline import LATER, Happening, House, at


@pytest.mark.parametrize("enters", ["wang", "li"])
def test_the_person_of_the_first_step(house: House, enters: str) -> None:
    leaves = {"wang": "li", "li": "wang"}[enters]
    who = {"wang": ("wechat-unionid", "wang"), "li": ("wechat-unionid", "li")}
    done = [(-60, "add_favorite", "wang"), (-50, "add_favorite", "li")]  # numbers in one order
    done += [(0, "pay_success", leaves), (1, "add_favorite", enters), (2, "pay_success", leaves)]
    house.load(
        [
            Happening(
                at(f"{DAY} 10:00") + minutes * MINUTE, name, device="D", identity=who[one],
                session="a" if minutes >= 0 else one,
            )
            for minutes, name, one in done
        ]
    )  # fmt: skip
    query = replace(funnel(house, VIEW, PAY), counts="sessions")
    asked = PersonsQuery(query, Place("sessions", (("step", 2),)))
    behind = found(house.pipeline.engine, asked, AsOf(LATER, LATE, house.pipeline.loader.through))
    assert behind.person.tolist() == [house.person(*who[enters])]
