"""The worked examples through the engine: before a build, after it, and where half came after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.query import Condition, Conditions
from minilens.measure.paths.query import Grouping, Node
from tests.measure.paths.asking import (
    DAY,
    MINUTE,
    STORY,
    answer,
    column,
    happened,
    last,
    page,
    paths,
)
from tests.pipeline import Happening, House, at, days

pytestmark = pytest.mark.side_by_side
HOME, LIST, DETAIL, CART = map(page, ("home", "list", "detail", "cart"))
END, BEGINNING, MAY_STILL, REST = "(end)", "(beginning)", "(may still)", "(rest)"


def in_every_state(house: House, story: list[Happening], check: Callable[[], None]) -> None:
    half = len(story) // 2
    house.load(story[:half])
    house.build()
    house.load(story[half:])
    check()
    house.build()
    check()


def test_the_example(house: House) -> None:
    def check() -> None:
        for who in ("sessions", "persons"):
            home = paths(house, HOME, counts=who)
            assert last(house, home) == {"list": 3, "detail": 1, END: 1}
            then = replace(home, chosen=(LIST,))
            assert last(house, then) == {"detail": 2, END: 1}
            assert last(house, replace(then, folded=False)) == {"detail": 1, "list": 1, END: 1}
            before = paths(house, DETAIL, direction="before", counts=who)
            assert last(house, before) == {"list": 2, "home": 1}
            assert last(house, replace(before, anchor=LIST)) == {"home": 2, BEGINNING: 1}

    in_every_state(house, happened(STORY), check)


def test_every_column_of_the_way(house: House) -> None:
    house.load(happened(STORY))
    table = answer(house, paths(house, HOME, LIST, DETAIL))
    found: object = table.rows
    assert found == (
        (0, "page", "home", 5, 1, 1, 1),
        (1, "page", "list", 3, 0.6, 0.6, 1), (1, "page", "detail", 1, 0.2, 0.2, 1), (1, "end", END, 1, 0.2, 0.2, None),
        (2, "page", "detail", 2, 2 / 3, 0.4, 1), (2, "end", END, 1, 1 / 3, 0.2, None),
        (3, "page", "cart", 1, 0.5, 0.2, 1), (3, "end", END, 1, 0.5, 0.2, None),
    )  # fmt: skip
    assert table.totals == (None, None, None, 5, None, None, None)
    assert [one.name for one in table.columns] == [
        "step", "kind", "node", "sessions", "share", "from_start", "nodes",
    ]  # fmt: skip


def test_paths_from_where_launches_begin(house: House) -> None:
    house.load(happened(STORY))
    table = answer(house, paths(house, None))
    assert table.rows[0] == (0, "beginning", BEGINNING, 5, 1, 1, 1)
    assert column(table, 1) == {"home": 4, "list": 1}
    assert last(house, paths(house, None, HOME)) == {"list": 2, "detail": 1, END: 1}


def test_others_are_kept_and_the_chosen_node_has_a_row(house: House) -> None:
    house.load(happened("A: home a. B: home a. C: home b. D: home c x. E: home d. F: home"))
    table = answer(house, paths(house, HOME, page("c"), top=1))
    assert [row[1:4] + row[6:] for row in table.rows if row[0] == 1] == [
        ("page", "a", 2, 1), ("page", "c", 1, 1), ("rest", REST, 2, 2), ("end", END, 1, None),
    ]  # fmt: skip
    assert column(table, 2) == {"x": 1}
    gone = answer(house, paths(house, HOME, page("never"), page("seen"), top=10))
    assert column(gone, 1) == {"a": 2, "b": 1, "c": 1, "d": 1, "never": 0, END: 1}
    assert column(gone, 2) == {"seen": 0}
    assert column(gone, 3) == {}


def test_an_app_without_events(house: House) -> None:
    assert answer(house, paths(house, HOME)).rows == ((0, "page", "home", 0, None, None, 1),)
    assert answer(house, paths(house, HOME, show="links")).rows == ()


def test_pages_and_events(house: House) -> None:
    house.load(happened("A: home list add pay. B: home add list add. C: list pay"))
    events = ("add_to_cart", "pay_success")
    add, pay = Node("event", 0), Node("event", 1)
    assert last(house, paths(house, add, events=events)) == {"pay_success": 1, "list": 1}
    assert last(house, paths(house, pay, direction="before", events=events)) == {
        "add_to_cart": 1, "list": 1,
    }  # fmt: skip
    assert last(house, paths(house, None, events=events, pages=False)) == {
        "add_to_cart": 2, "pay_success": 1,
    }  # fmt: skip
    only = paths(house, Node("event", 0), events=("add_to_cart",), pages=False)
    assert last(house, only) == {END: 2}


def test_pages_by_folder_pattern_and_type(house: House) -> None:
    pages = "A: pages/goods/list pages/goods/tea pages/cart/cart. B: pages/goods/tea pages/me"
    house.load(happened(pages))
    folders = paths(house, None, grouping=Grouping("folder"))
    assert last(house, folders) == {"pages/goods": 2}
    assert last(house, replace(folders, chosen=(page("pages/goods"),))) == {
        "pages/cart": 1, "pages": 1,
    }  # fmt: skip
    opened = replace(folders, grouping=Grouping("folder", opened=("pages/goods",)))
    assert last(house, opened) == {"pages/goods/list": 1, "pages/goods/tea": 1}
    fits = replace(folders, grouping=Grouping("page", patterns=("*/tea", "pages/goods/*")))
    assert last(house, fits) == {"*/tea": 1, "pages/goods/*": 1}
    types = Grouping("type", types=(("pages/goods/*", "product"), ("pages/cart/*", "cart")))
    of_type = replace(folders, grouping=types, chosen=(page("product"),))
    table = answer(house, of_type)
    assert column(table, 1) == {"product": 2}
    assert column(table, 2) == {"cart": 1, "(none)": 1}
    shown = table.columns[2].shown
    assert shown
    assert (shown("product", "en"), shown("(none)", "zh")) == ("Product", "（无类型）")


def test_links_of_the_same_answer(house: House) -> None:
    house.load(happened(STORY))
    table = answer(house, paths(house, HOME, show="links", steps=3))
    assert {(*row[:1], row[2], row[4], row[5]) for row in table.rows} == {
        (1, "home", "list", 3), (1, "home", "detail", 1), (1, "home", END, 1),
        (2, "list", "detail", 2), (2, "list", END, 1), (2, "detail", END, 1),
        (3, "detail", END, 1), (3, "detail", "cart", 1),
    }  # fmt: skip
    assert table.rows[3][:7] == (2, "page", "list", "page", "detail", 2, 2 / 3)
    then = answer(house, paths(house, HOME, LIST, show="links", steps=2))
    assert {row[2:6] for row in then.rows} == {
        ("home", "page", "list", 3), ("list", "page", "detail", 2), ("list", "end", END, 1),
    }  # fmt: skip
    few = answer(house, paths(house, HOME, show="links", steps=2, top=1))
    assert {(row[2], row[4], row[5]) for row in few.rows} == {
        ("home", "list", 3), ("home", REST, 1), ("home", END, 1), ("list", "detail", 2), ("list", END, 1),
        (REST, END, 1),
    }  # fmt: skip


def one(who: str, name: str, when: str, session: str = "") -> Happening:
    return Happening(at(when), device=who, session=session or f"{who}1", page=name)


def test_the_gap_between_what_a_person_does(house: House) -> None:
    house.load([
        one("A", "home", f"{DAY} 10:00"), one("A", "list", f"{DAY} 10:30", "A2"),
        one("B", "home", f"{DAY} 10:00"), one("B", "list", f"{DAY} 10:31", "B2"),
    ])  # fmt: skip
    asked = paths(house, HOME, counts="persons", gap=30 * MINUTE)
    assert last(house, asked) == {"list": 1, END: 1}
    assert last(house, replace(asked, gap=31 * MINUTE)) == {"list": 2}
    assert last(house, replace(asked, counts="sessions")) == {END: 2}


def test_the_range_is_that_of_the_anchor(house: House) -> None:
    house.load([
        one("A", "home", f"{DAY} 23:59"), one("A", "list", "2026-11-20 00:01"),
        one("B", "home", "2026-11-18 23:59"), one("B", "list", f"{DAY} 00:01"), one("B", "home", f"{DAY} 00:02"),
    ])  # fmt: skip
    of_launches = paths(house, HOME)
    assert last(house, of_launches) == {"list": 1}  # B's launch had its first the day before
    persons = paths(house, HOME, counts="persons")
    assert last(house, persons) == {"list": 1, END: 1}
    assert last(house, paths(house, None, counts="persons")) == {
        "home": 1
    }  # B's began the day before
    before = paths(house, LIST, direction="before", range=days("2026-11-20", "2026-11-20"))
    assert last(house, before) == {"home": 1}
    assert last(house, replace(before, counts="persons")) == {"home": 1}


def test_what_may_still_go_on(house: House) -> None:
    house.load([one("A", "home", f"{DAY} 10:00"), one("B", "home", f"{DAY} 10:20")])
    moment = datetime(2026, 11, 19, 2, 40, tzinfo=UTC)  # 10:40 in Shanghai
    for who in ("sessions", "persons"):
        asked = paths(house, HOME, counts=who)
        assert last(house, asked, as_of=moment) == {END: 1, MAY_STILL: 1}
        assert last(house, replace(asked, direction="before"), as_of=moment) == {BEGINNING: 2}


def test_conditions_hold_for_every_row(house: House) -> None:
    house.load([
        replace(h, province="北京" if h.page != "list" else "上海") for h in happened(STORY)
    ])  # fmt: skip
    where = Conditions(True, (Condition(DIMENSIONS["province"], "is", ("北京",)),))
    assert last(house, paths(house, HOME, where=where)) == {"detail": 3, END: 2}
