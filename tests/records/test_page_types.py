"""Patterns of pages by type: which one holds, what is refused, two people who change them at once."""

from __future__ import annotations

from typing import Any

import pytest

from minilens.errors import Refused
from minilens.period import now
from minilens.records.page_types import read
from minilens.records.store import Records
from minilens.reference.page_types import USUAL, in_order, type_of


@pytest.fixture
def app(records: Records) -> int:
    return records.apps.create("shop", timezone="Asia/Shanghai", now=now()).id


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("pages/index/index", "home"), ("pages/goods/detail", "product"), ("pages/goods/list", "category"),
        ("pages/goods", ""), ("pages/goods/a/b", "product"), ("pages/order/checkout", "checkout"),
        ("pages/order/7", "order"), ("", ""), ("my/pages/index/index", ""),
    ],
)  # fmt: skip
def test_the_pattern_with_the_most_letters_holds(page: str, kind: str) -> None:
    patterns = read(
        {
            "order": ["pages/order/*"], "product": ["pages/goods/*"], "category": ["/pages/goods/list.html"],
            "home": [" pages/index/index "], "checkout": ["*/checkout", "*order/checkout"],
        }
    )  # fmt: skip
    assert list(patterns) == ["home", "category", "product", "checkout", "order"]
    told = in_order((one, kind) for kind, some in patterns.items() for one in some)
    assert type_of(page, told) == kind


def test_what_is_often_called_so_is_lawful() -> None:
    assert read({kind: list(some) for kind, some in USUAL.items()}) == USUAL


@pytest.mark.parametrize(
    ("given", "place", "said"),
    [
        ([], "types", "must be an object"), ({"pdp": ["a"]}, "types.pdp", "pdp"),
        ({"home": "a"}, "types.home", "must be a list"), ({"home": [7]}, "types.home[0]", "must be text"),
        ({"home": ["**"]}, "types.home[0]", "needs more than *"), ({"home": ["a?b=1"]}, "types.home[0]", "no ?"),
        ({"home": ["a"], "cart": ["/a"]}, "types.cart[0]", "belongs to Home already"),
        ({"home": ["a" * 129]}, "types.home[0]", "128"), ({"cart": [f"a{n}" for n in range(21)]}, "types.cart", "20"),
    ],
)  # fmt: skip
def test_what_is_wrong_says_where(given: Any, place: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read(given, "types")
    assert refused.value.field == place
    assert said in refused.value.message("en")


def test_the_later_of_two_is_told(records: Records, app: int) -> None:
    rooms = records.page_types
    assert (rooms.of(app).patterns, rooms.of(app).revision) == ({}, 0)
    first = rooms.set(app, read({"home": ["a", "b", "a"]}), now=now(), revision=0)
    assert (first.patterns, first.revision, first.author) == ({"home": ("a", "b")}, 1, None)
    with pytest.raises(Refused, match="just changed"):
        rooms.set(app, read({"cart": ["c"]}), now=now(), revision=0)
    assert rooms.set(app, read({"home": ["a", "b"]}), now=now(), revision=1).revision == 1
    assert rooms.set(app, read({"cart": ["c"]}), now=now()).revision == 2
    assert rooms.of(app).in_order() == (("c", "cart"),)
