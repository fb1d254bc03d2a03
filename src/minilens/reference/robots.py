"""Programs that pass for visitors, told by the User-Agent of a request.

For what trackers send. Servers that report through an API token are scripts by right: do not ask
here about them. The words of the reasons are those of `scenes.ROBOTS` where they mean the same.
"""

from __future__ import annotations

import re

#: Reason → what its User-Agents contain, in lower case. The first row that fits gives the reason.
ROBOTS: dict[str, tuple[str, ...]] = {
    "headless": ("headless", "phantomjs", "puppeteer", "playwright", "selenium", "webdriver"),
    "load_test": ("apachebench", "jmeter", "locust", "k6/", "wrk/", "vegeta", "gatling"),
    "monitor": ("pingdom", "uptime", "zabbix", "prometheus", "blackbox", "site24x7", "nagios"),
    "crawler": ("crawler", "spider", "slurp", "facebookexternalhit", "archiver", "mediapartners"),
    "script": (
        "python", "curl/", "wget", "go-http-client", "java/", "apache-httpclient", "libwww",
        "aiohttp", "httpx", "scrapy", "axios", "node-fetch", "undici", "postman", "insomnia",
        "php/", "guzzle", "ruby", "perl",
    ),
}  # fmt: skip
#: Inside WeChat only these count: a phone's model name may hold any word.
INSIDE_WECHAT: dict[str, tuple[str, ...]] = {"crawler": ("mpcrawler",), "headless": ("headless",)}

# Googlebot/2.1 and bingbot, but not the phones of CUBOT.
_BOT = re.compile(r"(?<!cu)bot(?![a-z])")


def user_agent_robot(ua: str) -> str:
    """Why this is no person, or nothing. No User-Agent at all proves nothing."""
    text = ua.lower()
    if "mpcrawler" in text:
        return "crawler"
    inside = "micromessenger" in text
    for reason, words in (INSIDE_WECHAT if inside else ROBOTS).items():
        if any(word in text for word in words):
            return reason
    return "crawler" if not inside and _BOT.search(text) else ""
