"""Whom a command means: by a number, or by one of the identities."""

from __future__ import annotations

import pytest

from minilens.errors import NotFound, Refused
from minilens.identity.lookup import look_up
from tests.pipeline import House


@pytest.mark.parametrize(
    "text", ["", "p0", "li", "mobile=", "mobile=123", "MOBILE=1", "=", "p12345678901", "x=" + "\0"]
)
def test_nobody_is_meant_by_this(house: House, text: str) -> None:
    with pytest.raises(Refused) as error:
        look_up(house.pipeline.engine, house.app.id, text, house.pipeline.secret)
    assert error.value.code in ("bad_person", "no_such_person")


def test_somebody_of_another_app_is_nobody_here(house: House) -> None:
    for text in ("wechat-unionid=u-li", "p1", "p4294967296"):
        with pytest.raises(NotFound):
            look_up(house.pipeline.engine, house.app.id, text, house.pipeline.secret)
