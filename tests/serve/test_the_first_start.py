"""The first start prints a link that makes the owner; later ones print no way in."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from tests.serve.server import Server
from tests.web.cast import press

pytestmark = pytest.mark.waits

ME = {
    "email": "me@example.org",
    "name": "Me",
    "password": "correct horse",
    "again": "correct horse",
}


def mark(text: str) -> str:
    """The mark of a page's forms."""
    found = re.search(r'name="csrf" value="(\w+)"', text)
    assert found
    return found[1]


def test_from_the_first_start_to_a_second_session(tmp_path: Path) -> None:
    one = Server(tmp_path / "data")
    one.command("apps", "create", "shop")
    one.start()
    try:
        printed = re.search(
            rf"Create owner account.*({one.url}/sign-in\?code=([\w-]+))", one.log.read_text()
        )
        assert printed
        with httpx.Client(
            base_url=one.url, timeout=20, headers={"Accept-Language": "en"}
        ) as browser:
            page = browser.get(printed[1])
            assert "Create owner account" in page.text
            form = {**ME, "code": printed[2], "csrf": mark(page.text)}
            answer = browser.post("/owner", data=form)
            assert (answer.status_code, answer.headers["location"]) == (303, "/")
            assert browser.get("/a/shop/overview").status_code == 200
        one.stop()
        one.log.write_text("")
        one.start()
        assert "code=" not in one.log.read_text()
        believed_only_of_a_proxy(one)
        link = one.command("sign-in").strip()
        assert link.startswith(f"{one.url}/sign-in?code=")
        with httpx.Client(base_url=one.url, timeout=20) as browser:
            assert browser.get(link).status_code == 200  # who only looks is not in
            assert browser.get("/account").status_code == 303
            assert press(browser, link).status_code == 303
            assert "me@example.org" in browser.get("/account").text
    finally:
        one.stop()


def believed_only_of_a_proxy(one: Server) -> None:
    """Whoever says to have come by https is no proxy of ours: the cookie is set as for http."""
    with httpx.Client(base_url=one.url, timeout=20) as browser:
        page = browser.get("/sign-in", headers={"X-Forwarded-Proto": "https"})
        assert "Secure" not in page.headers["set-cookie"]
        form = {**ME, "email": "Me@Example.org ", "csrf": mark(page.text), "next": "/account"}
        lies = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
        answer = browser.post("/sign-in", data=form, headers=lies)
        assert answer.headers["location"] == "/account"
        assert "Secure" not in answer.headers["set-cookie"]
