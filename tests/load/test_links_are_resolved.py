"""A code of a campaign link becomes campaign, placement and material of all that came by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from minilens.measure.days.run import answer
from minilens.period import now
from minilens.records.link_content import NewLink
from minilens.records.store import Link
from minilens.reference.link_codes import ALPHABET, new_code
from tests import by_name
from tests.pipeline import CREATED, LATER, Happening, House, at, days

DAY = days("2026-03-02")
MORNING = at("2026-03-02 10:00")


def made(house: House, **more: object) -> Link:
    given = {
        "campaign": "Spring",
        "placement": "Door",
        "material": "A3",
        "page": "pages/index",
        **more,
    }
    links = house.pipeline.records.links
    return links.create(house.app.id, [NewLink(**given)], now=now())[0]  # type: ignore[arg-type]


def visit(link: str, **more: object) -> Happening:
    return Happening(MORNING, session=link or "s", device=link or "d", link=link, **more)  # type: ignore[arg-type]


def told(
    house: House, table: str, columns: str = "campaign, placement, material, link"
) -> set[object]:
    return set(house.rows(f"SELECT {columns} FROM {table} WHERE app = {{app:UInt32}}"))


def test_a_code_is_what_its_link_says(house: House) -> None:
    link = made(house)
    house.load([visit(link.code, campaign="of the address"), visit("", campaign="plain")])
    house.build()
    for table in ("events", "sessions", "day_page_views", "day_visitors", "actions"):
        assert told(house, table) == {("Spring", "Door", "A3", link.code), ("plain", "", "", "")}, (
            table
        )
    assert told(house, "first_touches") >= {("Spring", "Door", "A3", link.code)}
    query = by_name.query(house.app.id, ("launches",), DAY)
    for name, value in (("placement", "Door"), ("material", "A3"), ("link", link.code)):
        only = replace(query, filters=((by_name.condition(name, "is", (value,)),),))
        found = answer(house.pipeline.engine, only, today=LATER, as_of=CREATED)
        assert found.rows[0][1:] == (1,), name


def test_parameters_of_the_link_fill_what_the_launch_did_not_say(house: House) -> None:
    link = made(house, query="source=poster&utm_source=a&utm_term=t")
    house.load([visit(link.code, source="said")])
    assert told(house, "events", "source, utm_source, utm_term") == {("said", "a", "t")}


def test_a_mistyped_code_anothers_and_one_that_nobody_made_name_nothing(
    house: House, new_app: Callable[..., House]
) -> None:
    link, other = made(house), new_app()
    theirs = made(other, campaign="Theirs")
    wrong = ALPHABET[(ALPHABET.index(link.code[0]) + 1) % 31] + link.code[1:]
    house.load([visit(text) for text in (wrong, theirs.code, new_code(), "'; DROP", "own code 7")])
    assert told(house, "events", "campaign, placement, material") == {("", "", "")}


def test_an_ended_link_still_counts(house: House) -> None:
    link = made(house)
    house.pipeline.records.links.end(house.app.id, link.code, now=now(), by=None)
    house.load([visit(link.code)])
    assert told(house, "events", "campaign") == {("Spring",)}
