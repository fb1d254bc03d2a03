"""Samples of fields: by hand, against a count by brute force, and asked of a warehouse."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.field_samples import FieldSample, sampled

USERS = {"price": ("tea", "cake"), "size": ("cake",), "note": ("bread",)}


def test_by_hand() -> None:
    rows: list[Any] = [
        ("tea", 10, {"price": 5}), ("tea", 30, {"price": "5"}), ("tea", 20, {"price": 7.5, "size": 1}),
        ("tea", 40, {}), ("cake", 50, {"price": None, "size": True}), ("cake", 5, {"price": "x" * 99}),
    ]  # fmt: skip
    assert sampled(rows, USERS) == {
        "price": FieldSample(30, 4, 6, ("5", "7.5", "x" * 60 + "…")),
        "size": FieldSample(50, 1, 2, ("true",)),  # tea has none by definition
    }


VALUES = st.none() | st.integers(0, 3) | st.sampled_from(["a", "", "3"])
EVENTS = st.tuples(
    st.sampled_from(["tea", "cake", "bread", "other"]),
    st.integers(0, 10**6),
    st.dictionaries(st.sampled_from(["price", "size", "note"]), VALUES),
)


@given(rows=st.lists(EVENTS, unique_by=lambda row: row[1], max_size=20))
def test_against_a_count_field_by_field(rows: list[Any]) -> None:
    found = sampled(rows, USERS)
    for field, events in USERS.items():
        looked = filled = last = 0
        values: dict[str, int] = {}
        for name, at, props in rows:
            looked += name in events
            if name in events and props.get(field) is not None:
                filled, last = filled + 1, max(last, at)
                values[str(props[field])] = max(at, values.get(str(props[field]), 0))
        newest = tuple(sorted(values, key=lambda value: -values[value]))[:3]
        assert found.get(field) == (FieldSample(last, filled, looked, newest) if looked else None)
