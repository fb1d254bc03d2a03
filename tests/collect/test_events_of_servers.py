"""`POST /v1/events`: JSON, NDJSON and CSV rows of a server, with a token."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest

from minilens.collect.server_events import MOST_ROWS
from minilens.identity.actor import actor
from minilens.period import now
from minilens.spool.record import Event
from tests.collect.receiving import SECRET, House

HEADER = "event_name,user_id,session_id,source,campaign,page,value,currency,ts"


def row(**facts: Any) -> dict[str, Any]:
    """One row in order, happened just now."""
    ts = (now() - timedelta(minutes=1)).isoformat()
    return {"event_name": "pay_success", "user_id": "u-1", "ts": ts} | facts


def line(**facts: Any) -> str:
    """The same as a line of CSV; what is not given is `-`."""
    return ",".join(str(row(**facts).get(name, "-")) for name in HEADER.split(","))


def post(door: House, body: Any, **headers: str) -> Any:
    """Post with a good token."""
    headers = {"authorization": f"Bearer {door.token()}"} | headers
    return door.post("/v1/events", body, **headers)


def events(door: House) -> list[Event]:
    """All that is on disk."""
    return [event for batch in door.batches() for event in batch.events]


@pytest.mark.parametrize("shape", ["one", "list", "events"])
def test_json(door: House, shape: str) -> None:
    one = row(value=199.5, currency="cny", sku="latte", props={"size": "L"})
    body = {"one": one, "list": [one], "events": {"events": [one]}}[shape]
    assert post(door, body).json() | {"ts": 0} == {
        "accepted": 1, "refused": [], "ts": 0, "cfg": "",
    }  # fmt: skip
    (batch,) = door.batches()
    assert (batch.via, batch.lib, batch.key, batch.received) == ("server", "server", 1, 1)
    (event,) = batch.events
    assert (event.name, event.value, event.currency) == ("pay_success", "199.5", "CNY")
    assert json.loads(event.props) == {"sku": "latte", "size": "L"}
    assert event.actor == actor(door.app.id, "c_memberid", "u-1")


@pytest.mark.parametrize("kind", ["application/x-ndjson", "application/jsonl"])
def test_ndjson_with_one_broken_line(door: House, kind: str) -> None:
    text = "\n".join([json.dumps(row()), "{broken", "", json.dumps(row(user_id="u-2")), ""])
    answer = post(door, text.encode(), content_type=kind).json()
    assert answer["accepted"] == 2
    assert [(r["index"], r["code"]) for r in answer["refused"]] == [(1, "bad_json")]


def test_csv_with_nothing_and_a_dash_in_quotes(door: House) -> None:
    text = f"{HEADER}\n{line()}\n{line(page=chr(34) + '-' + chr(34), value='199.00')}\n"
    assert post(door, text.encode(), content_type="text/csv; charset=utf-8").json()["accepted"] == 2
    assert [(e.page, e.value) for e in events(door)] == [("", None), ("-", "199.00")]


def test_csv_in_another_encoding_or_without_a_header_is_refused_whole(door: House) -> None:
    for body in (f"{HEADER}\n{line(page='首页')}".encode("gbk"), line().encode(), b""):
        answer = post(door, body, content_type="text/csv")
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_shape")
    header = b"event_name,user_id\npay,1"
    answer = post(door, header, content_type="text/csv")
    assert (answer.json()["code"], answer.json()["field"]) == ("missing", "ts")


@pytest.mark.parametrize("body", [[], {"events": []}, b"[]"])
def test_no_rows_are_no_error(door: House, body: Any) -> None:
    assert post(door, body).json()["accepted"] == 0
    assert not door.batches()


def test_good_and_bad_rows(door: House) -> None:
    rows = [
        row(event_id="a"),
        row(event_id="b", value="1e3"),
        row(event_id="c", ts="2020-01-01T00:00:00Z"),
        row(event_id="d", ts="2099-01-01T00:00:00Z"),
        row(event_id="e", ts="2026-11-22 08:00:00"),
        {"event_name": "pay_success", "event_id": "f"},
        7,
        row(event_id="g", tn="\ud83d"),
        row(event_id="h", props={"a": {"b": {"c": {"d": 1}}}}),
    ]
    answer = post(door, rows).json()
    assert answer["accepted"] == 2
    assert [(r["index"], r["id"], r["code"], r["field"]) for r in answer["refused"]] == [
        (1, "b", "bad_value", "value"),
        (2, "c", "late", "ts"),
        (3, "d", "future", "ts"),
        (4, "e", "bad_time", "ts"),
        (5, "f", "missing", "ts"),
        (6, "", "bad_shape", "line"),
        (8, "h", "too_deep", "props.a"),
    ]
    (batch,) = door.batches()
    assert (batch.received, sum(batch.refused.values())) == (9, 7)
    zh = post(door, rows, accept_language="zh-CN").json()["refused"]
    assert all(any("\u4e00" <= char <= "\u9fff" for char in r["message"]) for r in zh)


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (b"{", 400, "bad_json", "body"),
        (b"5", 422, "wrong_type", "body"),
        (b'{"events":5}', 422, "wrong_type", "events"),
        (b"\xff\xfe", 422, "bad_shape", "body"),
        (b"\x1f\x8b", 400, "bad_gzip", ""),
    ],
)
def test_a_body_that_cannot_be_read(
    door: House, body: bytes, status: int, code: str, field: str
) -> None:
    answer = post(door, body)
    found = answer.json()
    assert (answer.status_code, found["code"], found.get("field", "")) == (status, code, field)


def test_five_thousand_rows_and_not_one_more(door: House) -> None:
    assert post(door, [row()] * MOST_ROWS).json()["accepted"] == 5000
    answer = post(door, [row()] * (MOST_ROWS + 1), accept_language="zh")
    assert (answer.status_code, answer.json()["message"]) == (413, "请求体超过上限 5,000 行")
    assert len(events(door)) == 5000


def test_five_megabytes_and_not_one_byte_more(door: House) -> None:
    text = json.dumps(row()).encode()
    assert post(door, text + b" " * ((5 << 20) - len(text))).status_code == 200
    for body in (text + b" " * (5 << 20), gzip.compress(text + b" " * (5 << 20))):
        answer = post(door, body)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert "5 MB" in answer.json()["message"]


def test_rows_without_an_id_are_new_each_time(door: House) -> None:
    one = row()
    for _ in range(2):
        post(door, [one, one])
    assert len({event.id for event in events(door)}) == 4


def test_the_same_idempotency_key_gives_the_same_ids(door: House) -> None:
    rows = [row(), row(), row(user_id="u-2"), row(event_id="mine")]
    for key in ("order-1", "order-1", "order-2"):
        post(door, [5, *rows], idempotency_key=key)
    first, second, other = (
        [event.id for event in batch.events] for batch in door.batches()
    )  # fmt: skip
    assert first == second
    assert len(set(first)) == 4
    assert set(first) & set(other) == {first[3]}


def test_a_key_used_again_for_other_rows_loses_none(door: House) -> None:
    post(door, row(user_id="u-1"), idempotency_key="always")
    post(door, row(user_id="u-2"), idempotency_key="always")
    assert len({event.id for event in events(door)}) == 2


def test_the_type_of_the_identity_can_be_said(door: House) -> None:
    post(door, row(user_id="+86 138-0013-8001"), x_identity="mobile")
    assert [event.actor for event in events(door)] == [
        actor(door.app.id, "mobile", "13800138001", SECRET)
    ]
    for wrong in ("device", "session", "Mobile No"):
        answer = post(door, row(), x_identity=wrong)
        assert (answer.status_code, answer.json()["field"]) == (422, "X-Identity")


def test_a_token_writes_to_its_own_app_only(door: House) -> None:
    other = door.records.apps.create("tea", timezone="Asia/Shanghai", now=now())
    token = door.token(app=other)
    post(door, row(app=door.app.id, k=door.key), authorization=f"Bearer {token}")
    assert [batch.app for batch in door.batches()] == [other.id]


def test_who_may_not_write(door: House) -> None:
    gone = door.records.tokens.create(
        door.app.id, ("events:write",), now=now() - timedelta(2), lasts=timedelta(1)
    )
    reader = door.token("report:read")
    for given, status, code in (
        ("", 401, "wrong_token"),
        ("Basic abc", 401, "wrong_token"),
        ("Bearer mt_guessed", 401, "wrong_token"),
        (f"Bearer {door.key}", 401, "wrong_token"),
        (f"Bearer {gone}", 401, "wrong_token"),
        (f"Bearer {reader}", 403, "missing_scope"),
    ):
        answer = post(door, row(), authorization=given)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not door.batches()


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1e400"])
def test_a_number_that_is_not_finite_is_refused_by_its_field(door: House, number: str) -> None:
    sound = json.dumps(row(amount="amount")).encode()
    broken = sound.replace(b'"amount": "amount"', b'"amount": ' + number.encode())
    answer = post(door, b"[%s,%s]" % (sound, broken))
    (refused,) = answer.json()["refused"]
    assert (refused["index"], refused["code"], refused["field"]) == (
        1,
        "wrong_type",
        "props.amount",
    )
    assert answer.json()["accepted"] == 1


def test_a_secret_in_a_page_is_not_stored(door: House) -> None:
    page = "pages/pay?order=1&access_token=S3CRET#code=S3CRET"
    post(
        door,
        row(page=page, referrer="https://x.cn/?token=S3CRET", url="https://x.cn/?a=1&pwd=S3CRET"),
    )
    (one,) = events(door)
    assert (one.page, one.query) == ("pages/pay", "order=1")
    assert "S3CRET" not in f"{one.referrer}{one.props}"


def test_refusals_do_not_speak_of_imports(door: House) -> None:
    row = {"event_name": "paid", "user_id": "u", "ts": "2026-11-22 10:00:00"}
    for said in (
        door.post("/v1/events", [row, {**row, "ts": "1761992123"}]).text,
        door.post("/v1/events", "a,b\n1,2\n", content_type="text/csv").text,
        door.post("/v1/events", "event_name,user_id,when\n1,2,3\n", content_type="text/csv", accept_language="zh").text,
    ):  # fmt: skip
        assert '"code":' in said
        assert "--map" not in said
        assert "import" not in said
        assert "导入" not in said
