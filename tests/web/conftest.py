"""The site over the fixed cast: an owner who is signed in, and one whom nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.web.cast import Theatre, sign_in
from tests.web.sites import site


@pytest.fixture
def theatre() -> Iterator[Theatre]:
    made = Theatre()
    yield made
    made.close()


@pytest.fixture
def stranger(theatre: Theatre) -> Iterator[TestClient[Litestar]]:
    with (
        site(theatre.console()) as app,
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        yield client


@pytest.fixture
def owner(theatre: Theatre) -> Iterator[TestClient[Litestar]]:
    with (
        site(theatre.console()) as app,
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        sign_in(client, theatre)
        yield client
