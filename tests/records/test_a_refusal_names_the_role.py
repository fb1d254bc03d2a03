"""Whoever lacks a right is told whose it is: "Only admins can manage members"."""

from __future__ import annotations

import pytest

from minilens.records.rights import RIGHTS, TASKS, missing


@pytest.mark.parametrize(
    ("right", "zh", "en"),
    [
        ("members:write", "只有管理员及以上角色可以管理成员", "Only admins can manage members"),
        ("apps:write", "只有所有者可以管理小程序", "Only owners can manage apps"),
        ("export", "只有分析师及以上角色可以导出数据", "Only analysts can export data"),
    ],
)
def test_the_lowest_role_that_may(right: str, zh: str, en: str) -> None:
    refused = missing(right)
    assert (refused.message("zh"), refused.message("en")) == (zh, en)


def test_every_right_has_its_words() -> None:
    assert set(TASKS) == RIGHTS["owner"]
