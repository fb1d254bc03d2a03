"""Before a virtual event is saved: what it would count, and what is odd about it; counted by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from minilens.load.merges import merge
from minilens.measure.virtual.preview import Asked, OfCondition, Preview, preview
from minilens.measure.virtual.warnings import warnings
from minilens.records.virtual_content import Meaning, read
from tests.pipeline import Happening, House, at

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PHONE = ("wechat-unionid", "u1")


def tap(
    when: str, handler: str = "onBuy", device: str = "a", page: str = "pages/tea", **more: Any
) -> Happening:
    props = {"handler": handler, "element": "buy", "data": {"sku": "7"}, "phone": "13700001234"}
    return Happening(at(when), "click", device=device, page=page, props=json.dumps(props), **more)


def of(*conditions: dict[str, Any]) -> Meaning:
    return read({"conditions": [{"event": "click", **one} for one in conditions]})


BUY = of({"element": {"handler": "onBuy"}})


def look(house: House, meaning: Meaning, **others: Meaning) -> Preview:
    return preview(house.pipeline.engine, Asked(house.app.id, meaning, others, TODAY, NOW))


def test_what_it_would_count(house: House) -> None:
    house.load(
        [
            tap("2026-03-10 10:00"), tap("2026-03-10 11:00", device="b"), tap("2026-03-04 00:10"),
            tap("2026-03-03 23:50"), tap("2026-03-09 10:00", "onShare"), tap("2026-03-09 11:00", traffic="trial"),
            tap("2026-03-08 10:00", page="pages/cup", device="c"),
            Happening(at("2026-03-09 10:00"), page="pages/tea", device="a"),
        ]
    )  # fmt: skip
    seen = look(house, BUY, all_taps=of({}), shares=of({"element": {"handler": "onShare"}}))
    assert seen.days == tuple(
        (date(2026, 3, day), n)
        for day, n in ((4, 1), (5, 0), (6, 0), (7, 0), (8, 1), (9, 0), (10, 2))
    )
    assert (seen.matches, seen.persons, seen.shared, seen.visits) == (4, 3, {"all_taps": 4}, 1)
    assert [one.at.hour for one in seen.samples] == [3, 2, 2, 16]
    assert "13700001234" not in str(seen.samples)
    assert "onBuy" in seen.samples[0].text
    two = look(house, of({"pages": "exact", "page": "pages/cup"}, {"element": {"id": "nothing"}}))
    moment = datetime(2026, 3, 8, 2, tzinfo=UTC)
    assert two.conditions == (OfCondition(1, moment, moment), OfCondition(0, None, None))
    assert two.visits == 1  # the second is of any page


def test_persons_are_those_of_now(house: House) -> None:
    house.load([tap("2026-03-10 10:00"), tap("2026-03-10 11:00", device="b")])
    assert look(house, BUY).persons == 2
    pipeline, app = house.pipeline, house.app.id
    one, other = house.person("device", "a"), house.person("device", "b")
    merge(pipeline.engine, pipeline.pending, pipeline.counter, app, gone=other, into=one)
    assert look(house, BUY).persons == 1


def test_every_tap_of_a_page(house: House) -> None:
    some = [replace(tap("2026-03-10 10:00"), ts=at("2026-03-10 10:00") + n) for n in range(20)]
    house.load([*some, *(tap("2026-03-10 10:00", page="pages/few") for _ in range(5))])
    assert look(house, BUY).every_tap == ("pages/tea",)
    house.load([tap("2026-03-10 11:00", "other")])
    assert look(house, BUY).every_tap == ()


SEEN = Preview(
    ((TODAY, 100),), 9, (), {"near": 90, "far": 89}, (OfCondition(100, NOW, NOW),), 5, ("pages/tea",)
)  # fmt: skip


@pytest.mark.parametrize(
    ("meaning", "seen", "expected"),
    [
        (BUY, replace(SEEN, days=((TODAY, 0),), shared={}, every_tap=()), ["nothing"]),
        (BUY, replace(SEEN, shared={}, every_tap=()), []),
        (BUY, SEEN, ["shared near", "every_tap pages/tea"]),
        (BUY, replace(SEEN, shared={}, every_tap=(), conditions=(OfCondition(1, NOW, NOW - timedelta(hours=73)),)),
         ["silent"]),
        (BUY, replace(SEEN, shared={}, every_tap=(), visits=0,
                      conditions=(OfCondition(1, NOW, NOW - timedelta(hours=73)),)), []),
        (of({"element": {"id": "near"}}), SEEN, ["same near", "every_tap pages/tea"]),
        (of({"element": {"handler": "eh", "id": "12345", "class": "a1b2c3d4e5", "data.sku": "12345"}}),
         replace(SEEN, shared={}, every_tap=()), ["generated eh", "generated 12345", "generated a1b2c3d4e5"]),
    ],
)  # fmt: skip
def test_what_is_odd_is_told(meaning: Meaning, seen: Preview, expected: list[str]) -> None:
    others = {"near": of({"element": {"id": "near"}}), "far": of({"element": {"id": "far"}})}
    found = warnings(meaning, others, seen, NOW)
    assert [f"{one.code} {one.of}".strip() for one in found] == expected
    assert all(one.text.zh and one.text.en and "{" not in one.text.en for one in found)
