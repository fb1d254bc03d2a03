"""`minilens channels`: added by a pipe, listed without what leads there, tested, changed, removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.deliver.others import running
from tests.deliver.products import PATHS, SIGNING, WECOM_KEY, said, wecom
from tests.serve.test_event_commands import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = Shell(tmp_path)
    made.environment["MINILENS_WEBHOOK_NETWORKS"] = "127.0.0.0/8"
    assert made.run("apps", "create", "shop").exit_code == 0
    return made


def test_a_channel_is_added_tested_changed_and_removed(shell: Shell) -> None:
    with running() as other:
        made = shell.run(
            "channels", "add", "shop", "wecom", "群", given=f"{other.url}{PATHS['wecom']}\n"
        )
        assert made.exit_code == 0, made.output
        other.reply = wecom
        assert shell.run("channels", "test", "shop", "群").exit_code == 0
        assert len(other.got) == 1
        other.say(said(errcode=93000, errmsg="invalid webhook url"))
        refused = shell.run("channels", "test", "shop", "1")
        assert refused.exit_code != 0
        assert "The bot doesn't exist" in refused.output
        assert WECOM_KEY not in refused.output
    told = shell.run("channels", "list", "shop", "--format", "json").stdout
    (listed,) = json.loads(told)
    assert (listed["state"], listed["address"]) == ("stopped", "127.0.0.1 …5aaa")
    assert WECOM_KEY not in told
    assert (
        shell.run("channels", "set", "shop", "群", "--name", "Ops", "--language", "en").exit_code
        == 0
    )
    (listed,) = json.loads(shell.run("channels", "list", "shop", "--format", "json").stdout)
    assert (listed["name"], listed["language"], listed["state"]) == ("Ops", "en", "on")
    assert shell.run("channels", "remove", "shop", "Ops", "--yes").exit_code == 0
    assert json.loads(shell.run("channels", "list", "shop", "--format", "json").stdout) == []


def test_what_is_wrong_is_named(shell: Shell) -> None:
    for words, given, told in (
        (("pigeon", "x"), "", "kind"),
        (("feishu", "x"), "https://evil.example/\nSEC\n", "must be like https://open.feishu.cn"),
        (("mail", "x"), "", "members is required"),
        (
            ("mail", "x", "--member", "nobody@example.com"),
            "",
            "nobody@example.com can see this app",
        ),
    ):
        done = shell.run("channels", "add", "shop", *words, given=given)
        assert done.exit_code != 0
        assert told in done.output, done.output
    made = shell.run(
        "channels", "add", "shop", "webhook", "data", given=f"https://example.com/\n{SIGNING}\n"
    )
    assert made.exit_code == 0
    assert SIGNING not in made.output
    own = shell.run("channels", "add", "shop", "webhook", "other", given="https://example.com/\n")
    assert len(own.stdout.splitlines()[-1]) > 40
