"""What does not fit is told by its place, in both languages."""

from __future__ import annotations

import msgspec
import pytest

from minilens.collect.refusals import misfit, not_json


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    name: str = ""


class Outer(msgspec.Struct, forbid_unknown_fields=True):
    inner: list[Inner] = []


@pytest.mark.parametrize(
    ("body", "field"), [(b'{"rule": 1}', "rule"), (b'{"inner": [{"rule": 1}]}', "inner[0].rule")]
)
def test_a_field_that_there_is_not(body: bytes, field: str) -> None:
    with pytest.raises(msgspec.ValidationError) as error:
        msgspec.json.decode(body, type=Outer)
    told = misfit(error.value, "body")
    assert (told.code, told.field) == ("wrong_type", field)
    assert told.message("en").endswith("there is no such field here")
    assert told.message("zh").endswith("这里没有这一项")


def test_text_that_is_no_json_is_the_body() -> None:
    with pytest.raises(msgspec.DecodeError) as error:
        msgspec.json.decode(b"day,rate")
    assert not_json(error.value).field == "body"
