"""A virtual event: its SQL counts what its meaning says, over events and over what builds keep of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.measure.virtual.sql import Bound, condition, names
from minilens.records.virtual_content import (
    COLUMNS,
    Meaning,
    base_events,
    check_nesting,
    matches,
    read,
    unpacked,
)
from tests.examples import costly
from tests.pipeline import Happening, House, at

NOON = at("2026-03-02 12:00")
PAGES = ["pages/menu", "pages/menu/tea", "pages/menus", ""]
NAMES = ["click", "page_view", "share"]
VALUES = [None, "", "5", 5, 5.5, 0, True, False, "true", "a b", "杯", "199.00", "x5", -3, [5], {"k": "5"}]  # fmt: skip
TEXTS = ["5", "true", "a", "杯", "199.00", "x", "5.5", "-3", "b c"]
NUMBERS = ["5", "0", "5.5", "-3", "199"]


def props() -> st.SearchStrategy[dict[str, Any]]:
    value = st.sampled_from(VALUES)
    inner = st.dictionaries(st.sampled_from(["sku", "n"]), value, max_size=2)
    return st.fixed_dictionaries(
        {}, optional={"handler": value, "element": value, "class": value, "cups": value, "data": inner}
    )  # fmt: skip


EVENTS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(NAMES), "page": st.sampled_from(PAGES), "scene": st.sampled_from([0, 1001, 1047]),
        "city": st.sampled_from(["", "杭州"]), "props": props(),
    }
)  # fmt: skip
FIELDS = ["props.cups", "props.data.n", "props.handler", "page", "scene", "city", "target_name"]
FILTERS = st.one_of(
    st.builds(
        lambda f, o, v: {"field": f, "operator": o, "values": v},
        st.sampled_from(FIELDS),
        st.sampled_from(["is", "is_not", "contains", "contains_not", "starts_with"]),
        st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2),
    ),
    st.builds(
        lambda f, o: {"field": f, "operator": o},
        st.sampled_from(FIELDS),
        st.sampled_from(["is_known", "is_unknown"]),
    ),
    st.builds(
        lambda f, o, v: {"field": f, "operator": o, "values": [v]},
        st.sampled_from(FIELDS),
        st.sampled_from(["eq", "gt", "gte", "lt", "lte"]),
        st.sampled_from(NUMBERS),
    ),
)
KEYS = st.dictionaries(
    st.sampled_from(["handler", "id", "class", "data.sku"]),
    st.sampled_from(["5", "true", "a", "杯"]),
    max_size=1,
)


def conditions(events: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    page = st.sampled_from(
        [
            {},
            {"pages": "exact", "page": "pages/menu"},
            {"pages": "folder", "page": "pages/menu"},
        ]
    )
    return st.builds(
        lambda e, p, k, f: {"event": e, **p, "element": k, "filters": f},
        st.sampled_from(events),
        page,
        KEYS,
        st.lists(FILTERS, max_size=2),
    )


def meanings(events: list[str]) -> st.SearchStrategy[Meaning]:
    return st.lists(conditions(events), min_size=1, max_size=3).map(
        lambda some: read({"conditions": some})
    )


@costly(3, 100)
@given(
    st.lists(EVENTS, min_size=1, max_size=25),
    st.lists(st.tuples(meanings(NAMES), meanings([*NAMES, "inner"])), min_size=6, max_size=6),
)
def test_it_counts_what_its_meaning_says(
    new_app: Any, events: list[dict[str, Any]], pairs: list[tuple[Meaning, Meaning]]
) -> None:
    house = new_app()
    house.load(
        [
            Happening(
                NOON + n, one["name"], device=f"d{n}", page=one["page"], scene=one["scene"], city=one["city"],
                props=json.dumps(one["props"]), session=f"s{n}",
            )
            for n, one in enumerate(events)
        ]
    )  # fmt: skip
    house.build()
    for inner, outer in pairs:
        others = {"inner": inner}
        expected = [n for n, one in enumerate(events) if matches(outer, one, others)]
        for table in ("events", "actions"):
            bind = Bound()
            found = house.rows(
                f"SELECT toUnixTimestamp64Milli(ts) - {NOON} FROM {table} WHERE app = {{app:UInt32}} "
                f"AND {names(outer, others, bind)} AND {condition(outer, others, bind)} ORDER BY ts",
                **bind.values,
            )
            assert [n for (n,) in found] == expected, (table, outer)
        assert unpacked(outer.packed()) == outer


def one(event: str = "click", **more: Any) -> Meaning:
    return read({"conditions": [{"event": event, **more}]})


TAP = {
    "name": "click", "page": "pages/menu/tea", "scene": 1047, "city": "",
    "props": {"handler": "onBuy", "element": "buy", "class": "btn tea", "data": {"sku": 7}, "mark": {"zone": "top"}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("meaning", "expected"),
    [
        (one(), True),
        (one("share"), False),
        (one(pages="exact", page="/pages/menu/tea"), True),
        (one(pages="exact", page="pages/menu"), False),
        (one(pages="folder", page="pages/menu/"), True),
        (one(pages="folder", page="pages/men"), False),
        (one(element={"handler": "onBuy", "id": "buy", "class": "tea", "data.sku": "7", "mark.zone": "top"}), True),
        (one(element={"class": "te"}), False),
        (one(element={"data.other": "7"}), False),
        (one(filters=[{"field": "scene", "operator": "gt", "values": ["1046"]}]), True),
        (one(filters=[{"field": "city", "operator": "is_not", "values": ["杭州"]}]), True),
        (one(filters=[{"field": "city", "operator": "is_known"}]), False),
        (read({"conditions": [{"event": "share"}, {"event": "click"}]}), True),
    ],
)  # fmt: skip
def test_by_hand(meaning: Meaning, expected: bool) -> None:  # noqa: FBT001
    assert matches(meaning, TAP, {}) is expected


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "conditions"),
        ({"conditions": []}, "conditions"),
        ({"conditions": [{"event": "Tap"}]}, "conditions[0].event"),
        ({"conditions": [{"event": "click", "pages": "exact"}]}, "conditions[0].page"),
        ({"conditions": [{"event": "click", "pages": "near"}]}, "conditions[0].pages"),
        ({"conditions": [{"event": "click", "element": {"color": "x"}}]}, "conditions[0].element.color"),
        ({"conditions": [{"event": "click", "element": {"id": 5}}]}, "conditions[0].element.id"),
        ({"conditions": [{"event": "click", "filters": [{"field": "cups", "operator": "is", "values": ["1"]}]}]},
         "conditions[0].filters[0].field"),
        ({"conditions": [{"event": "click", "filters": [{"field": "scene", "operator": "gt", "values": ["x"]}]}]},
         "conditions[0].filters[0].values[0]"),
        ({"conditions": [{"event": "click", "filters": [{"field": "scene", "operator": "is"}]}]},
         "conditions[0].filters[0].values"),
        ({"conditions": [{"event": "click", "x": 1}]}, "conditions[0].x"),
        ({"conditions": ["click"]}, "conditions[0]"),
        ([], ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(given: Any, field: str) -> None:
    with pytest.raises(Refused) as refused:
        read(given)
    assert refused.value.field == field


def test_one_level_and_no_circle() -> None:
    plain, outer = one(), one("plain")
    others = {"plain": plain, "outer": outer}
    check_nesting("new", one("plain"), others)
    assert base_events(one("plain"), others) == ("click",)
    for name, meaning in (
        ("new", one("new")),
        ("new", one("outer")),
        ("plain", one("outer")),
        ("plain", one("plain")),
    ):
        with pytest.raises(Refused):
            check_nesting(name, meaning, others)
    with pytest.raises(Refused):  # it would be the second level of `outer`
        check_nesting("plain", one("third"), {**others, "third": plain})


def test_columns_are_those_of_both_tables(house: House) -> None:
    for table in ("events", "actions"):
        sql = f"SELECT name FROM system.columns WHERE database = currentDatabase() AND table = '{table}'"
        assert {*COLUMNS, "name", "props"} <= {row[0] for row in house.pipeline.engine.rows(sql)}
