"""Settings, Identities: the lists lead to users; two are merged there, a merge is undone, and refusals are said."""

from __future__ import annotations

import pytest

from minilens.web.persons.doors import Deed
from tests.web.cast import CAFE, Theatre
from tests.web.test_the_page_of_a_user import Client, admin, send, signed_in

__all__ = ["admin"]
HERE = "/a/cafe/settings/identities"


@pytest.mark.parametrize(
    ("name", "said"),
    [("conflicts", "over a limit"), ("merges", "merge 5021"), ("largest", "41 identities (devices: 38)"),
     ("broken", "2 links against it"), ("nonsense", "over a limit")],
)  # fmt: skip
def test_each_list_leads_to_its_users(admin: Client, name: str, said: str) -> None:
    page = admin.get(f"{HERE}?list={name}").text
    assert said in page
    assert 'href="/a/cafe/persons/p12"' in page


def test_what_can_be_done_is_offered_where_it_can(admin: Client) -> None:
    conflicts, merges = (admin.get(f"{HERE}?list={name}").text for name in ("conflicts", "merges"))
    assert conflicts.count('name="one" value="p12"') == 1  # one of two is about two users
    assert merges.count('name="merge"') == 1  # the other is undone already


def test_merging_and_undoing(theatre: Theatre, admin: Client) -> None:
    by = theatre.number("admin")
    done = send(admin, f"{HERE}/merge", HERE, one="p12", other=" p7 ", why="one card")
    assert done.headers["location"] == f"{HERE}?done=merged&list=merges"
    done = send(admin, f"{HERE}/undo", HERE, merge="5021")
    assert done.headers["location"] == f"{HERE}?done=undone&list=merges"
    assert theatre.persons.done == [
        ("join", ("p12", "p7"), Deed(by, "one card")), ("undo", 5021, Deed(by)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("do", "typed", "status", "said"),
    [("merge", {"one": "p12"}, 422, "Enter a value"), ("merge", {"one": "p12", "other": "p99"}, 404, "no person p99"),
     ("merge", {"one": "p12", "other": "p7", "why": "x" * 121}, 422, "120"),
     ("undo", {"merge": "x"}, 404, "no merge"), ("undo", {"merge": "9" * 40}, 404, "no merge")],
)  # fmt: skip
def test_what_cannot_be_done_is_said(
    theatre: Theatre, admin: Client, do: str, typed: dict[str, str], status: int, said: str
) -> None:
    refused = send(admin, f"{HERE}/{do}", HERE, **typed)
    assert (refused.status_code, said in refused.text) == (status, True)
    assert theatre.persons.done == []


def test_only_admins_come_there(theatre: Theatre) -> None:
    for who, status in (("analyst", 403), ("viewer", 403), ("neighbour", 404)):
        for client in signed_in(theatre, who):
            assert client.get(HERE).status_code == status
            assert HERE not in client.get(f"/a/{CAFE.name}/settings").text
