"""The worked examples: which rows an attempt takes, and how far persons get."""

from __future__ import annotations

import re

import numpy as np
import pytest

from minilens.measure.funnels.attempts import every
from minilens.measure.funnels.chosen import (
    first_entries,
    furthest,
    may_still,
    one_after_another,
)
from minilens.measure.funnels.rows import Order
from tests.measure.funnels.rows import FAR, Said, rows_of

MINUTE = 60_000


def story(
    text: str, steps: str, ends: dict[str, tuple[int, ...]] | None = None, of: str | None = None
) -> list[Said]:
    """`P1: v0 c10 p20. P2: …`: rows of persons; a capital letter behind the event is the held value, - none of it."""
    said: list[Said] = []
    for owner, line in enumerate(one for one in text.split(".") if one.strip()):
        for name, held, at in re.findall(r"([a-z]+)([A-Z-]?)(\d+)", line.split(":")[-1]):
            fits = tuple(n for n, step in enumerate(steps.split()) if name in step.split("|"))
            gaps = (ends or {}).get(name, ())
            kept = (None if held in ("", "-") else held) if of else ""
            said.append(Said(owner, int(at) * MINUTE, fits, gaps, kept))
    order = sorted(range(len(said)), key=lambda n: (said[n].owner, said[n].ts, n))
    return [said[n] for n in order]


def counts(
    some: list[Said], steps: int, window: int = FAR, order: Order = "ordered", **how: object
) -> list[int]:
    """Owners that get through each step."""
    rows = rows_of(some, window)
    made = every(rows, steps, order, how.get("within", ()))  # type: ignore[arg-type]
    if how.get("first"):
        made = first_entries(rows, made)
    counted = one_after_another(rows, made) if how.get("attempts") else furthest(rows, made)
    return [int((counted.level > n).sum()) for n in range(steps)]


ORDER = "P1: v0 c10 p20. P2: v0 p5 c10 share15. P3: c0 v5 p9. P4: v0 share3 c7 v9 p30. P5: c0"


@pytest.mark.parametrize(
    ("order", "found"), [("ordered", [4, 3, 2]), ("strict", [4, 1, 1]), ("any", [5, 4, 4])]
)
def test_1_order(order: Order, found: list[int]) -> None:
    assert counts(story(ORDER, "v c p"), 3, 60 * MINUTE, order) == found


def test_2_window_and_entry() -> None:
    w = 30 * MINUTE
    some = [
        Said(1, 0, (0,)), Said(1, w, (1,)),
        Said(2, 0, (0,)), Said(2, w + 1, (1,)),
        Said(3, 0, (0,)), Said(3, 20 * MINUTE, (0,)), Said(3, 45 * MINUTE, (1,)),
        Said(4, 0, (0,)), Said(4, w, (0,)), Said(4, 2 * w, (1,)),
    ]  # fmt: skip
    assert counts(some, 2, w) == [4, 3]
    assert counts(some, 2, w, first=True) == [4, 1]
    later = story("E: v0 c25 p31. F: v0 c25 v27 c28 p55", "v c p")
    assert counts(later, 3, w) == [2, 2, 1]
    assert counts(later, 3, FAR, within=(None, w, w)) == [2, 2, 2]


def test_3_the_same_event_three_times() -> None:
    some = story("A: s0. B: s0 s1. C: s0 s1 s2. D: s0 s1 s2 s3", "s s s")
    assert counts(some, 3) == [4, 3, 2]
    assert counts(some, 3, order="any") == [4, 3, 2]


def test_4_steps_that_overlap() -> None:
    text = "H1: detail0 p5. H2: home0 detail5 p9. H3: detail0 detail4 p8. H4: detail0 home2 p5"
    assert counts(story(text, "home|detail detail p"), 3) == [4, 2, 2]


def test_5_the_order_of_rows_decides_in_one_millisecond() -> None:
    some = [Said(1, 0, (1,)), Said(1, 0, (0,)), Said(2, 0, (0,)), Said(2, 0, (1,)), Said(3, 0, (0,)), Said(3, 0, (1,)),
            Said(4, 0, (1,)), Said(4, 0, (0,))]  # fmt: skip
    assert counts(some, 2) == [4, 2]
    thrice = [Said(1, 0, (0,)), Said(1, 5, (1, 2)), Said(1, 5, (1, 2))]
    assert counts(thrice, 3) == [1, 1, 1]


def test_6_an_excluded_event_ends_the_attempt() -> None:
    text = "X1: v0 c5 r7 p9. X2: v0 r3 c5 p9. X3: v0 c5 r7 v10 c12 p20. X4: v0 c5 r7 c9 p12"
    some = story(text, "v c p", {"r": (1,)})
    assert counts(some, 3, 60 * MINUTE) == [4, 4, 2]
    assert counts(some, 3, 60 * MINUTE, first=True) == [4, 4, 1]
    assert counts(story(text, "v c p"), 3, 60 * MINUTE) == [4, 4, 4]
    assert counts(some, 3, 60 * MINUTE, within=(None, 60 * MINUTE, None)) == [4, 4, 2]


def test_7_a_property_that_is_held() -> None:
    text = "Y1: vA0 vB2 cB4 pB6. Y2: vA0 cA4 pB6. Y3: v-0 cA4 pA6. Y4: vA0 c-2 cA4 pA6"
    some = story(text, "v c p", of="sku")
    assert counts(some, 3, 60 * MINUTE) == [3, 3, 2]
    assert counts(some, 3, 60 * MINUTE, first=True) == [3, 2, 1]
    assert counts(story(text, "v c p"), 3, 60 * MINUTE) == [4, 4, 4]


def test_rows_without_the_held_property_take_no_place() -> None:
    """However many they are: their places in the order of all rows stay empty."""
    first, last = [Said(2, 0, (0,)), Said(2, 0, (1,))], [Said(1, 1, (0,)), Said(1, 2, (1,))]
    some = [*first, *[Said(1, 0, held=None)] * 9, *last]
    assert counts(some, 2) == [2, 2]
    assert counts(some, 2, within=(None, 5)) == [2, 2]


def test_9_who_may_still_go_on() -> None:
    hour, window = 60 * MINUTE, 48 * 60 * MINUTE
    d1 = [Said(1, 10 * hour, (0,)), Said(1, 33 * hour, (1,))]
    d2 = [Said(2, 10 * hour, (0,)), Said(2, 60 * hour, (0,)), Said(2, 80 * hour, (1,))]
    d3, d4 = [Said(3, 68 * hour, (0,))], [Said(4, 32 * hour, (0,))]
    d5 = [Said(5, -hour, (0,), enters=False), Said(5, hour, (1,))]
    d6 = [Said(6, 71 * hour, (0,)), Said(6, 94 * hour, (1,))]
    rows = rows_of([*d1, *d2, *d3, *d4, *d5, *d6], window)
    made = every(rows, 2, "ordered")
    for first, through, still in [(False, 3, [3]), (True, 2, [3])]:
        some = first_entries(rows, made) if first else made
        counted = furthest(rows, some)
        assert (len(counted), int((counted.level == 2).sum())) == (5, through)
        assert counted.owner[may_still(some, counted, 96 * hour)].tolist() == still


def test_10_units() -> None:
    text = "U1: v0 p5 v10 p12 v100. U2: v0 p20. U3: v0 v2 v4 p6"
    some = story(text, "v p")
    assert counts(some, 2, 30 * MINUTE) == [3, 3]
    assert counts(some, 2, 30 * MINUTE, attempts=True) == [5, 4]
    sessions = "a: v0 p5 v10 p12. b: v100. c: v0. d: p20. e: v0 v2 v4 p6"
    assert counts(story(sessions, "v p"), 2, 30 * MINUTE) == [4, 2]


def test_an_entry_at_the_very_edge_is_meanwhile() -> None:
    assert counts(story("A: v0 v30 v31", "v p"), 2, 30 * MINUTE, attempts=True) == [2, 0]


def test_windows_of_steps_take_the_chain_that_gets_furthest() -> None:
    rows = rows_of(story("A: v0 c2 c9 p15", "v c p"))
    counted = furthest(rows, every(rows, 3, "ordered", (None, 10 * MINUTE, 10 * MINUTE)))
    assert rows.ts[counted.taken[0]].tolist() == [0, 9 * MINUTE, 15 * MINUTE]


def test_steps_in_one_second_all_count() -> None:
    """Onboard, view, view in one millisecond are three steps."""
    some = [Said(1, 0, (0,)), Said(1, 7, (1, 2)), Said(1, 7, (1, 2))]
    assert counts(some, 3) == [1, 1, 1]


def test_in_any_order_rows_move_to_other_steps_where_they_must() -> None:
    # the first row fits both steps, the second only the first of them
    some = [Said(1, 0, (0, 1)), Said(1, 1, (0,))]
    assert counts(some, 2, order="any") == [1, 1]


def test_nothing_at_all() -> None:
    every_order: tuple[Order, ...] = ("ordered", "strict", "any")
    for order in every_order:
        assert counts([], 3, order=order) == [0, 0, 0]
        assert counts([Said(1, 0)], 3, order=order) == [0, 0, 0]
    assert counts([Said(1, 0)], 2, within=(None, 5)) == [0, 0]
    assert np.array(counts([Said(1, 0, (0,), enters=False)], 2)).sum() == 0
