"""Channels by the API: made, listed without what leads there, changed, tested, removed; and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from minilens.period import now
from tests.deliver.others import running
from tests.deliver.products import APP_ID, FEISHU_KEY, PATHS, SIGNING, said
from tests.web.cast import Theatre
from tests.web.channels_cast import with_channels
from tests.web.sites import site

Ask = Callable[..., Any]

AT_FEISHU = {
    "kind": "feishu", "name": "x", "address": f"https://open.feishu.cn{PATHS['feishu']}",
}  # fmt: skip


@pytest.fixture
def ask(theatre: Theatre) -> Iterator[Ask]:
    tokens = {
        scope: theatre.records.tokens.create(1, (scope,), now=now())
        for scope in ("admin", "report:read")
    }
    with site(with_channels(theatre)) as app, TestClient(app) as client:

        def asked(
            path: str = "", body: Any = None, scope: str = "admin", language: str = "en"
        ) -> Any:
            headers = {"authorization": f"Bearer {tokens[scope]}", "accept-language": language}
            address = f"/api/v1/apps/cafe/channels{path}"
            if body is None and not path:
                return client.get(address, headers=headers)
            return client.post(address, json=body, headers=headers)

        yield asked


def test_a_channel_is_made_listed_tested_changed_and_removed(ask: Ask) -> None:
    with running() as other:
        body = {
            "kind": "feishu",
            "name": "Team",
            "address": other.url + PATHS["feishu"],
            "secret": SIGNING,
        }
        made = ask("", body)
        assert made.status_code == 201, made.text
        assert made.json()["secret"] == ""
        channel = made.json()["channel"]
        assert (channel["state"], channel["address"], channel["language"]) == (
            "on",
            "127.0.0.1 …5555",
            "zh",
        )
        other.say(said(code=0))
        assert ask(f"/{channel['id']}/test").json() == {
            "sent": True, "code": "", "why": "", "told": '{"code": 0}',
        }  # fmt: skip
        other.say(said(code=19024, msg="Key Words Not Found"))
        told = ask(f"/{channel['id']}/test", language="zh").json()
        assert (told["sent"], told["code"]) == (False, "keyword")
        assert "请在机器人设置中添加关键词" in told["why"]
    (listed,) = ask().json()["channels"]
    assert (listed["state"], listed["stopped"]) == ("stopped", "keyword")
    assert FEISHU_KEY not in ask().text
    assert SIGNING not in ask().text
    changed = ask(f"/{channel['id']}", {"kind": "feishu", "name": "All", "language": "en"}).json()
    assert (changed["name"], changed["state"], changed["address"]) == (
        "All",
        "on",
        listed["address"],
    )
    assert ask(f"/{channel['id']}/remove").json() == {"removed": channel["id"]}
    assert ask().json() == {"channels": []}
    assert ask(f"/{channel['id']}/test").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "pigeon", "name": "x"}, "kind"),
        ({"kind": "wecom", "name": "x"}, "address"),
        ({"kind": "wecom", "name": " ", "address": "https://a"}, "name"),
        ({"kind": "wecom", "name": "x", "address": "https://qyapi.weixin.qq.com/"}, "address"),
        ({"kind": "webhook", "name": "x", "address": "http://10.0.0.1/"}, "address"),
        (
            {"kind": "webhook", "name": "x", "address": "https://a.example", "secret": "s" * 201},
            "secret",
        ),
        ({**AT_FEISHU, "app_id": "1234", "app_secret": "s"}, "app_id"),
        ({**AT_FEISHU, "app_id": APP_ID}, "app_secret"),
        (
            {"kind": "webhook", "name": "x", "address": "https://a.example", "app_id": APP_ID},
            "app_id",
        ),
        ({"kind": "mail", "name": "x", "members": []}, "members"),
        ({"kind": "mail", "name": "x", "members": [999]}, "members"),
        ({"kind": "mail", "name": "x", "language": "fr", "members": [1]}, "language"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_field(
    ask: Ask, body: dict[str, Any], field: str
) -> None:
    for language, letters in (("en", False), ("zh", True)):
        answer = ask("", body, language=language)
        assert answer.status_code in (400, 422), answer.text
        assert answer.json()["field"] == field
        assert any("一" <= c <= "鿿" for c in answer.json()["message"]) is letters


def test_only_admins_may(ask: Ask) -> None:
    assert ask(scope="report:read").status_code == 403
    assert ask("", {"kind": "wecom", "name": "x"}, scope="report:read").status_code == 403
