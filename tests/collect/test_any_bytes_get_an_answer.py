"""Envelopes changed at random: always an answer, never a failure inside, no good event lost."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minilens.errors import CODES
from minilens.period import now
from minilens.spool.record import decode
from tests.collect.receiving import House, close_house, event, open_house
from tests.examples import examples

GOOD = "11111111-2222-7333-8444-555555555555"

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**63, -(2**63) - 1, 10**400, -1, 0, 1e308, -0.0, 5e-324]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=())),
    st.sampled_from(["", "\x00", "\ud800", "\udfff\ud800", "-", "1_0", "x" * 2000, "${jndi}", "'"]),
)
values = st.recursive(
    scalars,
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=()), max_size=70), inside, max_size=4
        )
    ),
    max_leaves=12,
)
deep = st.integers(1, 300).map(lambda n: json.loads("[" * n + "]" * n))
changes = st.lists(
    st.tuples(
        st.sampled_from(["replace", "delete", "insert"]), st.integers(0, 10**6), values | deep
    ),
    min_size=1,
    max_size=4,
)

flips = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 7)), max_size=3)
twice = st.sampled_from([b'"id":"a"', b'"t":1', b'"pr":{"a":1,"a":2}', b'"n":null', b'"d":"x"'])
asked = settings(examples(75, 5000), suppress_health_check=list(HealthCheck))


def sound() -> dict[str, Any]:
    """An event with every field."""
    return event(
        ty="track", q=1, p="pages/a", pq="a=1&token=2", rf="pages/b", tn="t", ti="i", du=5, o=0,
        val="1.5", cur="CNY", pr={"a": 1, "b": {"c": [1, "x"]}}, ids={"applet-wechat": "o"},
    )  # fmt: skip


def places(tree: Any) -> list[tuple[Any, Any]]:
    """(container, key) of everything in a tree of JSON."""
    inside = list(tree.items() if isinstance(tree, dict) else enumerate(tree))
    found = [(tree, key) for key, _ in inside]
    for _, value in inside:
        if isinstance(value, dict | list):
            found += places(value)
    return found


def changed(tree: Any, hows: list[tuple[str, int, Any]]) -> None:
    """Change a tree at some of its places."""
    for how, where, value in hows:
        found = places(tree)
        if not found:
            return
        container, key = found[where % len(found)]
        if how == "delete":
            del container[key]
        elif how == "insert" and isinstance(container, list):
            container.insert(key, value)
        elif how == "insert":
            container[value if isinstance(value, str) else "new"] = value
        else:
            container[key] = value


@pytest.fixture(scope="module")
def shared(empty: Path) -> Iterator[House]:
    """One receiver for all examples."""
    with tempfile.TemporaryDirectory() as folder:
        house = open_house(Path(folder), empty)
        yield house
        close_house(house)


def answered(
    house: House, body: bytes, path: str = "/v1/collect", **headers: str
) -> dict[str, Any]:
    """The answer, which is a receipt that adds up or a problem in the one shape."""
    kept: list[bytes] = []
    whole = house.receiver.spool.append

    async def watched(record: bytes) -> None:
        kept.append(record)
        await whole(record)

    house.receiver.spool.append = watched  # type: ignore[method-assign]
    try:
        answer = house.post(path, body, **headers)
    finally:
        house.receiver.spool.append = whole  # type: ignore[method-assign]
    found: dict[str, Any] = answer.json()
    if answer.status_code == 200:
        batches = [decode(line[9:]) for record in kept for line in record.splitlines()]
        assert sum(len(batch.events) for batch in batches) == found["accepted"]
        assert sum(sum(batch.refused.values()) for batch in batches) == len(found["refused"])
        assert all(set(r) == {"index", "id", "code", "field", "message"} for r in found["refused"])
        assert all(r["code"] in CODES and r["message"] for r in found["refused"])
        assert all(json.loads(event.props) is not None for b in batches for event in b.events)
        found["ids"] = [event.id for batch in batches for event in batch.events]
        return found
    assert answer.status_code < 500, found
    assert set(found) - {"field", "hint"} == {"code", "status", "message", "request_id"}
    assert (found["status"], CODES[found["code"]][0]) == (answer.status_code, answer.status_code)
    assert not kept
    return found


@asked
@given(hows=changes)
def test_a_good_neighbour_is_never_lost(shared: House, hows: list[tuple[str, int, Any]]) -> None:
    bad = sound()
    changed(bad, hows)
    body = shared.envelope(sound() | {"id": GOOD}, bad, src=[{"scene": 1001}])
    found = answered(shared, json.dumps(body).encode())
    assert GOOD in found["ids"], found
    assert found["accepted"] + len(found["refused"]) == 2


@asked
@given(hows=changes)
def test_a_changed_envelope(shared: House, hows: list[tuple[str, int, Any]]) -> None:
    ctx = {"brand": "vivo", "os": "Android", "osv": "14", "w": 390, "h": 844, "env": "release"}
    src = [{"scene": 1001, "query": "a=1", "source": "x"}]
    body = shared.envelope(
        sound(), sound(), ctx=ctx, src=src, lost={"n": 1}, u="m", ids={"mobile": "1"}
    )
    changed(body, hows)
    found = answered(shared, json.dumps(body).encode())
    if "ids" in found and isinstance(body.get("ev"), list):
        assert found["accepted"] + len(found["refused"]) == len(body["ev"])


@asked
@given(cut=st.integers(0, 400), flips=flips, twice=twice)
def test_changed_bytes(shared: House, cut: int, flips: list[tuple[int, int]], twice: bytes) -> None:
    body = bytearray(msgspec.json.encode(shared.envelope(sound(), sound())))
    for at, bit in flips:
        body[at % len(body)] ^= 1 << bit
    answered(shared, bytes(body[: len(body) - cut]))
    answered(shared, bytes(body).replace(b'{"id"', b"{" + twice + b',"id"'))


@asked
@given(hows=changes)
def test_changed_rows(shared: House, hows: list[tuple[str, int, Any]]) -> None:
    ts = now().isoformat()
    row = {"event_name": "pay", "user_id": "u", "ts": ts, "value": 1.5,
           "currency": "CNY", "props": {"a": 1}, "seq": 1, "sku": 7, "event_id": GOOD}  # fmt: skip
    rows = [dict(row), json.loads(json.dumps(row))]
    changed(rows[1], hows)
    token = f"Bearer {shared.token()}"
    found = answered(shared, json.dumps(rows).encode(), "/v1/events", authorization=token)
    assert GOOD in found["ids"], found
    assert found["accepted"] + len(found["refused"]) == 2
    text = "\n".join(json.dumps(row) for row in rows).encode()
    kind = {"authorization": token, "content_type": "application/x-ndjson"}
    assert answered(shared, text, "/v1/events", **kind)["accepted"] == found["accepted"]
