"""Where a page is looked at: every size in every language and theme; before landing, each pair of them once."""

from __future__ import annotations

from itertools import product

import pytest

BEFORE_LANDING = {
    ("desk", "zh", "light"),
    ("desk", "en", "dark"),
    ("phone", "zh", "dark"),
    ("phone", "en", "light"),
}

everywhere = pytest.mark.parametrize(
    ("size", "language", "theme"),
    [
        pytest.param(
            *where, id="-".join(where), marks=() if where in BEFORE_LANDING else pytest.mark.long
        )
        for where in product(("desk", "phone"), ("zh", "en"), ("light", "dark"))
    ],
)
