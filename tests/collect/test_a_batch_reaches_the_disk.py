"""A batch in order is on disk when the answer comes, with everything that was sent."""

from __future__ import annotations

import gzip
import uuid

import msgspec
import pytest

from minilens.collect.steps import event_id
from minilens.identity.actor import actor, session
from minilens.period import now_ms
from tests.collect.receiving import APPID, SHENZHEN, House, event

CTX = {
    "app": APPID, "appv": "1.4.0", "env": "release", "brand": "HUAWEI", "model": "ALN-AL10",
    "os": "Android", "osv": "14", "plat": "android", "wxv": "8.0.50", "sdkv": "3.5.5",
    "lang": "zh_CN", "net": "wifi", "w": 392.7, "h": 844,
}  # fmt: skip
SRC = [{"scene": 1047, "path": "pages/home", "query": "utm_source=poster&campaign=spring"}]


def test_everything_that_was_sent_is_in_the_record(door: House) -> None:
    one = event(q=3, p="/pages/home.html?a=1", pq="id=5&token=x", rf="pages/start", tn="拿铁")
    two = event(n="pay_success", val="19.90", cur="cny", ti="sku-5", du=90_000_000, pr={"a": [1]})
    body = door.envelope(one, two, ctx=CTX, src=SRC, u="m-1", lost={"n": 2, "why": "full"})
    answer = door.send(body, x_forwarded_for=SHENZHEN)
    assert answer.status_code == 200
    assert answer.json() | {"ts": 0} == {"accepted": 2, "refused": [], "ts": 0, "cfg": ""}
    assert abs(answer.json()["ts"] - now_ms()) < 5000
    (batch,) = door.batches()
    assert (batch.via, batch.lib, batch.received, batch.lost) == ("tracker", "mp/1.0.0", 2, 2)
    assert (batch.brand, batch.os, batch.os_version) == ("Huawei", "Android", "14")
    assert (batch.width, batch.height, batch.network) == (393, 844, "wifi")
    assert (batch.country, batch.province, batch.city) == ("中国", "广东", "深圳")
    assert (batch.env, batch.robot) == ("release", "")
    assert (batch.sources[0].scene, batch.sources[0].utm_source) == (1047, "poster")
    assert batch.sources[0].campaign == "spring"
    view, pay = batch.events
    assert (view.page, view.query, view.referrer) == ("pages/home", "id=5", "pages/start")
    assert (view.seq, view.target_name, view.o, view.session) == (3, "拿铁", 1, session(1, "s1"))
    assert view.actor == actor(1, "c_memberid", "m-1")
    assert batch.device == actor(1, "device", "phone-1")
    assert (pay.value, pay.currency, pay.duration) == ("19.90", "CNY", 86_400_000)
    assert pay.props == '{"a":[1]}'


def test_plain_ids_and_numbers_of_phones_are_not_on_the_disk(door: House) -> None:
    body = door.envelope(event(), ids={"mobile": "13800138001", "applet-wechat": "openid-77"})
    assert door.send(body).json()["accepted"] == 1
    text = b"".join(path.read_bytes() for path in door.folder.glob("*.seg"))
    assert b"page_view" in text
    assert not [found for found in (b"13800138001", b"openid-77", b"phone-1") if found in text]


@pytest.mark.parametrize("kind", ["application/json", "text/plain;charset=UTF-8", ""])
def test_the_content_type_does_not_matter(door: House, kind: str) -> None:
    assert door.send(door.envelope(event()), content_type=kind).json()["accepted"] == 1


def test_gzip_is_told_by_its_first_bytes(door: House) -> None:
    packed = gzip.compress(msgspec.json.encode(door.envelope(event())))
    assert door.send(packed).json()["accepted"] == 1
    plain = door.envelope(event())
    assert door.send(plain, content_encoding="gzip").json()["accepted"] == 1


def test_an_id_that_is_no_uuid_becomes_always_the_same_one(door: House) -> None:
    mine = str(uuid.uuid4())
    for _ in range(2):
        door.send(door.envelope(event(id="order-17"), event(id=mine)))
    first, second = door.batches()
    assert [e.id for e in first.events] == [e.id for e in second.events]
    assert first.events[0].id == event_id(door.app.id, "order-17") != event_id(2, "order-17")
    assert first.events[1].id == mine


def test_an_unlawful_name_is_kept_under_its_alias(door: House) -> None:
    door.send(door.envelope(event(n="API_error"), event(n="领券", ty="profile")))
    (batch,) = door.batches()
    assert [(e.name, e.raw_name) for e in batch.events[:1]] == [("api_error", "API_error")]
    assert (batch.events[1].kind, batch.events[1].raw_name) == ("profile", "领券")


def test_unknown_fields_are_ignored(door: House) -> None:
    body = door.envelope(event(zz=[1]), later={"x": 1}, ctx={"tz": "+8", "brand": "vivo"})
    assert door.send(body).json()["accepted"] == 1
    assert door.batches()[0].brand == "vivo"


def test_a_batch_without_events_tells_what_was_lost_or_leaves_no_trace(door: House) -> None:
    assert door.send(door.envelope()).json()["accepted"] == 0
    assert not door.batches()
    assert door.send(door.envelope(lost={"n": 7})).status_code == 200
    assert [batch.lost for batch in door.batches()] == [7]


def test_ten_thousand_names_of_properties_go_in(door: House) -> None:
    for first in range(0, 10_000, 500):
        many = [
            event(pr={f"p{n}": n for n in range(at, at + 10)})
            for at in range(first, first + 500, 10)
        ]
        assert door.send(door.envelope(*many)).json()["accepted"] == 50
    names = {
        name for b in door.batches() for e in b.events for name in msgspec.json.decode(e.props)
    }
    assert len(names) == 10_000
