"""The lines above the figures say why events were not counted, and lead to the page that counts them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from litestar.testing import TestClient

from minilens.serve.tasks import TASKS
from minilens.web.app import create_app
from minilens.web.console import Notice
from tests.web.cast import Theatre, sign_in

NOTICES = [
    Notice("refused", "late", 1_200),
    Notice("refused", "no_such_code", 3),
    Notice("quarantined", "undeclared", 7),
    Notice("not_counted", "trial", 5),
]
SAID = {
    "zh": (
        "最近 24 小时被拒收：时间过早 1,200、no_such_code 3 数据质量 · 设置",
        "最近 24 小时被隔离：未定义的事件 7 数据质量 · 设置",
    ),
    "en": (
        "Rejected, last 24 hours: Too old to be accepted 1,200, no_such_code 3 Data quality · Settings",
        "Quarantined, last 24 hours: Undeclared event 7 Data quality · Settings",
    ),
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_in_the_words_of_the_page(theatre: Theatre, language: str) -> None:
    console = replace(theatre.console(), notices=lambda app: NOTICES)
    with TestClient(create_app(console)) as client:
        sign_in(client, theatre)
        page = client.get(f"/a/cafe/notices?lang={language}").text
    lines = [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", one)).strip()
        for one in re.findall(r"<p.*?</p>", page, re.S)
    ]
    assert tuple(lines[:2]) == SAID[language]
    assert page.count('href="/a/cafe/quality"') == 2


def test_types_of_identities_that_nobody_has_added(theatre: Theatre) -> None:
    told = [Notice("types", "crm_id", 1_203), Notice("types", "wx<b>", 3)]
    with TestClient(create_app(replace(theatre.console(), notices=lambda app: told))) as client:
        sign_in(client, theatre)
        page = client.get("/a/cafe/notices?lang=en").text
        said = re.sub(r"<[^>]+>", "", page)
        assert (
            "Identity types not added, last 24 hours: crm_id 1,203, wx&lt;b&gt; 3. They merge no users"
            in said
        )
        assert 'href="/a/cafe/settings/identities#h-found"' in page
        assert "最近 24 小时收到未添加的标识类型：crm_id 1,203、" in re.sub(
            r"<[^>]+>", "", client.get("/a/cafe/notices?lang=zh").text
        )


def test_what_to_do_where_wechat_refuses_the_credentials(theatre: Theatre) -> None:
    told = list[Notice]()
    with TestClient(create_app(replace(theatre.console(), notices=lambda app: told))) as client:
        sign_in(client, theatre)
        for errcode, language, said in (
            ("40013", "zh", "微信不认识这个小程序的 AppID"),
            ("40125", "zh", "请在此填写新的 AppSecret"),
            ("40125", "en", "enter the new one here"),
            ("61024", "en", "(error 61024)"),
        ):
            told[:] = [Notice("wechat", errcode, since=1_700_000_000_000)]
            page = client.get(f"/a/cafe/notices?lang={language}").text
            assert said in page
            assert 'href="/a/cafe/settings"' in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_work_that_fails_is_named_in_the_words_of_the_page(theatre: Theatre, language: str) -> None:
    failing = [Notice("task", "why", since=1_000, name=task.name) for task in TASKS]
    console = replace(theatre.console(), notices=lambda app: failing)
    with TestClient(create_app(console)) as client:
        sign_in(client, theatre)
        page = client.get(f"/a/cafe/notices?lang={language}").text
    assert page.count('<p class="told">') == len(TASKS)
    assert [task.name for task in TASKS if task.name in page] == []


@pytest.mark.parametrize(("language", "said"), [("zh", "主机 east"), ("en", "The host east")])
def test_a_receiver_that_does_not_answer_is_named(
    theatre: Theatre, language: str, said: str
) -> None:
    away = [Notice("receiver", since=1_700_000_000_000, name="east")]
    console = replace(theatre.console(), notices=lambda app: away)
    with TestClient(create_app(console)) as client:
        sign_in(client, theatre)
        assert said in client.get(f"/a/cafe/notices?lang={language}").text
