"""The site over the fixed cast: an owner who is signed in, and a stranger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.web.app import create_app
from tests.web.cast import Theatre


@pytest.fixture
def theatre() -> Theatre:
    return Theatre()


@pytest.fixture
def stranger(theatre: Theatre) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(theatre.console()), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def owner(theatre: Theatre) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(theatre.console()), raise_server_exceptions=False) as client:
        client.get("/sign-in?code=open-sesame", follow_redirects=False)
        yield client
