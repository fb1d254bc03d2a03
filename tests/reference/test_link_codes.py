"""Codes of campaign links: every character of WeChat's set at every place, every swap, and random ones."""

from __future__ import annotations

from itertools import combinations
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from minilens.reference.link_codes import (
    ALPHABET,
    LENGTH,
    MOST,
    WECHAT,
    in_parameters,
    is_code,
    looks_like_code,
    new_code,
    with_check,
)

bodies = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)


def test_by_hand() -> None:
    assert with_check("222222222") == "2222222222"
    # the value of 3 is 1 and its weight 1: the check times 10 is 30, so it is 3
    assert with_check("322222222") == "3222222225"
    assert is_code("3222222225")
    assert not is_code("3222222223")


def test_wechats_set_is_wechats() -> None:
    assert len(WECHAT) == len(set(WECHAT)) == 82
    assert set(ALPHABET) < set(WECHAT)
    assert len(ALPHABET) == 31
    assert LENGTH <= MOST


@given(bodies)
def test_one_wrong_character_of_all_that_wechat_has_is_found(body: str) -> None:
    code = with_check(body)
    assert is_code(code)
    for at in range(LENGTH):
        for sign in WECHAT:
            other = code[:at] + sign + code[at + 1 :]
            assert is_code(other) == (other == code)


@given(bodies)
def test_two_swapped_are_found_wherever_they_stand(body: str) -> None:
    code = with_check(body)
    for one, two in combinations(range(LENGTH), 2):
        signs = list(code)
        signs[one], signs[two] = signs[two], signs[one]
        swapped = "".join(signs)
        assert is_code(swapped) == (swapped == code)


@given(st.text(WECHAT, max_size=MOST))
def test_whatever_wechat_permits_is_read(text: str) -> None:
    if is_code(text):
        assert looks_like_code(text)
        assert with_check(text[:-1]) == text


def test_a_character_lost_or_doubled_is_found() -> None:
    code = new_code()
    for at in range(LENGTH):
        assert not is_code(code[:at] + code[at + 1 :])
        assert not is_code(code[:at] + code[at] + code[at:])


def test_random_codes_are_lawful_and_differ() -> None:
    some = [new_code() for _ in range(2000)]
    assert all(map(is_code, some))
    assert len(set(some)) == 2000
    assert {sign for code in some for sign in code} == set(ALPHABET)


def test_where_a_code_stands() -> None:
    code = new_code()
    assert in_parameters({"scene": code}) == code
    address = f"https://stats.example.org/l/{code}"
    for said in (address, address + "?from=poster", address + "/", quote(address, safe="")):
        assert in_parameters({"q": said}) == code
    assert in_parameters({"q": "https://stats.example.org/"}) == ""
    assert in_parameters({"scene": f"{code}x", "q": ""}) == ""
    assert in_parameters({"id": code}) == ""
