"""The pages of an app.json: kept in place of those before; what is wrong is named with its place."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.records.app_pages import MOST_BYTES, AppPage, read
from minilens.records.store import Records

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SHOP: dict[str, Any] = {
    "pages": ["pages/home/index", "/pages/cart/index"],
    "subpackages": [{"root": "member/", "name": "m", "pages": ["level", "points/list"], "independent": True}],
    "subPackages": [{"root": "b", "pages": ["x"]}],
    "tabBar": {
        "list": [{"pagePath": page, "text": "首页"} for page in ("pages/home/index", "pages/cart/index")]
    },
    "window": {"navigationBarTitleText": "店"},
    "plugins": {},
}  # fmt: skip
KEPT = [
    AppPage("pages/home/index", "", "首页"), AppPage("pages/cart/index", "", "首页"),
    AppPage("member/level", "member"), AppPage("member/points/list", "member"), AppPage("b/x", "b"),
]  # fmt: skip


def text(given: Any) -> bytes:
    return json.dumps(given).encode()


def test_pages_subpackages_and_tabs() -> None:
    assert read(text(SHOP)) == KEPT
    assert read(b"\xef\xbb\xbf" + text(SHOP)) == KEPT  # as some editors write it
    assert read(text({"pages": ["a", "a"]})) == [AppPage("a")]


@pytest.mark.parametrize(
    ("given", "place", "reason"),
    [
        ([], "app.json", "must be an object"),
        ({}, "pages", "required"),
        ({"pages": []}, "pages", "required"),
        ({"pages": "a"}, "pages", "must be a list"),
        ({"pages": ["a", 1]}, "pages[1]", "must be text"),
        ({"pages": [None]}, "pages[0]", "required"),
        ({"pages": ["/"]}, "pages[0]", "required"),
        ({"pages": ["a?b=1"]}, "pages[0]", "a path has no ?"),
        ({"pages": ["x" * 256]}, "pages[0]", "255"),
        ({"pages": ["p"] + [f"p{n}" for n in range(2000)]}, "pages", "2000"),
        ({"pages": ["a"], "subpackages": {}}, "subpackages", "must be a list"),
        ({"pages": ["a"], "subPackages": [{"pages": ["b"]}]}, "subPackages[0].root", "required"),
        ({"pages": ["a"], "subpackages": [[]]}, "subpackages[0]", "must be an object"),
        ({"pages": ["a"], "tabBar": []}, "tabBar", "must be an object"),
        ({"pages": ["a"], "tabBar": {"list": [{}]}}, "tabBar.list[0].pagePath", "required"),
        ({"pages": ["a"], "tabBar": {"list": [{"pagePath": "b"}]}}, "tabBar.list[0].pagePath", "b is not among"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(given: Any, place: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read(text(given))
    assert refused.value.field == place
    assert reason in refused.value.message("en")
    assert refused.value.message("zh") != refused.value.message("en")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (b'{"pages": ["a",]}', "line 1, column 16"),
        (b'// pages\n{"pages": []}', "line 1, column 1"),
        (b"\xff", "not UTF-8"),
        (b"1" * 5000, "too long"),
        (b'{"pages": ["a"], "x": "' + b"x" * MOST_BYTES + b'"}', "exceeds the limit of 256 KB"),
    ],
)
def test_what_is_no_app_json(given: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read(given)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["pages", "root", "list", "pagePath", "text", "x"]), inner, max_size=3
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.fixed_dictionaries({"pages": JSON}, optional={"subpackages": JSON, "tabBar": JSON}))
def test_any_json_is_taken_or_refused_with_a_place(given: Any) -> None:
    found, wrong = None, None
    try:
        found = read(text(given))
    except Refused as refused:
        wrong = refused
    assert found or (wrong and wrong.field)


def test_they_are_kept_in_place_of_those_before(records: Records) -> None:
    app = records.apps.create("cafe", timezone="Asia/Shanghai", now=NOW).id
    other = records.apps.create("shop", timezone="Asia/Shanghai", now=NOW).id
    who = records.accounts.create("a@example.org", "Ann", now=NOW).id
    assert records.app_pages.find(app) is None
    records.app_pages.set(app, text({"pages": ["old"]}), now=NOW)
    records.app_pages.set(app, text(SHOP), now=NOW, by=who)
    with pytest.raises(Refused):
        records.app_pages.set(app, b"{}", now=NOW)
    found = records.app_pages.find(app)
    assert found
    assert (list(found.pages), found.changed, found.author) == (KEPT, NOW, "Ann")
    assert records.app_pages.find(other) is None
    assert [one.action for one in records.audit.entries(action="app.pages")] == ["app.pages"] * 2
