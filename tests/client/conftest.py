"""The fixed cast of the site, asked through our own client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.client import Client
from tests.web.cast import Theatre
from tests.web.sites import site


@pytest.fixture
def theatre() -> Iterator[Theatre]:
    made = Theatre()
    yield made
    made.close()


@pytest.fixture
def http(theatre: Theatre) -> Iterator[TestClient[Litestar]]:
    with (
        site(theatre.console()) as app,
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        yield client


@pytest.fixture
def cafe(http: TestClient[Litestar]) -> Client:
    return Client("http://testserver.local", "reader", "cafe", language="en", http=http)
