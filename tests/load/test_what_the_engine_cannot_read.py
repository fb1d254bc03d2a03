"""An event that the engine cannot read costs itself only: it waits in the quarantine, with the engine's reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from minilens.errors import EngineFailed
from minilens.load.unreadable import single_events
from minilens.spool.record import Batch, decode, encode
from minilens.spool.writer import frame
from tests.pipeline import Happening, House, at

MORNING = at("2026-03-02 09:00")
POISONS = {
    "the same path twice": '{"a%2Eb":1,"a.b":2}',
    "twice, in a list": '{"a":[{"b":1,"b":2}]}',
    "a number beyond all": '{"amount":1e999}',
    "no number": '{"amount":NaN}',
    "half a letter": r'{"a":"\ud83d"}',
    "no JSON": '{"a":',
    "no object": "[1]",
}


def batch_of(house: House, *props: str) -> Batch:
    """One request with an event for each of these properties."""
    happenings = [Happening(MORNING + n * 1000, device="d", session="s") for n in range(len(props))]
    (batch,) = house.batches(happenings)
    for event, text in zip(batch.events, props, strict=True):
        event.props = text
    return batch


def receive(house: House, *batches: Batch) -> None:
    house.writer.write(b"".join(frame(encode(batch)) for batch in batches))
    house.pipeline.loader.drain()


def ledger(house: House) -> tuple[object, ...]:
    return house.rows(
        "SELECT sum(received), sum(refused), sum(accepted), sum(loaded), sum(duplicate), sum(quarantined) "
        "FROM ledger WHERE app = {app:UInt32}"
    )[0]


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_its_neighbours_are_counted(house: House, poison: str) -> None:
    receive(house, batch_of(house, '{"a":1}', poison, '{"a":2}'), batch_of(house, '{"a":3}'))

    assert house.rows("SELECT count() FROM events WHERE app = {app:UInt32}") == [(3,)]
    ((reason, detail, line),) = house.rows(
        "SELECT reason, detail, line FROM quarantine WHERE app = {app:UInt32}"
    )
    assert reason == "unreadable"
    assert "JSON" in str(detail)
    assert msgspec.json.decode(str(line))["props"] == poison
    assert ledger(house) == (4, 0, 4, 3, 0, 1)


def test_a_flood_of_them_is_found_at_once(house: House) -> None:
    poison = POISONS["the same path twice"]
    receive(house, *(batch_of(house, '{"a":1}', poison) for _ in range(2000)))
    assert ledger(house) == (4000, 0, 4000, 2000, 0, 2000)


def test_a_second_time_it_is_a_duplicate(house: House) -> None:
    poisoned = batch_of(house, POISONS["no number"], '{"a":1}')
    receive(house, poisoned)
    receive(house, poisoned)
    assert ledger(house) == (4, 0, 4, 1, 2, 1)


def test_a_record_with_one_wrong_field_loses_that_event_only(house: House) -> None:
    batch = batch_of(house, "{}", "{}", "{}")
    batch.events[1].id = "no uuid"
    batch.received, batch.refused = 5, {"late": 2}
    receive(house, batch)
    assert house.rows("SELECT i FROM events WHERE app = {app:UInt32} ORDER BY i") == [(0,), (2,)]
    assert ledger(house) == (5, 2, 3, 2, 0, 1)


def test_what_is_said_of_a_request_is_said_once(house: House) -> None:
    batch = batch_of(house, "{}", "{}")
    batch.received, batch.refused, batch.lost = 7, {"late": 5}, 3
    parts = [decode(text) for text in single_events(encode(batch))]
    assert [part.received for part in parts] == [6, 1]
    assert [part.refused for part in parts] == [{"late": 5}, {}]
    assert [part.lost for part in parts] == [3, 0]


@pytest.mark.parametrize(
    "props",
    [
        '{"a":"2023-02-30"}',
        '{"a":"2026-01-01T10:00:00+08:00"}',
        '{"a":[true,1]}',
        '{"a":[1,"1",null]}',
        '{"a":["2026-02-30","2026-02-01 10:00"]}',
        '{"a":"12"}',
        '{"a.b":1}',
    ],
)
def test_properties_stay_as_they_came(house: House, props: str) -> None:
    receive(house, batch_of(house, props))
    assert house.rows("SELECT toJSONString(props) FROM events WHERE app = {app:UInt32}") == [
        (props,)
    ]


def test_many_apps_and_months_in_one_chunk(house: House) -> None:
    batches = []
    for month in range(150):
        (batch,) = house.batches([Happening(MORNING - month * 31 * 86_400_000)])
        batches.append(batch)
    receive(house, *batches)
    assert house.rows("SELECT count() FROM events WHERE app = {app:UInt32}") == [(150,)]


def refusing(house: House, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """From now on the engine fails while it makes the ledger's rows of a chunk with an event `cursed`."""
    engine = house.pipeline.engine
    native = engine.native

    def made(sql: str, parameters: Mapping[str, Any] | None = None) -> bytes:
        cursed = "SELECT countIf(has(events.name, 'cursed')) FROM incoming"
        if "turned_away" in sql and engine.one(cursed):
            raise EngineFailed(f"Code: {code}. DB::Exception: so it is")
        return native(sql, parameters)

    monkeypatch.setitem(
        vars(engine), "native", made
    )  # put back, a method would stay with the engine and its copies


def test_what_is_refused_in_a_later_statement_costs_itself_only(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(house, monkeypatch, 407)
    cursed = batch_of(house, "{}", "{}", "{}")
    cursed.events[1].name = "cursed"
    receive(house, batch_of(house, '{"a":1}'), cursed, batch_of(house, '{"a":2}'))
    assert ledger(house) == (5, 0, 5, 4, 0, 1)
    assert house.rows("SELECT name, detail FROM quarantine WHERE app = {app:UInt32}") == [
        ("cursed", "so it is")
    ]


def test_an_engine_in_trouble_puts_nothing_in_quarantine(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as trouble:
        refusing(house, trouble, 241)
        cursed = batch_of(house, "{}")
        cursed.events[0].name = "cursed"
        with pytest.raises(EngineFailed):
            receive(house, cursed)
    house.pipeline.loader.drain()
    assert house.rows("SELECT reason FROM quarantine WHERE app = {app:UInt32}") == [("undeclared",)]


def test_the_reason_tells_nothing_of_others(house: House) -> None:
    receive(house, batch_of(house, '{"who":"Li","a":1e999}', '{"who":"Wang","a":NaN}'))
    details = house.rows("SELECT detail FROM quarantine WHERE app = {app:UInt32}")
    assert details == [("Cannot parse JSON object here",)] * 2
