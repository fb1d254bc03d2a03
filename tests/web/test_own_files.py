"""What the browser is sent: packed, kept for a year, light, and unchanged from its makers."""

from __future__ import annotations

import gzip
import hashlib
import re
from importlib.resources import files

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.web.static import STYLE, address, held

Client = TestClient[Litestar]
STATIC = files("minilens") / "static"
VENDOR = STATIC / "vendor"


def lines_of_vendor() -> list[list[str]]:
    rows = (VENDOR / "VENDOR.md").read_text("utf-8").splitlines()
    return [
        [cell.strip() for cell in row.split("|")[1:-1]]
        for row in rows
        if re.search(r"\.(js|ttf) \|", row)
    ]


def test_vendored_files_are_what_their_list_says() -> None:
    listed = {row[0]: row for row in lines_of_vendor()}
    assert set(listed) == {f.name for f in VENDOR.iterdir() if f.name.endswith((".js", ".ttf"))}
    for name, (_, version, digest, licence, _origin) in listed.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
        assert version in name
        for text in re.findall(r"[\w-]+\.txt", licence):
            assert (VENDOR / text).is_file()


@pytest.mark.parametrize("path", sorted(p for p in held() if p.startswith("js/")))
def test_own_scripts_stay_small(path: str) -> None:
    text = held()[path].plain.decode()
    assert text.count("\n") <= 150
    assert "eval(" not in text
    assert "innerHTML =" not in text


#: Zooming by a drag, the keys and the palette took 250 lines beyond the 1,300 there were, the map of provinces 50.
MOST_LINES = 1600


def test_own_scripts_stay_small_together() -> None:
    lines = sum(f.plain.count(b"\n") for p, f in held().items() if p.startswith("js/"))
    assert lines <= MOST_LINES


def test_every_style_file_is_part_of_the_one_that_pages_ask_for() -> None:
    there = {path.name.removesuffix(".css") for path in (STATIC / "css").iterdir()}
    assert there == set(STYLE)
    assert len(STYLE) == len(there)
    assert [path for path in held() if path.endswith(".css")] == ["console.css"]
    for name in there:
        text = (STATIC / "css" / f"{name}.css").read_text("utf-8")
        assert text in held()["console.css"].plain.decode()
        assert text.startswith("/* "), f"{name} does not say what is in it"


def test_a_file_is_packed_and_kept(stranger: Client) -> None:
    answer = stranger.get(address("console.css"), headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.content == held()["console.css"].plain
    plain = stranger.get(address("console.css"), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["content-type"] == "text/css; charset=utf-8"


def test_an_old_address_still_answers_but_is_not_kept(stranger: Client) -> None:
    answer = stranger.get("/static/000000000000/console.css")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["nothing.css", "../console.py", "%2e%2e/pages.py", "js"])
def test_nothing_else_is_served(stranger: Client, path: str) -> None:
    assert stranger.get(f"/static/x/{path}").status_code == 404


def test_a_first_visit_weighs_at_most_400_kb(owner: Client) -> None:
    page = owner.get("/a/cafe/overview")
    addresses = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    assert len(addresses) >= 10
    weight = len(gzip.compress(page.content))
    for card in ("yesterday", "trend?period=90d", "pages", "entries"):
        weight += len(gzip.compress(owner.get(f"/a/cafe/overview/{card}").content))
    for one in addresses:
        weight += len(held()[one.split("/", 3)[3]].packed)
    assert weight <= 400_000


def test_pages_are_packed(owner: Client) -> None:
    answer = owner.get("/a/cafe/overview", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("path", ["/a/cafe/overview", "/a/cafe/overview/trend", "/sign-in?lang=en"])
def test_no_page_holds_a_script_or_a_style(owner: Client, path: str) -> None:
    answer = owner.get(path)
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style| style=| on\w+=\"", answer.text)
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/api/v1/openapi.json", "/sign-in"])
def test_every_answer_carries_the_guards(stranger: Client, path: str) -> None:
    headers = stranger.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "content-security-policy" in headers


def test_the_site_answers(stranger: Client) -> None:
    assert stranger.get("/healthz").json() == {"ok": True}
