"""Samples of what is in quarantine: the newest of each reason, and nobody's name in them."""

from __future__ import annotations

import json
import time
import uuid
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.ledger.samples import HIDDEN, LONGEST, masked
from minilens.spool.record import Batch, Event, encode
from minilens.spool.writer import frame
from tests.examples import examples
from tests.measure.test_who_sent_what_and_how_late import FRIDAY, ask
from tests.pipeline import House, at


def sent(house: House, when: int, *events: tuple[str, str]) -> bytes:
    """A request with these events (name, properties)."""
    made = [
        Event(i=n, id=str(uuid.uuid4()), name=name, ts=when, actor=7, session=9, props=props, page="pages/cart")
        for n, (name, props) in enumerate(events)
    ]  # fmt: skip
    batch = Batch(
        at=when + 1000, app=house.app.id, via="tracker", device=7, received=len(made), events=made
    )
    return frame(encode(batch))


def test_the_five_newest_of_each_reason(house: House) -> None:
    batches = [
        sent(house, at(f"2026-11-20 10:0{minute}"), ("sauce", f'{{"n":{minute}}}'))
        for minute in range(7)
    ]
    soup = ("soup", '{"size":"large","phone":"13800138000"}')
    batches.append(sent(house, at("2026-11-20 11:00"), soup, ("page_view", "{}")))
    batches.append(sent(house, at("2026-11-21 11:00"), ("soup", "{}")))
    house.writer.write(b"".join(batches))
    assert house.pipeline.loader.step()
    table = ask(house, "samples", FRIDAY)
    assert table.keys == 5
    assert [(row[0], row[1], row[5]) for row in table.rows] == [
        ("undeclared", "soup", 1), *[("undeclared", "sauce", 7)] * 4,
    ]  # fmt: skip
    assert table.rows[0][2] == datetime(2026, 11, 20, 11, 0, 1, tzinfo=ZoneInfo(house.app.timezone))
    assert json.loads(str(table.rows[0][4])) == {
        "name": "soup", "page": "pages/cart", "props": {"size": "large", "phone": HIDDEN},
    }  # fmt: skip
    assert [json.loads(str(row[4]))["props"]["n"] for row in table.rows[1:]] == [6, 5, 4, 3]
    assert ask(house, "samples", date(2026, 11, 19)).rows == ()


@pytest.mark.parametrize(
    "props",
    [
        '{"openId":"short"}', '{"user_id":5}', '{"nickName":"李雷"}', '{"contact-phone":"x"}', '{"a":"13800138000"}',
        '{"a":["b",{"c":"+86 138-0013-8000"}]}', '{"a":"mail me: li.lei@example.org!"}', '{"a":"11010519491231002X"}',
        '{"a":"oGZUI0egBJY1zhBYw2KhdUfwVJJE"}', '{"13800138000":1}', '{"a":13800138000}', '{"password":"hunter2"}',
        '{"url":"/pages/a?token=abc&x=1"}', '{"address":"人民路1号"}', '{"member":{"member_id":"7"}}',
    ],
)  # fmt: skip
def test_nothing_that_may_name_a_person_is_shown(props: str) -> None:
    told = masked(json.dumps({"name": "sauce", "actor": 77, "id": "x", "props": props}))
    for secret in (
        "short", "5", "李雷", '"x"', "138", "li.lei", "110105", "oGZ", "hunter2", "abc", "人民路", "7", "77",
    ):  # fmt: skip
        assert secret not in told, told
    assert "sauce" in told


def test_what_an_event_is_about_stays(house: House) -> None:
    props = '{"size":"large","count":3,"price":12.5,"paid":true,"category_of_product":"drinks","when":"2026-11-20"}'
    told = json.loads(
        masked(json.dumps({"name": "sauce", "value": "9.9000", "props": props, "late": True}))
    )
    assert told == {
        "name": "sauce",
        "value": "9.9000",
        "props": json.loads(props) | {"when": HIDDEN},
    }


@pytest.mark.parametrize(
    "letter", ["a", "1", "李", "a@", "1 ", "-", "\\\\", '\\"', "{", "[", "%25"]
)
def test_long_texts_take_no_time(letter: str) -> None:
    began = time.process_time()
    props = f'{{"a":"{letter * 60_000}"}}'
    for text in (props, props[:7000], f'{{"a":"{letter * 2500}"}}'):
        assert (
            len(masked(json.dumps({"name": "x", "query": letter * 500, "props": text}))) <= LONGEST
        )
    assert time.process_time() - began < 5


@given(st.text() | st.dictionaries(st.text(), st.text() | st.integers()).map(json.dumps))
@examples(landing=20, long=2000)
def test_anything_is_shown_or_hidden(line: str) -> None:
    assert len(masked(line)) <= LONGEST


def test_what_is_marked_as_sensitive_is_masked_at_any_depth() -> None:
    props = json.dumps(
        {
            "size": "L",
            "salary": 9000,
            "form": {"salary": "a lot", "step": 2},
            "list": [{"salary": 1}],
        }
    )
    told = masked(json.dumps({"name": "sauce", "props": props}), ("salary", "step"))
    assert json.loads(told)["props"] == {
        "size": "L", "salary": HIDDEN, "form": {"salary": HIDDEN, "step": HIDDEN}, "list": [{"salary": HIDDEN}],
    }  # fmt: skip
    assert "9000" in masked(json.dumps({"name": "sauce", "props": props}))
