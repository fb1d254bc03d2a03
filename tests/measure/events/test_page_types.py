"""Events by the type of their page: the SQL says what the patterns say, and persons are once in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.events.of_app import with_page_types
from minilens.measure.events.operand import PageType
from minilens.measure.events.query import Condition, Conditions, Counted
from minilens.reference.page_types import PAGE_TYPES, in_order, type_of
from tests.examples import costly
from tests.measure.events.test_by_hand import DAY, answer, asked, figure
from tests.pipeline import Happening, House, at

Houses = Callable[..., House]
WORDS = st.sampled_from(["a", "b", "a_b", "%", "pages", "/", "*", "_", "é"])
PATTERNS = st.lists(
    st.tuples(
        st.lists(WORDS, min_size=1, max_size=4).map("".join).filter(lambda text: text.strip("*")),
        st.sampled_from(sorted(PAGE_TYPES)),
    ),
    max_size=6,
)
PAGES = st.lists(
    st.lists(WORDS.filter(lambda word: word != "*"), max_size=5).map("".join),
    min_size=1,
    max_size=8,
)


@costly(4, 200)
@given(st.lists(st.tuples(PATTERNS, PAGES), min_size=18, max_size=18))
def test_the_sql_says_what_the_patterns_say(
    new_app: Houses, told: list[tuple[list[tuple[str, str]], list[str]]]
) -> None:
    house = new_app()
    pages = list(dict.fromkeys(page for _, some in told for page in some))
    house.load([Happening(at(f"{DAY} 10:00") + n, page=page) for n, page in enumerate(pages)])
    house.build()
    for patterns, _ in told:
        ordered = in_order(patterns)
        query = replace(
            asked(
                house, figure("total"), events=(Counted("a", ("page_view",)),), groups=(PageType(),)
            ),
            top=10,
        )
        table = answer(house, with_page_types(query, partial(in_order, patterns)))
        expected: dict[str | None, int] = {}
        for page in pages:
            kind = type_of(page, ordered) or None
            expected[kind] = expected.get(kind, 0) + 1
        assert dict(table.rows) == expected  # type: ignore[arg-type]


def test_by_hand_with_conditions_built_and_not(house: House) -> None:
    patterns = in_order([("pages/goods/*", "product"), ("pages/cart", "cart")])
    story = [
        Happening(at(f"{DAY} 09:00"), device="a", page="pages/goods/1"),
        Happening(at(f"{DAY} 09:01"), device="a", page="pages/goods/2"),
        Happening(at(f"{DAY} 09:02"), device="b", page="pages/goods/1"),
        Happening(at(f"{DAY} 09:03"), device="b", page="pages/cart"),
        Happening(at(f"{DAY} 09:04"), device="c", page="pages/me"),
    ]
    house.load(story)
    views = Counted("a", ("page_view",))
    counted = (figure("total"), figure("persons"), figure("distinct", PageType()))

    def table(query_more: Conditions | None = None) -> list[tuple[object, ...]]:
        where = {"where": query_more} if query_more else {}
        query = asked(house, *counted, events=(views,), groups=(PageType(),), **where)
        return sorted(answer(house, with_page_types(query, lambda: patterns)).rows, key=str)

    for _ in range(2):
        assert table() == [("cart", 1, 1, 1), ("product", 3, 2, 1), (None, 1, 1, 0)]
        known = Conditions(True, (Condition(PageType(), "is_known"),))
        assert [row[0] for row in table(known)] == ["cart", "product"]
        no_cart = Conditions(True, (Condition(PageType(), "is_not", ("cart",)),))
        assert table(no_cart) == [("product", 3, 2, 1), (None, 1, 1, 0)]
        house.build()
    query = asked(house, *counted, events=(views,), groups=(PageType(),))
    assert answer(house, query).rows == ((None, 5, 3, 0),)
