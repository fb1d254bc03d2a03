"""Senders that are slow, that hang up, and that send in pieces."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest

from minilens.collect import decode
from tests.collect.receiving import House, event

Message = dict[str, Any]


def spoken(
    door: House, messages: Iterable[Message], *, headers: Message | None = None
) -> list[Any]:
    """What the door answers to these messages; after the last one nothing more comes."""
    waiting = iter(messages)
    answers: list[Any] = []

    async def receive() -> Message:
        for message in waiting:
            return {"type": "http.request"} | message
        await asyncio.sleep(30)
        raise AssertionError("nobody stopped waiting")

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/v1/collect", "client": ("127.0.0.1", 1),
        "headers": [(k.encode(), v.encode()) for k, v in (headers or {}).items()],
    }  # fmt: skip
    door.run(door.receiver.collect(scope, receive, send))
    return answers


def pieces(body: bytes, size: int) -> list[Message]:
    """A body cut up."""
    cut = [body[at : at + size] for at in range(0, len(body), size)]
    return [{"body": piece, "more_body": n < len(cut) - 1} for n, piece in enumerate(cut)]


def test_pieces_are_put_together(door: House) -> None:
    body = msgspec.json.encode(door.envelope(event()))
    answers = spoken(door, pieces(body, 7))
    assert answers[0]["status"] == 200
    assert len(door.batches()) == 1


def test_a_slow_sender_is_told_so_and_the_connection_ends(door: House) -> None:
    door.receiver.slowest_body = 0.05
    start, body = spoken(door, [{"body": b'{"v":', "more_body": True}])
    assert start["status"] == 408
    assert dict(start["headers"])[b"connection"] == b"close"
    found = msgspec.json.decode(body["body"])
    assert (found["code"], found["status"]) == ("too_slow", 408)
    assert "0.05 seconds" in found["message"]


def test_a_sender_that_hangs_up_gets_no_answer_and_leaves_nothing(door: House) -> None:
    half = msgspec.json.encode(door.envelope(event()))[:20]
    assert spoken(door, [{"body": half, "more_body": True}, {"type": "http.disconnect"}]) == []
    assert not door.batches()


def test_a_body_without_end_is_cut_off(door: House) -> None:
    endless = ({"body": bytes(64 << 10), "more_body": True} for _ in range(1000))
    answers = spoken(door, endless)
    assert answers[0]["status"] == 413
    assert sum(1 for _ in endless) > 900


def test_a_little_too_much_is_read_to_its_end_so_that_the_answer_arrives(door: House) -> None:
    for headers in ({}, {"content-length": str(200 << 10)}):
        waiting = iter(pieces(bytes(200 << 10), 10 << 10))
        assert spoken(door, waiting, headers=headers)[0]["status"] == 413
        assert list(waiting) == []


def test_who_promises_too_much_and_sends_nothing_is_refused(
    door: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode, "LONGEST_THROWN_AWAY", 0.05)
    assert spoken(door, [], headers={"content-length": "70000"})[0]["status"] == 413
    monkeypatch.setattr(decode, "LONGEST_THROWN_AWAY", 60)
    for headers in (
        {"content-length": str(1 << 30)},
        {"content-length": "70000", "expect": "100-continue"},
    ):
        assert spoken(door, [], headers=headers)[0]["status"] == 413  # not a byte is waited for
    assert spoken(door, [], headers={"content-length": "many"})[0]["status"] == 422
