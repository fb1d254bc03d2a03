"""A day that is being made is not done: an import that waits for its figures waits for it too."""

from __future__ import annotations

from unittest.mock import patch

from tests.pipeline import Happening, House, at


def test_a_day_in_the_making_is_left(house: House) -> None:
    house.load([Happening(at("2026-11-18 09:00"))])
    pipeline, seen = house.pipeline, []
    before = pipeline.left("nobody")[1]
    make = pipeline.builder._make

    def looked(*asked: object) -> None:
        seen.append(pipeline.left("nobody")[1])
        make(*asked)  # type: ignore[arg-type]

    with patch.object(pipeline.builder, "_make", looked):
        house.build()
    assert seen == [before]
    assert pipeline.left("nobody")[1] == before - 1
    assert pipeline.builder.making == 0
