"""Where a page is looked at: every size in every language and theme; before landing, a part of these."""

from __future__ import annotations

from itertools import product

import pytest

#: Each pair of size, language and theme once.
PAIRS = {
    ("desk", "zh", "light"),
    ("desk", "en", "dark"),
    ("phone", "zh", "dark"),
    ("phone", "en", "light"),
}
#: Each size and theme once: for what takes seconds at each look and hardly reads the words.
ENDS = {("desk", "zh", "light"), ("phone", "zh", "dark")}


def _looks(before_landing: set[tuple[str, str, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("size", "language", "theme"),
        [
            pytest.param(
                *where,
                id="-".join(where),
                marks=() if where in before_landing else pytest.mark.long,
            )
            for where in product(("desk", "phone"), ("zh", "en"), ("light", "dark"))
        ],
    )


everywhere = _looks(PAIRS)
at_both_ends = _looks(ENDS)
