"""`minilens payments`: set up by command, listed without secrets, removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.collect.payments import API_V3_KEY, NUMBER, WeChatPay
from tests.serve.test_event_commands import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = Shell(tmp_path)
    assert made.run("apps", "create", "shop").exit_code == 0
    return made


def test_set_up_listed_and_removed(shell: Shell, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text(WeChatPay().pem)
    words = ("--key", str(key), "--number", NUMBER, "--merchant", "1900000109")
    done = shell.run("payments", "set", "shop", "wechat", *words, given=f"{API_V3_KEY}\n")
    assert done.exit_code == 0, done.output
    assert "/v1/payments/shop/wechat" in done.output
    made = shell.run("payments", "set", "shop", "hmac", "--unit", "fen", given="\n")
    assert made.exit_code == 0, made.output
    secret = made.stdout.splitlines()[-1]
    assert len(secret) > 40
    again = shell.run("payments", "set", "shop", "wechat", "--event", "order_paid", "--same-secret")
    assert again.exit_code == 0, again.output
    told = shell.run("payments", "list", "shop", "--format", "json").stdout
    hmac, wechat = json.loads(told)
    assert (wechat["event"], wechat["numbers"], wechat["merchant"]) == (
        "order_paid",
        [NUMBER],
        "1900000109",
    )
    assert (hmac["unit"], hmac["event"]) == ("fen", "pay_success")
    assert API_V3_KEY not in told
    assert secret not in told
    assert shell.run("payments", "remove", "shop", "hmac").exit_code == 0
    assert len(json.loads(shell.run("payments", "list", "shop", "--format", "json").stdout)) == 1


def test_what_is_wrong_is_named(shell: Shell, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("nonsense")
    for words, said in (
        (("wechat", "--key", str(key)), "no RSA public key"),
        (("wechat",), "key is required"),
        (("alipay",), "provider can't be alipay"),
        (("hmac", "--event", "Paid!"), "Invalid event name"),
    ):
        done = shell.run("payments", "set", "shop", *words, given=f"{API_V3_KEY}\n")
        assert done.exit_code != 0
        assert said in done.output, done.output
