"""A user's page and the way to it: what each role sees and may do, and what is said when it is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from minilens.records.event_content import Field
from minilens.records.field_values import ValueName
from minilens.web.persons.doors import Deed
from tests.web.cast import LONG_AGO, Theatre, mark, sign_in
from tests.web.person_cast import HASH
from tests.web.sites import site

Client = TestClient[Litestar]
HERE = "/a/cafe/persons"
LI = f"{HERE}/p12"


@pytest.fixture
def admin(theatre: Theatre) -> Iterator[Client]:
    yield from signed_in(theatre, "admin")


@pytest.fixture
def analyst(theatre: Theatre) -> Iterator[Client]:
    yield from signed_in(theatre, "analyst")


def signed_in(theatre: Theatre, who: str) -> Iterator[Client]:
    with (
        site(theatre.console()) as app,
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        client.follow_redirects = False
        client.headers["accept-language"] = "en"
        sign_in(client, theatre, who)
        yield client


def send(client: Client, path: str, page: str = LI, **typed: str) -> Any:
    return client.post(path, data={"csrf": mark(client, page), **typed})


def test_one_is_found_by_any_identity_and_no_address_says_which(analyst: Client) -> None:
    found = send(analyst, HERE, HERE, type="wechat-unionid", value=" o6_li ")
    assert (found.status_code, found.headers["location"]) == (303, f"{LI}?found={HASH}")
    assert "your search" in analyst.get(found.headers["location"]).text
    for typed in ("p12", "12", "p34"):
        found = send(analyst, HERE, HERE, type="number", value=typed)
        assert found.headers["location"] == LI
    for kind, value, said in (
        ("wechat-unionid", "nobody", "No user found with this value"),
        ("number", "p99", "No user found"), ("device", "", "Enter"), ("", "x", "No user found"),
    ):  # fmt: skip
        refused = send(analyst, HERE, HERE, type=kind, value=value)
        assert refused.status_code in (404, 422)
        assert said in refused.text, (kind, value)
        assert f'value="{value}"' in refused.text


def test_a_number_that_went_into_another_leads_there(analyst: Client) -> None:
    moved = analyst.get(f"{HERE}/p34")
    assert (moved.status_code, moved.headers["location"]) == (303, LI)
    for nobody in ("p99", "x", "p0", "p12x", f"p{2**40}", "%00", "p" + "9" * 400):
        assert analyst.get(f"{HERE}/{nobody}").status_code == 404, nobody


def test_an_analyst_sees_a_mask_and_changes_nothing(theatre: Theatre, analyst: Client) -> None:
    theatre.records.sensitive.set(1, "salary", now=LONG_AGO)
    page = analyst.get(LI).text
    assert HASH not in page
    assert f"{HASH[:6]}…" in page
    assert "13700001234" not in page
    assert "9000" not in page
    assert "深圳" in page
    assert not re.search(r'action="/a/cafe/persons/p12/', page)
    for do in ("export", "erase", "merge", "undo"):
        assert send(analyst, f"{LI}/{do}").status_code == 403, do
    assert theatre.persons.done == []


def test_an_admin_sees_whole_hashes_but_nothing_sensitive(theatre: Theatre, admin: Client) -> None:
    theatre.records.sensitive.set(1, "salary", now=LONG_AGO)
    page = admin.get(LI).text
    assert HASH in page
    assert "13700001234" in page
    assert "9000" not in page


def test_merging_undoing_handing_out_and_erasing(theatre: Theatre, admin: Client) -> None:
    by = theatre.number("admin")
    made = send(admin, f"{LI}/merge", other="p7", why="  same\n card ")
    assert (made.status_code, made.headers["location"]) == (303, f"{LI}?done=merged")
    undone = send(admin, f"{LI}/undo", merge="5021", why="two sisters")
    assert undone.headers["location"] == f"{LI}?done=undone"
    file = send(admin, f"{LI}/export")
    assert (file.content, file.headers["cache-control"]) == (b"all of p12", "no-store")
    assert "cafe_p12.zip" in file.headers["content-disposition"]
    gone = send(admin, f"{LI}/erase", identities="2")
    assert gone.headers["location"] == f"{HERE}?done=erased"
    assert theatre.persons.done == [
        ("join", ("p12", "p7"), Deed(by, "same card")), ("undo", 5021, Deed(by, "two sisters")),
        ("erase", "p12", Deed(by)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("do", "typed", "status", "said"),
    [("merge", {"other": ""}, 422, "Enter"), ("merge", {"other": "p99"}, 404, "There is no person p99"),
     ("merge", {"other": "p7", "why": "x" * 121}, 422, "120"), ("undo", {"merge": "77"}, 404, "no merge"),
     ("undo", {"merge": "x"}, 404, "no merge"), ("undo", {}, 404, "no merge"),
     ("erase", {"identities": "1"}, 409, "was just changed"), ("erase", {}, 409, "was just changed")],
)  # fmt: skip
def test_what_cannot_be_done_is_said_on_the_page(
    theatre: Theatre, admin: Client, do: str, typed: dict[str, str], status: int, said: str
) -> None:
    refused = send(admin, f"{LI}/{do}", **typed)
    assert refused.status_code == status
    assert said in refused.text
    assert "User p12" in refused.text
    assert theatre.persons.done == []


def test_the_timeline_by_event_and_page(analyst: Client) -> None:
    assert "own_event" in analyst.get(LI).text
    assert "before=1-2-3-4" in analyst.get(LI).text
    only = analyst.get(f"{LI}?event=pay_success").text
    assert only.count("<time") == 1
    older = analyst.get(f"{LI}?before=1-2-3-4").text
    assert "Newest" in older
    assert analyst.get(f"{LI}?before=wrong").status_code == 422


def test_viewers_have_no_way_there_and_strangers_no_page(theatre: Theatre) -> None:
    for who, status in (("viewer", 403), ("neighbour", 404)):
        for client in signed_in(theatre, who):
            assert client.get(LI).status_code == status
            assert client.get(HERE).status_code == status
            if who == "viewer":
                assert HERE not in client.get("/a/cafe/overview").text
    for client in signed_in(theatre, "analyst"):
        assert HERE in client.get("/a/cafe/overview").text


def test_a_number_that_was_not_handed_on(theatre: Theatre, admin: Client, analyst: Client) -> None:
    page = admin.get(LI).text
    assert "Numbers handed on" in page
    assert page.count("Not handed on…") == page.count("Handed on after all…") == 1
    done = send(admin, f"{LI}/handed-on", hash=HASH, do="keep", why="typed wrong")
    assert (done.status_code, done.headers["location"]) == (303, f"{LI}?done=kept")
    assert send(admin, f"{LI}/handed-on", hash=HASH, do="release").status_code == 303
    by = theatre.number("admin")
    assert theatre.persons.done == [
        ("keep", HASH, Deed(by, "typed wrong")), ("release", HASH, Deed(by, "")),
    ]  # fmt: skip
    assert send(admin, f"{LI}/handed-on", hash="ff").status_code == 404
    shown = analyst.get(LI).text
    assert "Numbers handed on" in shown
    assert "Not handed on…" not in shown
    assert HASH not in shown
    assert send(analyst, f"{LI}/handed-on", hash=HASH, do="keep").status_code == 403


def test_the_same_user_in_another_app_is_named_to_who_may_look_there(theatre: Theatre) -> None:
    """To admins of this app alone nothing is said; to owners of all with that app's own figures."""
    link = 'href="/a/shop/persons/p7"'
    for who, shown in (("admin", False), ("analyst", False), ("owner", True)):
        for client in signed_in(theatre, who):
            page = client.get(LI).text
            assert (link in page, "In other mini programs" in page) == (shown, shown), who
    theatre.records.grants.set(theatre.number("admin"), 2, "viewer", now=LONG_AGO, by=None)
    for client in signed_in(theatre, "admin"):
        assert link not in client.get(LI).text, "a viewer there sees no user"
    theatre.records.grants.set(theatre.number("admin"), 2, "analyst", now=LONG_AGO, by=None)
    for client in signed_in(theatre, "admin"):
        assert link in client.get(LI).text


def test_by_api_only_a_token_of_who_keeps_the_server_learns_of_other_apps(theatre: Theatre) -> None:
    tokens = theatre.records.tokens
    theatre.records.grants.set(theatre.number("admin"), 1, "owner", now=LONG_AGO, by=None)
    for who, others in ((None, ["shop"]), ("owner", ["shop"]), ("admin", [])):
        by = theatre.number(who) if who else None
        token = tokens.create(1, ("admin",), now=now(), name="x", by=by)
        with (
            site(theatre.console()) as app,
            TestClient(app, raise_server_exceptions=False) as client,
        ):
            said = client.get(
                "/api/v1/apps/cafe/persons/p12", headers={"authorization": f"Bearer {token}"}
            ).json()
        assert [one["app"] for one in said["elsewhere"]] == others, who
        assert [one["totals"]["launches"] for one in said["elsewhere"]] == [3] * len(others)


def test_values_of_events_have_the_names_that_the_app_gave_them(
    admin: Client, theatre: Theatre
) -> None:
    fields = [Field("salary", "工资", "text")]
    theatre.records.events.declare(1, "paid_out", "已发", fields, now=now())
    theatre.records.field_values.set(1, "salary", (ValueName("9000", "高", "High"),), now=now())
    assert "9000 (High)" in admin.get(LI).text
    assert "9000（高）" in admin.get(LI, headers={"accept-language": "zh-CN"}).text
    theatre.records.sensitive.set(1, "salary", now=now())
    assert "(High)" not in admin.get(LI).text  # a value that is masked has no name
