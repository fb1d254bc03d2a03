"""Who attacks an account slows down strangers, not the browser in which its owner signed in before."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from minilens.web.account.trusted_browser import KNOWN, Req, browser_name
from minilens.web.app import create_app
from minilens.web.auth.rate_limit import RateLimit, network
from tests.web.cast import CAFE, PASSWORD, Theatre, mark

Client = TestClient[Litestar]
VIEWER = "viewer@example.org"


def tried(client: Client, password: str, email: str = VIEWER, address: str = "192.0.2.1") -> int:
    """The status of an attempt."""
    form = {"csrf": mark(client), "email": email, "password": password}
    headers = {"x-forwarded-for": address}
    return client.post("/sign-in", data=form, headers=headers, follow_redirects=False).status_code


def test_an_attack_does_not_keep_out_who_was_in_before(theatre: Theatre) -> None:
    app = create_app(theatre.console())
    with TestClient(app) as own, TestClient(app) as attacker, TestClient(app) as new:
        assert tried(own, PASSWORD) == 303
        own.post("/sign-out", data={"csrf": mark(own, "/account")})
        assert [tried(attacker, "guess", address=f"192.0.2.{n}") for n in range(7)][-1] == 429
        assert tried(new, PASSWORD, address="198.51.100.7") == 429
        assert tried(own, PASSWORD) == 303


def test_its_own_attempts_are_counted_and_only_for_that_account(theatre: Theatre) -> None:
    app = create_app(theatre.console())
    with TestClient(app) as own:
        assert tried(own, PASSWORD) == 303
        own.post("/sign-out", data={"csrf": mark(own, "/account")})
        assert [tried(own, "guess") for _ in range(7)] == [401] * 5 + [429] * 2
    with TestClient(app) as other:
        assert tried(other, PASSWORD) == 303
        other.post("/sign-out", data={"csrf": mark(other, "/account")})
        owner = [tried(other, "guess", "owner@example.org") for _ in range(7)]
        assert owner == [401] * 5 + [429] * 2


def test_the_right_password_forgives_the_wrong_ones_before_it(theatre: Theatre) -> None:
    """By the account, which a new browser counts for, and by the browser that was in before."""
    app = create_app(theatre.console())
    with TestClient(app) as own, TestClient(app) as new:
        for _ in ("as a new browser", "as one that was in"):
            assert [tried(own, "guess") for _ in range(4)] == [401] * 4
            assert tried(own, PASSWORD) == 303
            own.post("/sign-out", data={"csrf": mark(own, "/account")})
        assert [tried(own, "guess") for _ in range(6)] == [401] * 5 + [429]
        assert [tried(new, "guess") for _ in range(6)] == [401] * 5 + [429]


@pytest.mark.parametrize("made_up", ["x.y", "x." + "0" * 64, "x.é", ".", "a" * 3000])
def test_a_mark_that_was_made_up_counts_for_nothing(theatre: Theatre, made_up: str) -> None:
    app = SimpleNamespace(state={"console": theatre.console()})
    request = cast(Req, SimpleNamespace(app=app, cookies={KNOWN: made_up}))
    assert browser_name(request, VIEWER) == ""


def test_a_network_of_the_new_kind_counts_as_one() -> None:
    assert network("2001:db8:1:2:3:4:5:6") == network("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert network("2001:db8:1:3::9") != network("2001:db8:1:2::9")
    assert [network(one) for one in ("192.0.2.1", "::ffff:192.0.2.1", "unknown", "")] == [
        "192.0.2.1", "192.0.2.1", "unknown", "",
    ]  # fmt: skip
    rate_limit = RateLimit()
    for n in range(60):
        rate_limit.spend(f"{n}@example.org", f"2001:db8::{n:x}", 0.0)
    with pytest.raises(Exception, match="Too many"):
        rate_limit.spend("new@example.org", "2001:db8::ffff", 0.0)


def test_a_number_beyond_all_rows_is_no_address(stranger: Client, theatre: Theatre) -> None:
    secret = theatre.records.sessions.create(theatre.number("owner"), now=now())
    stranger.cookies.set("minilens_session", secret)
    form = {"csrf": mark(stranger, "/account")}
    for number in (1 << 31, 1 << 63, 10**30):
        for path in (
            f"/a/cafe/settings/tokens/{number}/revoke", f"/account/sessions/{number}/end",
            f"/a/cafe/settings/members/{number}/remove",
        ):  # fmt: skip
            assert stranger.post(path, data=form).status_code == 404, path


def test_another_password_voids_links_that_sign_in(theatre: Theatre) -> None:
    records, who = theatre.records, theatre.number("viewer")
    others = theatre.code("analyst")
    for end in (
        lambda: records.accounts.set_password(who, "another one, long", now=now(), by=None),
        lambda: records.sessions.end_all(who, now=now(), by=who),
        lambda: records.accounts.disable(who, now=now(), by=None),
    ):
        link = theatre.code("viewer")
        phone = records.phone_links.create(who, CAFE.id, "/a/cafe/overview", now=now())
        end()
        assert records.sign_ins.use(link, now=now()) is None
        assert records.phone_links.use(phone, now=now()) is None
    assert records.sign_ins.use(others, now=now()) is not None
