"""What a program sends whose variable was empty is nobody; one mobile number is one person however it is written."""

from __future__ import annotations

import pytest

from minilens.identity.values import known


@pytest.mark.parametrize("kind", ["device", "c_memberid", "applet-wechat", "mobile", "crm"])
@pytest.mark.parametrize(
    "value",
    [
        "", " ", "0", "-1", "null", "NULL", "undefined", " undefined ", "NaN", "none", "nil", "test", "anonymous",
        "guest", "Unknown", "true", "false", "[object Object]", "0000", "aaaaa", "----",
    ],
)  # fmt: skip
def test_nobody(kind: str, value: str) -> None:
    assert known(kind, value) == ""


def test_a_digit_over_and_over_may_be_a_members_number() -> None:
    assert known("c_memberid", "1111") == "1111"
    assert known("device", "1111") == known("wechat-unionid", "9999999") == ""


@pytest.mark.parametrize("kind", ["device", "mobile", "c_memberid", "wechat-unionid"])
def test_the_name_of_its_own_type_is_nobody(kind: str) -> None:
    assert known(kind, kind) == known(kind, kind.upper()) == ""


@pytest.mark.parametrize(
    "value",
    ["1", "00", "000", "a", "m-1", "oI_M5xC_YlVhrGe5kcYhkzEQM6wM", "testing", "nobody", "张三"],
)
def test_somebody(value: str) -> None:
    assert known("c_memberid", value) == value


@pytest.mark.parametrize(
    "written",
    [
        "13800000000", "+8613800000000", "8613800000000", "008613800000000", "138 0000 0000", "138-0000-0000",
        "+86 138 0000 0000", "(+86)138-0000-0000", "１３８００００００００",
        " 13800000000 ", "138\u20110000\u20110000", "138.0000.0000",
    ],
)  # fmt: skip
def test_one_mobile_number(written: str) -> None:
    assert known("mobile", written) == "13800000000"


def test_numbers_of_other_countries_stay_as_they_are() -> None:
    assert known("mobile", "+852 6123 4567") == known("mobile", "0085261234567") == "+85261234567"


@pytest.mark.parametrize(
    "value",
    [
        "13800138000",
        "13000000000",
        "12345678901",
        "1380000000",
        "138000000000",
        "a1",
        "+",
        "+86",
        "+1",
    ],
)
def test_no_mobile_number(value: str) -> None:
    assert known("mobile", value) == ""
