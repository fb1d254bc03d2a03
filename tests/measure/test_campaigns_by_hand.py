"""What came by campaign links, counted by hand under each of their names; what came by none is left out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.period import now
from minilens.records.link_content import NewLink
from minilens.reports import find, read
from tests.pipeline import LATER, Happening, House, at

pytestmark = pytest.mark.side_by_side
DAY = "2026-11-20"
RANGE = {"from": DAY, "to": DAY}


def seen(link: str, device: str, hour: int, pages: int = 1) -> list[Happening]:
    """A launch by a link, and its visits."""
    moment, session = at(f"{DAY} {hour:02d}:00"), f"{device}-{hour}"
    launch = Happening(moment, "app_launch", device=device, session=session, link=link)
    visits = (
        Happening(
            moment + 1 + n, device=device, session=session, page=f"p{n}", link=link, seq=n + 1
        )
        for n in range(pages)
    )
    return [launch, *visits]


@pytest.fixture(params=["made", "tail"])
def told(request: pytest.FixtureRequest, house: House) -> tuple[House, list[str]]:
    """A and B come by the poster at the door, A twice; C by the card on the table; D by another campaign; E by none."""
    names = (("Spring", "Door", "A3"), ("Spring", "Table", ""), ("Summer", "", ""))
    some = [
        NewLink(campaign=one, placement=two, material=three, page="p0") for one, two, three in names
    ]
    made = house.pipeline.records.links.create(house.app.id, some, now=now())
    door, table, summer = (link.code for link in made)
    house.load(
        [
            *seen(door, "a", 8, 3), *seen(door, "a", 12), *seen(door, "b", 9), *seen(table, "c", 10),
            *seen(summer, "d", 11), *seen("", "e", 12, 5),
        ]
    )  # fmt: skip
    if request.param == "made":
        house.build()
    return house, [door, table, summer]


def ask(house: House, **asked: str) -> Table:
    moment = datetime(2026, 11, 25, tzinfo=UTC)
    state = read(RANGE | asked, find("campaigns.list"), house.app.timezone, moment)
    return run(house.pipeline.engine, state.query(house.app.id), AsOf(LATER, moment, 0))


def figures(table: Table) -> dict[object, tuple[object, ...]]:
    """Launches, visitors, new users, visits by value."""
    names = ("launches", "visitors", "new_users", "visits")
    cells = zip(*(table.column(name) for name in names), strict=True)
    return dict(zip((row[0] for row in table.rows), cells, strict=True))


def test_each_name_has_its_own(told: tuple[House, list[str]]) -> None:
    house, (door, table, summer) = told
    assert figures(ask(house)) == {"Spring": (4, 3, 3, 6), "Summer": (1, 1, 1, 1)}
    assert figures(ask(house, by="placement")) == {"Door": (3, 2, 2, 5), "Table": (1, 1, 1, 1)}
    assert figures(ask(house, by="material")) == {"A3": (3, 2, 2, 5)}
    assert figures(ask(house, by="link")) == {
        door: (3, 2, 2, 5), table: (1, 1, 1, 1), summer: (1, 1, 1, 1),
    }  # fmt: skip


def test_filters_of_the_bar_narrow_it(told: tuple[House, list[str]]) -> None:
    house, _ = told
    only = ask(house, by="material", filter="campaign:is:Spring")
    assert figures(only) == {"A3": (3, 2, 2, 5)}
    assert figures(ask(house, by="campaign", filter="placement:is:Table")) == {
        "Spring": (1, 1, 1, 1)
    }
