"""What pages of a shop are: home, category, product, cart, checkout, order; an app says by patterns which are which.

    pages/cart/cart         this page
    pages/goods/*           every page whose path begins so: `*` stands for any letters, none as well

Of several patterns that a path fits, the one with the most letters holds: it says the most. A path that fits none
is of no type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from minilens.text import Text

PAGE_TYPES: dict[str, Text] = {
    "home": Text("首页", "Home"),
    "category": Text("分类页", "Category"),
    "product": Text("商品页", "Product"),
    "cart": Text("购物车", "Cart"),
    "checkout": Text("结算页", "Checkout"),
    "order": Text("订单页", "Order"),
}
#: What such pages are often called: offered where nothing was said yet, and no more than that.
USUAL: dict[str, tuple[str, ...]] = {
    "home": ("pages/index/*", "pages/home/*"),
    "category": ("*category*", "*/list/*", "*/classify/*"),
    "product": ("*product*", "*goods*", "*/detail/*"),
    "cart": ("*cart*",),
    "checkout": ("*checkout*", "*/confirm/*", "*settle*"),
    "order": ("*/order/*", "*/orders/*"),
}
#: A pattern, and the type of what fits it.
Pattern = tuple[str, str]


def in_order(patterns: Iterable[Pattern]) -> tuple[Pattern, ...]:
    """As they are tried: those with the most letters first; of as many the plain path, then by type."""
    places = {name: place for place, name in enumerate(PAGE_TYPES)}
    return tuple(
        sorted(
            dict.fromkeys(patterns),
            key=lambda one: (
                one[0].count("*") - len(one[0]),
                "*" in one[0],
                places[one[1]],
                one[0],
            ),
        )
    )


def type_of(page: str, patterns: Iterable[Pattern]) -> str:
    """The type of a page by patterns in order; '' where none fits. What SQL must agree with."""
    return next((kind for pattern, kind in patterns if fits(page, pattern)), "")


def fits(page: str, pattern: str) -> bool:
    """Whether a path fits a pattern, as a whole."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), page, re.DOTALL) is not None


def like(pattern: str) -> str:
    """The same pattern as LIKE has it."""
    return re.sub(r"([\\%_])", r"\\\1", pattern).replace("*", "%")
