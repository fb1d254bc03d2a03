"""User-Agents of programs are recognised, those of people's phones are not."""

from __future__ import annotations

import pytest

from minilens.reference.robots import user_agent_robot

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN"
)


@pytest.mark.parametrize(
    ("ua", "reason"),
    [
        (f"{IPHONE} mpcrawler", "crawler"),
        ("mpcrawler", "crawler"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1)", "crawler"),
        ("Mozilla/5.0 (compatible; Baiduspider/2.0)", "crawler"),
        ("Mozilla/5.0 (compatible; bingbot/2.0)", "crawler"),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0 Safari/537.36", "headless"),
        (f"{IPHONE} HeadlessChrome/126.0", "headless"),
        ("python-requests/2.32", "script"),
        ("curl/8.5.0", "script"),
        ("Go-http-client/2.0", "script"),
        ("ApacheBench/2.3", "load_test"),
        ("k6/0.50 (https://k6.io/)", "load_test"),
        ("UptimeRobot/2.0", "monitor"),
    ],
)
def test_programs(ua: str, reason: str) -> None:
    assert user_agent_robot(ua) == reason


@pytest.mark.parametrize(
    "ua",
    [
        "",
        IPHONE,
        f"{IPHONE} miniProgram/wx0123456789abcdef",
        "Mozilla/5.0 (Linux; Android 11; CUBOT X50) AppleWebKit/537.36 Chrome/126 Mobile Safari",
        "Mozilla/5.0 (Linux; Android 14; Spider 2) MicroMessenger/8.0.50 NetType/5G",
        "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 wechatdevtools/1.06 MicroMessenger/8.0.5",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.5 Safari/605.1.15",
    ],
)
def test_people(ua: str) -> None:
    assert user_agent_robot(ua) == ""
