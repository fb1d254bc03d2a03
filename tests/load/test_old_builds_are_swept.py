"""Builds that nobody reads any more go with the next build, at times; during a move later."""

from __future__ import annotations

import pytest

from minilens.load.build import BUILT
from tests.pipeline import Happening, House, at


def builds(house: House) -> int:
    """How many of an app's builds have rows."""
    (found,) = house.rows(
        "SELECT uniqExact(build) FROM (" + " UNION ALL ".join(
            f"SELECT build FROM {table} WHERE app = {{app:UInt32}}" for table in BUILT
        ) + ")"
    )  # fmt: skip
    return int(str(found[0]))


def test_a_step_sweeps_when_it_is_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    builder = house.pipeline.builder
    monkeypatch.setattr(builder, "_sweep_after", 0.0)
    monkeypatch.setattr(builder, "due", lambda moment: {house.app.id: house.waiting()})
    monkeypatch.setattr(builder, "swept_later", 1e9)

    def made(n: int) -> None:
        house.load([Happening(at("2026-11-15 12:00") + n, session="s")])
        assert builder.step()

    for n in range(4):
        made(n)
    assert builds(house) == 4
    monkeypatch.setattr(builder, "swept_later", 0.0)
    made(4)
    assert builds(house) == 2  # the present one, and the one before for late readers
