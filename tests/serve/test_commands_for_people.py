"""Commands about people, apps, keys and tokens, each in a data folder of its own, without a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from minilens.cli.main import main

ANN = "ann@example.org"


class House:
    """A data folder and the commands on it."""

    def __init__(self, data: Path) -> None:
        self._environment = {"MINILENS_DATA": str(data), "LANG": "C", "LC_ALL": "C"}

    def run(self, *words: str, typed: str = "", **environment: str) -> Result:
        """Whatever comes of it."""
        return CliRunner().invoke(
            main, list(words), env=self._environment | environment, input=typed
        )

    def says(self, *words: str, typed: str = "") -> str:
        """What it prints, where it is done."""
        done = self.run(*words, typed=typed)
        assert done.exit_code == 0, done.output
        return done.stdout

    def lists(self, *words: str) -> Any:
        """A list."""
        return json.loads(self.says(*words, "--format", "json"))


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path / "data")
    made.says("apps", "create", "shop", "--zh", "书店")
    made.says("owner", ANN, "--name", "Ann")
    return made


def test_people_are_invited_given_roles_shut_out_and_let_in(house: House) -> None:
    link = house.says("users", "invite", "li@example.org", "--role", "viewer", "--app", "shop")
    assert "/invitation?code=" in link
    house.says("owner", "bo@example.org")
    house.says("users", "revoke", "bo@example.org")
    house.says("users", "grant", "bo@example.org", "--role", "analyst", "--app", "shop")
    house.says("users", "disable", "bo@example.org")
    ann, bo = house.lists("users", "list")
    assert (ann["email"], ann["roles"], ann["disabled"]) == (ANN, ["*:owner"], None)
    assert bo["roles"] == ["shop:analyst"]
    assert bo["disabled"]
    house.says("users", "enable", "bo@example.org")
    assert house.lists("users", "list")[1]["disabled"] is None


def test_a_password_comes_from_standard_input(house: House) -> None:
    house.says("users", "password", ANN, typed="a good password\n")
    assert house.lists("users", "list")[0]["password"] is True
    short = house.run("users", "password", ANN, typed="short\n")
    assert short.exit_code == 2


def test_apps_are_made_shown_archived_and_restored(house: House) -> None:
    key = house.says("apps", "create", "tea", "--timezone", "Asia/Tokyo").strip()
    assert house.says("apps").splitlines()[2].split() == ["tea", "tea", "tea", "Asia/Tokyo", key]
    assert house.says("apps") == house.says("apps", "list")
    house.says("apps", "archive", "tea")
    assert [app["name"] for app in house.lists("apps", "list")] == ["shop"]
    assert [app["name"] for app in house.lists("apps", "list", "--archived")] == ["tea"]
    house.says("apps", "restore", "tea")
    shown = house.lists("apps", "show", "tea")[0]
    assert (shown["timezone"], shown["keys"], shown["archived"]) == ("Asia/Tokyo", [key], None)
    assert shown["members"] == [f"{ANN}:owner"]


def test_keys_rotate_and_retire(house: House) -> None:
    first = house.lists("keys", "list", "shop")[0]["key"]
    second = house.says("keys", "rotate", "shop", "--overlap-days", "3").strip()
    third = house.says("keys", "rotate", "shop").strip()
    found = {one["key"]: one["retires"] for one in house.lists("keys", "list", "shop")}
    assert list(found) == [third, second, first]
    assert found[third] is None
    assert found[first] < found[second]
    house.says("keys", "retire", "shop", third)
    assert house.lists("keys", "list", "shop")[0]["retires"]


def test_tokens_are_made_and_revoked(house: House) -> None:
    made = house.says(
        "tokens", "create", "shop", "--scope", "report:read", "--days", "3", "--name", "BI"
    )
    assert made.startswith("mt_")
    house.says("tokens", "create", "shop", "--scope", "events:write")
    house.says("tokens", "revoke", "shop", "1")
    second, first = house.lists("tokens", "list", "shop")
    assert (first["name"], first["by"]) == ("BI", "command line")
    assert first["revoked"]
    assert first["expires"]
    assert second["revoked"] is None


def test_the_audit_says_command_line(house: House) -> None:
    house.says("keys", "rotate", "shop")
    found = house.lists("audit", "--app", "shop", "--action", "key")
    assert [(one["action"], one["by"], one["app"]) for one in found] == [
        ("key.rotate", "command line", "shop")
    ]
    assert house.lists("audit", "--until", "2020-01-01") == []
    assert len(house.lists("audit", "--most", "2")) == 2
    assert len(house.says("audit", "--most", "1").splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (("users", "grant", "x@y.cn", "--role", "viewer"), "没有邮箱为 x@y.cn 的成员", "No member has"),
        (("users", "grant", ANN, "--role", "boss"), "--role", "--role"),
        (("users", "revoke", ANN), "至少要保留一位", "At least one owner"),
        (("users", "revoke", ANN, "--app", "shop"), "没有角色", "no role there"),
        (("users", "invite", "nobody", "--role", "viewer"), "有效的电子邮箱", "valid e-mail address"),
        (("users", "invite", "a@b.cn", "--role", "viewer", "--app", "shp"), "是否想写 shop", "did you mean shop"),
        (("apps", "create", "Tea House"), "小写字母", "lowercase letters"),
        (("apps", "create", "shop"), "已有标识为 shop", "named shop already"),
        (("apps", "create", "tea", "--timezone", "Mars"), "--timezone: 没有名为 Mars", "--timezone: No time zone"),
        (("tokens", "create", "shop", "--scope", "report:reed"), "是否想写 report:read", "did you mean report:read"),
        (("tokens", "revoke", "shop", "99"), "令牌不存在", "token does not exist"),
        (("keys", "retire", "shop", "mk_none"), "密钥不存在", "key does not exist"),
        (("audit", "--since", "x"), "--since", "--since"),
    ],
)  # fmt: skip
def test_what_is_refused_says_so_in_both_languages(
    house: House, words: tuple[str, ...], zh: str, en: str
) -> None:
    before = house.lists("apps", "list"), house.lists("users", "list")
    for language, said in (("zh_CN.UTF-8", zh), ("C", en)):
        done = house.run(*words, LC_ALL=language)
        assert done.exit_code == 2, done.output
        assert said in done.stderr
        assert "Traceback" not in done.output
    assert (house.lists("apps", "list"), house.lists("users", "list")) == before


def test_an_app_secret_is_read_from_a_pipe_and_never_listed(house: House) -> None:
    secret = "0123456789abcdef0123456789abcdef"
    house.says("apps", "create", "cafe", "--appid", "wx0123456789abcdef")
    refused = house.run("apps", "secret", "shop", typed=f"{secret}\n")
    assert refused.exit_code
    assert "AppID" in refused.output
    assert house.run("apps", "secret", "cafe", typed="short\n").exit_code
    assert house.says("apps", "secret", "cafe", typed=f"{secret}\n") == ""
    shown = house.says("apps", "show", "cafe", "--format", "json")
    assert json.loads(shown)[0]["app_secret"]
    assert secret not in shown
    house.says("apps", "secret", "cafe", "--remove")
    assert (
        json.loads(house.says("apps", "show", "cafe", "--format", "json"))[0]["app_secret"] is None
    )
