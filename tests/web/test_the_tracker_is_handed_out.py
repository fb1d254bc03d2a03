"""The tracker's files as a developer gets them: as they are in the package, or with key and address before them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from functools import partial
from importlib.resources import files
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from minilens.web.admin.tracker_file import prefixed, request_domain, version
from minilens.web.app import create_app
from minilens.web.console import App
from tests.web.cast import Theatre, sign_in

Client = TestClient[Litestar]
VERSIONS = files("minilens") / "static" / "tracker"
FILE = "/a/cafe/settings/tracker/file"
EN = {"accept-language": "en"}
#: File → the beginning of its SHA-256. A version that was published never changes: a change is a new version.
PUBLISHED = {
    "1.0.0": {
        "cl_tracker.core.js": "a7fcd8fdd15ff61d",
        "cl_tracker.esm.js": "4b4f953979501f19",
        "cl_tracker.js": "a2f99b50f558b9b9",
        "cl_tracker_agent.js": "f3f15abfe9b07cba",
        "cl_tracker_login.js": "e5c223b616df6899",
        "cl_tracker_requests.js": "f4e5a89a958e2090",
    }
}


def test_a_published_version_never_changes() -> None:
    found = {
        one.name: {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:16] for file in one.iterdir()
        }
        for one in VERSIONS.iterdir()
    }
    assert found == PUBLISHED
    assert version() == max(PUBLISHED)


@pytest.mark.parametrize("name", ["cl_tracker.js", "cl_tracker_agent.js", "cl_tracker_requests.js"])
def test_a_file_of_the_tracker(stranger: Client, name: str) -> None:
    for one in VERSIONS.iterdir():
        answer = stranger.get(f"/static/latest/tracker/{one.name}/{name}")
        assert answer.status_code == 200
        assert "javascript" in answer.headers["content-type"]
        assert answer.content == (one / name).read_bytes()


def facts_in(answer: Any, name: str) -> dict[str, str]:
    """What the line says; the rest is what is shipped."""
    assert answer.status_code == 200, answer.text
    line, _, rest = answer.content.partition(b"\n")
    assert rest == (VERSIONS / version() / name).read_bytes()
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert "no-store" in answer.headers["cache-control"]
    said = line.decode("ascii").removeprefix("var MINILENS=").removesuffix(";")
    return dict(json.loads(said))


def test_the_download_holds_key_and_address(owner: Client, theatre: Theatre) -> None:
    old = theatre.records.keys.of(1)[0]
    theatre.records.keys.create(1, now=now(), retire_others_after=timedelta(days=3))
    new = theatre.records.keys.of(1)[0]
    server = "http://127.0.0.1:8000"
    for key in (old, new):  # one that goes on for a while is still in phones
        found = facts_in(owner.get(f"{FILE}?key={key.id}"), "cl_tracker.js")
        assert found == {"key": key.key, "server": server}
    answer = owner.get(f"{FILE}?key={new.id}&name=cl_tracker.esm.js&consent=remember")
    found = facts_in(answer, "cl_tracker.esm.js")
    assert found == {"key": new.key, "server": server, "consent": "remember"}
    page = owner.get("/a/cafe/settings/tracker", headers=EN).text
    assert f'<option value="{old.id}">{old.key}</option>' in page
    assert f'<option value="{new.id}" selected>{new.key}</option>' in page


def test_no_file_for_a_key_that_takes_no_events(owner: Client, theatre: Theatre) -> None:
    own, foreign = theatre.records.keys.of(1)[0].id, theatre.records.keys.of(2)[0].id
    for key in (foreign, 99, "", "x"):
        assert owner.get(f"{FILE}?key={key}").status_code == 404
    theatre.records.keys.retire(1, own, now=now())
    assert owner.get(f"{FILE}?key={own}").status_code == 404
    page = owner.get("/a/cafe/settings/tracker", headers=EN).text
    assert "There is no active write key." in page
    assert 'settings/tracker/file"' not in page


@pytest.mark.parametrize("asked", ["name=../errors.py", "name=cl_tracker_requests.js", "consent=1"])
def test_other_files_are_refused(owner: Client, theatre: Theatre, asked: str) -> None:
    own = theatre.records.keys.of(1)[0].id
    assert owner.get(f"{FILE}?key={own}&{asked}").status_code == 422


def test_nothing_in_the_line_ends_a_script() -> None:
    text = prefixed("cl_tracker.js", {"key": "</script>\u2028", "server": "https://例.com"})
    line = text.partition(b"\n")[0]
    assert b"<" not in line
    assert line.isascii()


@pytest.mark.parametrize(
    ("server", "text", "unfit"),
    [
        ("https://stats.example.com", "https://stats.example.com", ""),
        ("https://stats.example.com:8443/in", "https://stats.example.com:8443", ""),
        ("http://stats.example.com", "http://stats.example.com", "http"),
        ("https://203.0.113.7", "https://203.0.113.7", "host"),
        ("https://[2001:db8::1]:443", "https://[2001:db8::1]:443", "host"),
        ("https://localhost", "https://localhost", "host"),
        ("http://stats", "http://stats", "host"),
    ],
)
def test_the_domain_that_wechat_asks_for(server: str, text: str, unfit: str) -> None:
    found = request_domain(server)
    assert (found.text, found.unfit) == (text, unfit)


def _same(address: dict[str, object], _app: App) -> dict[str, object]:
    return address


def test_the_page_says_which_address_phones_cannot_reach(theatre: Theatre) -> None:
    said = {
        "http://127.0.0.1:8000": "neither IP addresses",
        "http://a.example": "only accepts https",
        "https://a.example": "",
    }
    for server, warning in said.items():
        address: dict[str, object] = {"write_key": "w", "collect_url": f"{server}/v1/collect"}
        console = replace(theatre.console(), collecting=partial(_same, address))
        client = TestClient(create_app(console), raise_server_exceptions=False)
        sign_in(client, theatre)
        page = client.get("/a/cafe/settings/tracker", headers=EN).text
        assert f"{server}</pre>" in page
        assert warning in page
        assert ("public_url" in page) is bool(warning)


def test_only_owners_read_which_setting_the_address_is_from(theatre: Theatre) -> None:
    address: dict[str, object] = {"write_key": "w", "collect_url": "http://a.example/v1/collect"}
    console = replace(theatre.console(), collecting=partial(_same, address))
    client = TestClient(create_app(console), raise_server_exceptions=False)
    sign_in(client, theatre, "admin")
    page = client.get("/a/cafe/settings/tracker", headers=EN).text
    assert ("Ask whoever runs it" in page, "public_url" in page) == (True, False)
