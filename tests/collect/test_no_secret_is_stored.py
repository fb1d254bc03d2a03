"""Secrets in addresses never reach the disk, however they are written, by whatever door they come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.collect.addresses import (
    clean_property,
    is_secret,
    page,
    parameters,
    query,
    split,
    without_secrets,
)

HIDDEN = "S3CRET"


WITH_A_SECRET = [
    f"token={HIDDEN}", f"?token={HIDDEN}", f"Token={HIDDEN}", f"%74oken={HIDDEN}", f"%2574oken={HIDDEN}",
    f"token[]={HIDDEN}", f"token[0]={HIDDEN}", f"access_token={HIDDEN}", f"access-token={HIDDEN}",
    f"sessionKey={HIDDEN}", f"session_key={HIDDEN}", f"phoneNumber={HIDDEN}", f"encryptedData={HIDDEN}",
    f"iv={HIDDEN}", f"pwd={HIDDEN}", f"a=1&code={HIDDEN}&b=2", f"a=1#token={HIDDEN}", f"#/home?token={HIDDEN}",
    f"scene=token%3D{HIDDEN}", f"scene=a%3D1%26token%3D{HIDDEN}", f"scene=token%253D{HIDDEN}",
    f"q=https%3A%2F%2Fx.cn%2Fp%3Fid%3D1%26token%3D{HIDDEN}", f"q=https%3A%2F%2Fx.cn%2F%23token%3D{HIDDEN}",
    f"back=%2Fa%3Fq%3Dhttps%253A%252F%252Fx.cn%253Ftoken%253D{HIDDEN}", f"https://x.cn/a?mobile={HIDDEN}",
]  # fmt: skip
HARMLESS = [
    "a=1&b=2", "utm_source=x&utm_campaign=%E6%98%A5", "scene=lc%3Dab%2Bcd", "id=1&&x", "a", "", "a=b=c", "%zz=1",
    "q=https%3A%2F%2Fx.cn%2Fp%3Fid%3D1", "codes=3", "tokenizer=x", "promo_code=SPRING", "#top", "a=1#b=2",
]  # fmt: skip


@pytest.mark.parametrize("text", WITH_A_SECRET)
def test_it_is_dropped(text: str) -> None:
    assert HIDDEN not in query(text)
    assert HIDDEN not in without_secrets(text)
    assert HIDDEN not in str(clean_property("url", f"https://x.cn/?{text}"))


@pytest.mark.parametrize("text", HARMLESS)
def test_the_rest_stays_as_it_was_written(text: str) -> None:
    assert query(text) == without_secrets(text) == text


def test_only_the_secret_goes() -> None:
    assert query("a=1&token=x&b=2") == "a=1&b=2"
    assert query("token=x&b=2") == "b=2"
    assert without_secrets("https://x.cn/p?token=x&b=2#c") == "https://x.cn/p&b=2#c"
    assert (
        query("q=https%3A%2F%2Fx.cn%2Fp%3Ftoken%3Dx%26id%3D7")
        == "q=https%3A%2F%2Fx.cn%2Fp%26id%3D7"
    )


@given(st.text(max_size=200))
def test_any_text_gets_an_answer_that_stays(text: str) -> None:
    once = query(text)
    assert query(once) == once or "%" in once
    assert len(page(text)) <= 512
    split(text)
    parameters(text)
    is_secret(text)


def test_the_page_has_no_query() -> None:
    assert page("/pages/a.html?token=1#x") == page("pages/a") == "pages/a"
    assert page("pages/a#token=1") == "pages/a"
    assert page("?x") == "/"


def test_properties() -> None:
    given = {
        "session_key": HIDDEN, "passWord": HIDDEN, "code": "SKU-1", "phone": "huawei", "n": 1, "none": None,
        "list": [{"accessToken": HIDDEN, "a": 1}, f"https://x.cn?token={HIDDEN}"], "text": "a=b",
    }  # fmt: skip
    cleaned = clean_property("", given)
    assert HIDDEN not in str(cleaned)
    assert cleaned == {
        "code": "SKU-1", "phone": "huawei", "n": 1, "none": None, "list": [{"a": 1}, "https://x.cn"], "text": "a=b",
    }  # fmt: skip


def test_what_a_link_says() -> None:
    assert parameters("?utm_source=a&utm_campaign=spring+sale")["utm_source"] == "a"
    assert parameters("utm_campaign=spring+sale")["utm_campaign"] == "spring sale"
    assert parameters("scene=lc%3Dab%2Bcd")["lc"] == "ab+cd"
    assert parameters("scene=lc%3Dab+cd")["lc"] == "ab+cd"
    assert parameters("scene=lc%253Dx%2526source%253Dposter") | {"scene": ""} == {
        "scene": "", "lc": "x", "source": "poster",
    }  # fmt: skip
