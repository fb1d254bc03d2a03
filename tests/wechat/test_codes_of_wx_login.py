"""What becomes of a code, asked of a server that answers as WeChat's documents say."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest

from minilens.errors import Busy, Refused
from minilens.wechat.session import SignedIn, WeChat
from tests.wechat.standin import (
    APP_SECRET,
    APPID,
    SESSION_KEY,
    StandIn,
    openid,
    unionid,
    wechat,
)


@pytest.fixture(scope="module")
def there() -> Iterator[StandIn]:
    with wechat() as one:
        yield one


def ask(
    base: str, code: str, appid: str = APPID, secret: str = APP_SECRET, patience: float = 6.0
) -> SignedIn:
    """What one code is answered with."""

    async def asked() -> SignedIn:
        async with WeChat(base, patience) as client:
            return await client.signed_in(appid, secret, code)

    return asyncio.run(asked())


def test_a_code_names_who_made_it(there: StandIn) -> None:
    assert ask(there.url, "good-li") == SignedIn(openid("good-li"), unionid("good-li"))
    assert ask(there.url, "plain-li") == SignedIn(openid("plain-li"))
    assert SESSION_KEY not in repr(ask(there.url, "good-wang"))


@pytest.mark.parametrize(
    ("code", "ours"),
    [("odd", "bad_code"), ("risky-li", "risky_user"), ("strange-1", "wechat_refuses")],
)
def test_what_is_wrong_with_it_is_said(there: StandIn, code: str, ours: str) -> None:
    with pytest.raises(Refused) as error:
        ask(there.url, code)
    assert (error.value.code, isinstance(error.value, Busy)) == (ours, False)


def test_the_second_time_it_is_used(there: StandIn) -> None:
    ask(there.url, "good-twice")
    with pytest.raises(Refused) as error:
        ask(there.url, "good-twice")
    assert error.value.code == "used_code"


@pytest.mark.parametrize(
    ("code", "ours", "seconds"),
    [
        ("often-1", "wechat_busy", 60),
        ("daily-1", "wechat_busy", 600),
        ("down-1", "wechat_down", 5),
        ("broken-1", "wechat_down", 5),
        ("gateway-1", "wechat_down", 5),
    ],
)
def test_what_may_be_tried_again_says_when(
    there: StandIn, code: str, ours: str, seconds: int
) -> None:
    with pytest.raises(Busy) as error:
        ask(there.url, code)
    assert (error.value.code, error.value.retry_after) == (ours, seconds)


def test_a_busy_wechat_is_asked_once_more(there: StandIn) -> None:
    assert ask(there.url, "busy-li").openid == openid("busy-li")
    assert there.asked["busy-li"] == 2
    with pytest.raises(Busy):
        ask(there.url, "down-again")
    assert there.asked["down-again"] == 2


def test_one_that_is_slow_is_not_waited_for(there: StandIn) -> None:
    with pytest.raises(Busy) as error:
        ask(there.url, "slow-3", patience=0.3)
    assert error.value.code == "wechat_down"


def test_one_that_is_not_there_is_busy() -> None:
    with pytest.raises(Busy):
        ask("http://127.0.0.1:1", "good-li")


@pytest.mark.parametrize(
    ("appid", "secret", "errcode"), [("wxother", APP_SECRET, 40013), (APPID, "wrong", 40125)]
)
def test_wrong_credentials_are_the_owners_to_mend(
    there: StandIn, caplog: pytest.LogCaptureFixture, appid: str, secret: str, errcode: int
) -> None:
    with caplog.at_level(logging.DEBUG, "minilens"), pytest.raises(Refused) as error:
        ask(there.url, "good-nobody", appid, secret)
    assert error.value.code == "wechat_refuses"
    assert str(errcode) in str(error.value)
    assert [record.__dict__.get("errcode") for record in caplog.records] == [errcode]
    assert secret not in caplog.text
    assert "good-nobody" not in caplog.text + str(error.value)
