"""Settings and commands beside a server that runs: keys are used, rotated, retired; a phone reads along."""

from __future__ import annotations

import re
import time
from pathlib import Path

import httpx
import pytest

from tests.serve.server import Server, key_of, server
from tests.web.cast import press

pytestmark = pytest.mark.waits

TRACKER = "/a/shop/settings/tracker"


def mark(text: str) -> str:
    """The mark of a page's forms."""
    found = re.search(r'name="csrf" value="(\w+)"', text)
    assert found
    return found[1]


def shows(browser: httpx.Client, path: str, text: str) -> None:
    """What came is known to the page a moment later."""
    for _ in range(100):
        if text in (page := browser.get(path).text):
            return
        time.sleep(0.1)
    raise AssertionError(f"{text} is not in {page}")


def sent(one: Server, key: str, **more: object) -> int:
    """The status of a batch with that key."""
    event = {"id": f"e-{time.time_ns()}", "n": "page_view", "t": time.time_ns() // 10**6, "p": "p"}
    batch = {"v": 1, "k": key, "d": "phone", "ev": [event | {"s": "s"}], **more}
    return httpx.post(f"{one.url}/v1/collect", json=batch, timeout=20).status_code


def until(one: Server, key: str, status: int) -> None:
    """The receiver looks at the keys again every few seconds."""
    for _ in range(100):
        if sent(one, key) == status:
            return
        time.sleep(0.2)
    raise AssertionError(f"{key} is not answered with {status}")


def see_what_arrives(one: Server, browser: httpx.Client, key: str, form_mark: str) -> None:
    """The connection, and a phone in test mode."""
    shows(browser, f"{TRACKER}/check", "Connected: events of the released version")
    begun = browser.post(f"{TRACKER}/test", data={"csrf": form_mark, "page": "pages/a"})
    address = begun.headers["location"]
    code = re.search(r"code=([\w-]+)", address)
    assert code
    shows(browser, address, "Waiting for the phone")
    assert sent(one, key, test=code[1], ctx={"model": "Phone of a tester"}) == 200
    shows(browser, address.replace("/test?", "/test/events?"), "Phone of a tester")
    shows(browser, f"{TRACKER}/check", "test mode and previews")


def test_a_key_from_its_first_use_to_its_end(tmp_path: Path) -> None:
    with (
        server(tmp_path / "data") as one,
        httpx.Client(base_url=one.url, timeout=20, headers={"Accept-Language": "en"}) as browser,
    ):
        assert press(browser, one.command("sign-in").strip()).status_code == 303
        page = browser.get(TRACKER).text
        assert "never used" in page
        old = key_of(one)
        assert sent(one, old) == 200
        for _ in range(100):
            if "last used" in (page := browser.get(TRACKER).text):
                break
            time.sleep(0.2)
        assert "last used" in page
        see_what_arrives(one, browser, old, mark(page))
        form = {"csrf": mark(page), "days": "30", "newest": "1"}
        assert browser.post(f"{TRACKER}/rotate", data=form).status_code == 303
        new = key_of(one)
        assert new != old
        until(one, new, 200)
        assert sent(one, old) == 200
        one.command("keys", "retire", "shop", old)
        until(one, old, 401)
        assert sent(one, new) == 200
        assert "command line" in browser.get("/a/shop/settings/audit?action=key").text

        form = {"csrf": mark(page), "at": "/a/shop/live"}
        host = {"host": "stats.example.com"}
        made = browser.post("/a/shop/phone", data=form, headers=host)
        shown = browser.get(made.headers["location"], headers=host).text
        code = re.search(r"http://stats\.example\.com(/phone\?code=[\w-]+)", shown)
        assert code
        with httpx.Client(base_url=one.url, timeout=20) as phone:
            page = phone.get(code[1]).text
            form = {"csrf": mark(page), "code": code[1].partition("=")[2]}
            assert phone.post("/phone", data=form).headers["location"] == "/a/shop/live"
            assert phone.get("/a/shop/live").status_code == 200
            assert phone.get(TRACKER).status_code == 403
        assert browser.get("/apps").status_code == 200
