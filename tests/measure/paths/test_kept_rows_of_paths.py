"""Rows of paths that are kept between questions: read once, and never seen where they hold no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from minilens.warehouse.retention import expire
from tests.measure.paths.asking import STORY, happened, last, page, paths
from tests.measure.reading import reading
from tests.pipeline import House, days

HOME, LIST, DETAIL = map(page, ("home", "list", "detail"))
END = "(end)"


def test_node_after_node_is_read_once(house: House) -> None:
    house.load(happened(STORY))
    house.build()
    for who in ("sessions", "persons"):
        home = paths(house, HOME, counts=who)
        with reading() as seen:
            assert last(house, home) == {"list": 3, "detail": 1, END: 1}
            read = sum(seen)
            assert read == 14
            assert last(house, replace(home, chosen=(LIST,))) == {"detail": 2, END: 1}
            assert last(house, replace(home, excluded=("list",))) == {"detail": 3, END: 2}
            assert last(house, paths(house, DETAIL, direction="before", counts=who)) == {
                "list": 2,
                "home": 1,
            }
            assert sum(seen) == read
        house.pipeline.engine.kept.forget()
        assert last(house, replace(home, chosen=(LIST,))) == {"detail": 2, END: 1}


def test_launches_over_midnight_and_other_ranges(new_app: Callable[..., House]) -> None:
    house = new_app()
    house.load(
        [*happened("A: home list detail", "2026-11-18", 23), *happened("A: cart", "2026-11-19", 0)]
    )
    house.load(
        [
            *happened("B: home cart", "2026-11-19", 9),
            *happened("C: list home cart", "2026-11-20", 0),
        ]
    )
    house.build()
    first, both = days("2026-11-18", "2026-11-18"), days("2026-11-18", "2026-11-19")
    assert last(house, paths(house, DETAIL, range=first)) == {"cart": 1}, "after midnight"
    assert last(house, paths(house, HOME, range=first)) == {"list": 1}
    with reading() as seen:
        assert last(house, paths(house, HOME, range=both)) == {"list": 1, "cart": 1}
        assert sum(seen) == 3, "one day more"
        assert last(house, paths(house, HOME, range=days("2026-11-20", "2026-11-20"))) == {
            "cart": 1
        }
        assert sum(seen) == 3


def test_what_comes_late_is_seen_and_what_is_deleted_is_not(new_app: Callable[..., House]) -> None:
    house = new_app()
    house.load(happened(STORY))
    house.build()
    home = paths(house, HOME)
    assert last(house, home) == {"list": 3, "detail": 1, END: 1}
    house.load(happened("K6: home cart"))
    for _ in ("before the day is made again", "and after"):
        assert last(house, home) == {"list": 3, "detail": 1, "cart": 1, END: 1}
        house.build()
    assert last(house, home) == {"list": 3, "detail": 1, "cart": 1, END: 1}
    expire(house.pipeline.engine, house.app.id, months=0, day=date(2026, 12, 22))
    assert last(house, home) == {}
