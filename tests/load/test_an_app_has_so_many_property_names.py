"""An app has so many property names at most: what comes after them is left out and said, and every event counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest

from minilens.load.pipeline import Pipeline
from minilens.load.property_names import PropertyNames
from minilens.serve.wiring import notices
from minilens.spool.record import encode
from minilens.spool.writer import frame
from minilens.web.console import Notice
from tests.pipeline import Happening, House, at

MORNING = at("2026-03-02 09:00")


@pytest.fixture
def four(pipeline: Pipeline) -> Iterator[PropertyNames]:
    """Four names an app."""
    names = pipeline.loader.names
    before, names.most = names.most, 4
    yield names
    names.most = before


def receive(house: House, *properties: Mapping[str, object]) -> None:
    """One request with an event for each."""
    some = [Happening(MORNING + n * 1000, device="d", session="s") for n in range(len(properties))]
    (batch,) = house.batches(some)
    for event, props in zip(batch.events, properties, strict=True):
        event.props = json.dumps(props)
    house.writer.write(frame(encode(batch)))
    house.pipeline.loader.drain()


def stored(house: House) -> list[object]:
    """The properties of the app's events, as they came one after another."""
    rows = house.rows(
        "SELECT toJSONString(props) FROM events WHERE app = {app:UInt32} ORDER BY load, record, i"
    )
    return [json.loads(str(text)) for (text,) in rows]


def left_out(house: House) -> list[tuple[object, ...]]:
    return house.rows(
        "SELECT events, example FROM left_out_properties WHERE app = {app:UInt32} ORDER BY at"
    )


@pytest.mark.usefixtures("four")
def test_the_names_that_were_there_first_stay(house: House) -> None:
    receive(house, {"a": 1, "b": "x"}, {"a": 2})
    receive(house, {"a": 3, "c": True}, {"d": 1.5}, {"a": 4})
    assert left_out(house) == []
    receive(house, {"a": 5, "e": 1}, {"f": [1, 2], "d": 7.0}, {"b": "y"}, {"z": 0})
    assert stored(house) == [
        {"a": 1, "b": "x"}, {"a": 2}, {"a": 3, "c": True}, {"d": 1.5}, {"a": 4},
        {"a": 5}, {"d": 7.0}, {"b": "y"}, {},
    ]  # fmt: skip
    ((events, example),) = left_out(house)
    assert events == 3
    assert example in ("e", "f", "z")


@pytest.mark.usefixtures("four")
def test_of_one_chunk_the_frequent_names_stay(house: House) -> None:
    receive(house, *({"a": n, "b": n, f"k{n}": n} for n in range(9)))
    names = {name for props in stored(house) for name in props}  # type: ignore[attr-defined]
    assert {"a", "b"} < names
    assert len(names) == 4
    assert left_out(house) == [(7, "k2")]


@pytest.mark.usefixtures("four")
def test_names_inside_an_object_are_names(house: House) -> None:
    receive(house, {"cart": {"items": 2, "more": {"deep": 1}}})
    receive(house, {"cart": {"items": 3, "more": {"deep": 2}}}, {"cart": {"items": 4, "x": 1}})
    assert stored(house) == [
        {"cart": {"items": 2, "more": {"deep": 1}}}, {"cart": {"items": 3, "more": {"deep": 2}}}, {},
    ]  # fmt: skip
    assert left_out(house) == [(1, "cart.x")]


@pytest.mark.usefixtures("four")
def test_odd_names_are_names(house: House) -> None:
    odd = {'a"b': 1, "c.d": 2, "e f": 3, "价格": 4}
    receive(house, odd)
    receive(house, {**odd, "more": 5})
    assert stored(house) == [odd, odd]


@pytest.mark.usefixtures("four")
def test_what_does_not_count_takes_no_name(house: House) -> None:
    some = [Happening(MORNING, device="d", session="s")]
    (batch,) = house.batches(some)
    for props in ({"a": 1, "b": 2, "c": 3}, {"e": 1}):  # the second is a duplicate of the first
        batch.events[0].props = json.dumps(props)
        house.writer.write(frame(encode(batch)))
        house.pipeline.loader.drain()
    receive(house, {"d": 1})
    assert stored(house) == [{"a": 1, "b": 2, "c": 3}, {"d": 1}]


def test_names_are_known_after_a_restart(house: House, four: PropertyNames) -> None:
    receive(house, {"a": 1, "b": 1, "c": 1, "d": 1})
    four.forget()
    receive(house, {"a": 2, "e": 1})
    assert stored(house)[-1] == {"a": 2}


def test_two_thousand_names_are_no_flood(house: House) -> None:
    receive(house, *({f"n{part * 50 + n}": n for n in range(50)} for part in range(40)))
    receive(house, {"n0": 1, "one too many": 1})
    assert left_out(house) == [(1, "one too many")]
    assert stored(house)[-1] == {"n0": 1}
    assert notices(house.pipeline, house.app.id) == [Notice("left_out", "one too many", 1)]
