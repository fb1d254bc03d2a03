"""Situations that paths of other products are tried with: what we answer, by the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ask.stories import Case

#: Launches over pages, a minute apart.
PAGES = """
a: v@1m{page=one} v@2m{page=two} v@4m{page=three} v@7m{page=four}
b: v@1m{page=one} v@3m{page=two} v@7m{page=three}
c: v@1m{page=two} v@2m{page=one} v@3m{page=two}
"""
#: From one page to three.
MANY = """
a: v@1m{page=x} v@2m{page=one}
b: v@1m{page=x} v@2m{page=one}
c: v@1m{page=x} v@2m{page=two}
d: v@1m{page=x} v@2m{page=three}
"""
LINKS = ("step", "from", "node", "sessions")
NODES = ("step", "node", "sessions")


def paths(**more: Any) -> dict[str, Any]:
    """Columns of one node after the other, of the first day."""
    return {"kind": "paths"} | more


def page(name: str) -> dict[str, str]:
    return {"page": name}


CASES: dict[str, Case] = {
    "what opens a launch": Case(PAGES, paths(), NODES, [(0, "(beginning)", 3), (1, "one", 2), (1, "two", 1)]),
    "links from one to the next": Case(
        PAGES, paths(show="links", steps=2), LINKS,
        [(1, "(beginning)", "one", 2), (1, "(beginning)", "two", 1), (2, "one", "two", 2), (2, "two", "one", 1)],
    ),
    "what follows a page": Case(
        PAGES, paths(anchor=page("two")), NODES, [(0, "two", 3), (1, "three", 2), (1, "one", 1)],
    ),
    "what came before a page": Case(
        PAGES, paths(anchor=page("three"), direction="before", chosen=[page("two")]), NODES,
        [(0, "three", 2), (1, "two", 2), (2, "one", 2)],
    ),
    "a chosen way": Case(
        PAGES, paths(anchor=page("one"), chosen=[page("two"), page("three")]), NODES,
        [(0, "one", 3), (1, "two", 3), (2, "three", 2), (2, "(end)", 1), (3, "four", 1), (3, "(end)", 1)],
    ),
    "a pattern is no regular expression": Case(
        "a: v@1m{page=aaa!} v@2m{page=goods/x/detail} v@3m{page=cart}",
        paths(show="links", steps=3, patterns=["(a+)+", "a.*", "goods/*/detail"]), LINKS,
        [(1, "(beginning)", "aaa!", 1), (2, "aaa!", "goods/*/detail", 1), (3, "goods/*/detail", "cart", 1)],
    ),
    "where people stop": Case(
        "a: s@1m p@2m\nb: s@1m p@2m b@3m\nc: s@1m p@2m b@3m o@4m",
        paths(pages="none", show="links", steps=4, events=[{"event": one} for one in (
            "add_favorite", "add_to_cart", "pay_success", "share",
        )]), LINKS,
        [(1, "(beginning)", "add_favorite", 3), (2, "add_favorite", "add_to_cart", 3),
         (3, "add_to_cart", "pay_success", 2), (3, "add_to_cart", "(end)", 1), (4, "pay_success", "(end)", 1),
         (4, "pay_success", "share", 1)],
    ),
    "between two steps of a funnel": Case(
        "a: s@0 v@1m{page=one} v@2m{page=two} p@3m\nb: s@0 v@1m{page=one} v@2m{page=two}\nc: v@0{page=one} p@1m",
        paths(show="links", steps=4, counts="persons", anchor={"event": "add_favorite"}, end={"event": "add_to_cart"}),
        ("step", "from", "node", "persons"),
        [(1, "add_favorite", "one", 1), (2, "one", "two", 1), (3, "two", "add_to_cart", 1),
         (4, "add_to_cart", "(end)", 1)],
    ),
    "pages by a pattern": Case(
        "a: v@1m{page=goods/1} v@2m{page=goods/2} v@3m{page=cart}\nb: v@1m{page=goods/3} v@2m{page=cart}",
        paths(patterns=["goods/*"]), NODES, [(0, "(beginning)", 2), (1, "goods/*", 2)],
    ),
    "links say how long it took": Case(
        PAGES, paths(show="links", anchor=page("one"), steps=2), ("step", "from", "node", "sessions", "mean_time"),
        [(1, "one", "two", 3, 80), (2, "two", "three", 2, 180), (2, "two", "(end)", 1, None)],
    ),
    "from a page to another": Case(
        PAGES, paths(show="links", anchor=page("one"), end=page("three"), steps=4), LINKS,
        [(1, "one", "two", 2), (2, "two", "three", 2), (3, "three", "(end)", 2)],
    ),
    "from anywhere to a page": Case(
        PAGES, paths(end=page("one")), NODES, [(0, "(beginning)", 3), (1, "one", 2), (1, "two", 1)],
    ),
    "up to a page and no further": Case(
        PAGES, paths(anchor=page("one"), end=page("three"), chosen=[page("two"), page("three")]), NODES,
        [(0, "one", 2), (1, "two", 2), (2, "three", 2), (3, "(end)", 2)],
    ),
    "pages that are left out": Case(
        PAGES, paths(anchor=page("one"), excluded=["two"], chosen=[page("three")]), NODES,
        [(0, "one", 3), (1, "three", 2), (1, "(end)", 1), (2, "four", 1), (2, "(end)", 1)],
    ),
    "links of enough paths": Case(
        PAGES, paths(show="links", steps=3, least=2), LINKS,
        [(1, "(beginning)", "one", 2), (2, "one", "two", 2), (3, "two", "three", 2)],
    ),
    "links of not too many paths": Case(
        PAGES, paths(show="links", steps=2, most=1), LINKS, [(1, "(beginning)", "two", 1), (2, "two", "one", 1)],
    ),
    "the largest links": Case(
        PAGES, paths(show="links", steps=2, links=2), LINKS, [(1, "(beginning)", "one", 2), (2, "one", "two", 2)],
    ),
    "a page twice in a row is one": Case(
        "a: v@1m{page=one} v@2m{page=one} v@3m{page=two}", paths(anchor=page("one")), NODES,
        [(0, "one", 1), (1, "two", 1)],
    ),
    "a page twice in a row is two": Case(
        "a: v@1m{page=one} v@2m{page=one} v@3m{page=two}", paths(anchor=page("one"), repeats="kept"), NODES,
        [(0, "one", 1), (1, "one", 1)],
    ),
    "events alone": Case(
        "a: s@1m v@2m p@3m b@4m\nb: s@1m p@2m",
        paths(pages="none", events=[{"event": "add_to_cart"}, {"event": "pay_success"}],
              anchor={"event": "add_favorite"}),
        NODES, [(0, "add_favorite", 2), (1, "add_to_cart", 2)],
    ),
    "a person's way ends with a gap": Case(
        "a: v@1m{page=one}#1 v@11m{page=two}#2 v@3h{page=three}#3",
        paths(counts="persons", anchor=page("one"), chosen=[page("two")], gap="30m"),
        ("step", "node", "persons"), [(0, "one", 1), (1, "two", 1), (2, "(end)", 1)],
    ),
    "the rest of a column is one row": Case(
        MANY,
        paths(anchor=page("x"), top=1), ("step", "node", "sessions", "nodes"),
        [(0, "x", 4, 1), (1, "one", 2, 1), (1, "(rest)", 2, 2)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_situation(ask: Any, name: str) -> None:
    case = CASES[name]
    assert case.read(ask(name)) == case.rows
