"""While the store of the records is away, the site says to come back, and opens to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.records.store import Records
from minilens.web.app import create_app
from minilens.web.auth.guard import COOKIE
from tests.web.cast import Theatre

NOWHERE = "postgresql+psycopg://nobody@/none?host=/nowhere/at/all"


@pytest.fixture
def client(theatre: Theatre) -> Iterator[TestClient[Litestar]]:
    console = replace(theatre.console(), records=Records(NOWHERE))
    with TestClient(create_app(console), raise_server_exceptions=False) as made:
        yield made


@pytest.mark.parametrize("path", ["/a/cafe/overview", "/account", "/a/cafe/overview/trend.json"])
def test_a_session_cannot_be_looked_up(client: TestClient[Litestar], path: str) -> None:
    client.cookies.set(COOKIE, "some-session")
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "nowhere" not in answer.text


def test_nor_a_token(client: TestClient[Litestar]) -> None:
    header = {"authorization": "Bearer reader"}
    answer = client.get("/api/v1/apps/cafe/reports", headers=header)
    assert (answer.status_code, answer.json()["code"]) == (503, "starting")
