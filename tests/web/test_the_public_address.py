"""How the site is reached from outside, where that was said: it counts for cookies and for links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.web.app import create_app
from tests.web.cast import Theatre, press, sign_in

Client = TestClient[Litestar]


@pytest.fixture
def public(theatre: Theatre) -> Iterator[Client]:
    console = replace(theatre.console(), public_url="https://stats.example.com")
    with TestClient(create_app(console), raise_server_exceptions=False) as client:
        yield client


def test_cookies_are_for_https_whatever_the_proxy_says(public: Client, theatre: Theatre) -> None:
    plain = {"x-forwarded-proto": "http"}
    public.base_url = "https://testserver.local"
    answer = press(public, f"/sign-in?code={theatre.code()}", **plain)
    assert "Secure" in answer.headers["set-cookie"]


def test_a_card_names_the_public_address_of_its_call(public: Client, theatre: Theatre) -> None:
    public.base_url = "https://testserver.local"  # else the cookie for https would stay at home
    sign_in(public, theatre)
    card = public.get("/a/shop/overview/trend", headers={"x-minilens-card": "1"})
    assert card.status_code == 200
    assert "https://stats.example.com/api/v1/apps/shop/reports/overview.trend" in card.text
    assert "testserver" not in card.text
