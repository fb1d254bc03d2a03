"""The lines above the figures say why events were not counted, and lead to the page that counts them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from litestar.testing import TestClient

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
        "最近 24 小时被拒收：时间过早 1,200、no_such_code 3 数据质量 设置",
        "最近 24 小时被隔离：未定义的事件 7 数据质量 设置",
    ),
    "en": (
        "Rejected, last 24 hours: Too old to be accepted 1,200, no_such_code 3 Data quality Settings",
        "Quarantined, last 24 hours: Undeclared event 7 Data quality Settings",
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
