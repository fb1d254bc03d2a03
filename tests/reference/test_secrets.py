"""The patterns by which stored secrets are found take out what the doors drop, and leave what they leave."""

from __future__ import annotations

import json
import re

import pytest

from minilens.collect.addresses import clean_property
from minilens.reference.secrets import (
    IN_ADDRESSES,
    IN_EVERY_KEY,
    SECRET_PROPERTY,
    without_secrets_in_json,
)
from tests.collect.test_no_secret_is_stored import HARMLESS, HIDDEN, WITH_A_SECRET


def without(text: str) -> str:
    for pattern, to in IN_ADDRESSES.items():
        text = re.sub(pattern, to, text)
    return text


@pytest.mark.parametrize("text", WITH_A_SECRET)
def test_an_address(text: str) -> None:
    assert HIDDEN not in without(text)
    assert without(without(text)) == without(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_harmless_stays(text: str) -> None:
    assert without(text) == text
    record = json.dumps({"query": text, "props": json.dumps({"url": text})})
    assert without_secrets_in_json(record) == record


PROPERTIES = [
    {"session_key": HIDDEN, "passWord": HIDDEN, "code": "SKU-1", "n": 1, "text": "a=b"},
    {"list": [{"accessToken": HIDDEN, "a": 1}, f"https://x.cn?token={HIDDEN}"], "t": f"token={HIDDEN}&a=1"},
    {"password": {"a": HIDDEN}}, {"a": 1, "pwd": [HIDDEN, HIDDEN]}, {"b": 2, "pwd": f'a"{HIDDEN}\\', "c": 3},
]  # fmt: skip


@pytest.mark.parametrize("given", PROPERTIES)
def test_properties_alone_and_as_text_in_a_record(given: dict[str, object]) -> None:
    cleaned = clean_property("", given)
    text = without_secrets_in_json(json.dumps(given))
    assert json.loads(text) == cleaned
    events = [{"query": f"token={HIDDEN}&x=1", "props": json.dumps(given), "page": "p"}]
    record = without_secrets_in_json(json.dumps(events, separators=(",", ":")))
    (event,) = json.loads(record)
    assert (event["query"], event["page"]) == ("x=1", "p")
    assert json.loads(event["props"]) == cleaned


def test_a_quick_look_overlooks_no_name() -> None:
    assert [
        name for name in SECRET_PROPERTY if not any(word in name for word in IN_EVERY_KEY)
    ] == []
