"""Pages that were visited though no app.json lists them, by hand: as built, before that, under a filter."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.reports import find, read
from minilens.serve.completed import completed
from tests.pipeline import LATER, Happening, House, at

pytestmark = pytest.mark.side_by_side
AS_OF = AsOf(LATER, datetime(2030, 1, 1, tzinfo=UTC), 0)


def ask(house: House, *filters: tuple[str, str]) -> Table:
    asked = [("from", "2026-03-02"), ("to", "2026-03-02"), ("rest", "1"), *filters]
    report = find("quality.pages")
    state = read(asked, report, house.app.timezone, datetime(2026, 3, 3, tzinfo=UTC))
    query = completed(state.query(house.app.id), house.pipeline.records)
    return run(house.pipeline.engine, query, AS_OF)


def see(moment: str, page: str, device: str, session: str) -> Happening:
    scene = 1011 if device == "a" else 1089
    return Happening(at(moment), page=page, device=device, session=session, scene=scene)


def declare(house: House, *pages: str) -> None:
    text = json.dumps({"pages": pages}).encode()
    house.pipeline.records.app_pages.set(house.app.id, text, now=datetime(2026, 3, 3, tzinfo=UTC))


def test_those_that_app_json_does_not_list(house: House) -> None:
    house.load([
        see("2026-03-02 10:00", "pages/old", "a", "one"), see("2026-03-02 10:01", "pages/home", "a", "one"),
        see("2026-03-02 11:00", "pages/old", "b", "two"), see("2026-03-02 11:01", "pages/odl", "b", "two"),
        see("2026-03-02 12:00", "pages/home", "b", "three"), see("2026-03-02 12:01", "", "b", "three"),
    ])  # fmt: skip
    for made in (False, True):
        if made:
            house.build()
        assert ask(house).rows == (), made  # of no page is it known that it is not declared
    for made in (False, True):
        declare(house, "pages/home", "pages/cart")
        table = ask(house)
        assert [row[0] for row in table.rows] == ["pages/old", "pages/odl"]
        assert [column.name for column in table.columns[1:]] == [
            "visits", "visit_share", "visitors", "entries",
        ]  # fmt: skip
        assert [(row[1], row[3], row[4]) for row in table.rows] == [(2, 2, 2), (1, 1, 0)]
        assert [row[1] for row in ask(house, ("filter", "scene:is:1089")).rows] == [1, 1]
        declare(house, "pages/home", "pages/old", "pages/odl")
        assert ask(house).rows == (), made


def test_the_address_says_nothing_of_app_json(house: House) -> None:
    """What is put into the question is no filter of the reader's."""
    declare(house, "pages/home")
    report = find("quality.pages")
    state = read([], report, house.app.timezone, datetime(2026, 3, 3, tzinfo=UTC))
    assert state.filters == ()
    assert not any(name == "filter" for name, _ in state.pairs())
