"""Settings, Identities, types: moved, limited, added, retired, values blocked; each says first what it would do."""

from __future__ import annotations

import re

import pytest

from minilens.identity.preview import Touched
from minilens.identity.types import DEFAULT, row_of, types_of
from minilens.records.identity_types import TypeRow
from tests.web.cast import LONG_AGO, Theatre
from tests.web.test_the_page_of_a_user import Client, admin, send, signed_in

__all__ = ["admin"]
HERE = "/a/cafe/settings/identities"
OF = f"{HERE}/type?name=c_memberid"


def hidden(page: str) -> dict[str, str]:
    """What the form of the last question holds."""
    last = page.rpartition("<form")[2]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', last))


def set_now(theatre: Theatre) -> dict[str, TypeRow]:
    return {row.name: row for row in theatre.records.identity_types.all(1).get(1, [])}


def seen(client: Client, page: str = OF) -> str:
    found = re.search(r'name="seen" value="(\w+)"', client.get(page).text)
    assert found
    return found[1]


def test_a_limit_is_looked_at_and_then_set(theatre: Theatre, admin: Client) -> None:
    typed = {"name": "c_memberid", "seen": seen(admin), "most": "2", "takes_part": "yes"}
    asked = send(admin, f"{HERE}/type", OF, **typed)
    assert asked.status_code == 200
    assert "Users who will be merged, also in the past: 3" in asked.text
    assert "no longer fit the new setting: 1" in asked.text
    kinds, types = theatre.persons.looked[0]
    assert (kinds, types.of("c_memberid").most, types.of("mobile")) == (
        ["c_memberid"], 2, DEFAULT.of("mobile"),
    )  # fmt: skip
    assert set_now(theatre) == {}, "nothing is saved before it is asked"
    done = send(admin, f"{HERE}/type", OF, **hidden(asked.text) | {"csrf": mark_of(asked.text)})
    assert (done.status_code, done.headers["location"]) == (303, f"{HERE}?done=saved")
    assert set_now(theatre)["c_memberid"].most == 2
    (entry,) = theatre.records.audit.entries(action="identity")
    assert (entry.account, entry.target, entry.details["to"]) == (
        theatre.number("admin"), "c_memberid", {"most": 2},
    )  # fmt: skip


def mark_of(page: str) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found
    return found[1]


def test_where_nobody_is_touched_that_is_said(theatre: Theatre, admin: Client) -> None:
    theatre.persons.touched = Touched(0, 0, 20, 50)
    asked = send(admin, f"{HERE}/type", OF, name="c_memberid", most="0")
    assert "No user is merged or separated" in asked.text
    assert "Estimated from 20 of 50" in asked.text


def test_the_later_of_two_editors_is_told(theatre: Theatre, admin: Client) -> None:
    looked = seen(admin)
    before = row_of(types_of([]).of("c_memberid"))
    theatre.records.identity_types.set(1, before, now=LONG_AGO, most=5)
    for sure in ({}, {"sure": "1"}):
        late = send(admin, f"{HERE}/type", OF, name="c_memberid", seen=looked, most="2", **sure)
        assert (late.status_code, "was just changed" in late.text) == (409, True)
    assert set_now(theatre)["c_memberid"].most == 5
    order = seen(admin, HERE)
    theatre.records.identity_types.set(1, set_now(theatre)["c_memberid"], now=LONG_AGO, most=6)
    late = send(admin, f"{HERE}/order", HERE, name="mobile", do="down", seen=order, sure="1")
    assert (late.status_code, "was just changed" in late.text) == (409, True)


def test_types_are_moved(theatre: Theatre, admin: Client) -> None:
    typed = {"name": "c_memberid", "do": "up", "seen": seen(admin, HERE)}
    asked = send(admin, f"{HERE}/order", HERE, **typed)
    assert theatre.persons.looked[0][0] == ["applet-wechat", "c_memberid"]
    assert hidden(asked.text)["do"] == "up"
    assert send(admin, f"{HERE}/order", HERE, **typed, sure="1").status_code == 303
    order = {name: row.priority for name, row in set_now(theatre).items()}
    assert order == {"c_memberid": 2, "applet-wechat": 3}
    names = re.findall(r'name="name" value="([\w-]+)"', admin.get(HERE).text)
    assert list(dict.fromkeys(names)) == ["mobile", "wechat-unionid", "c_memberid", "applet-wechat"]
    for name, do in (
        ("mobile", "up"),
        ("applet-wechat", "down"),
        ("device", "up"),
        ("x", "up"),
        ("mobile", "x"),
    ):
        assert send(admin, f"{HERE}/order", HERE, name=name, do=do, sure="1").status_code == 422


def test_an_own_type_is_added_and_retired(theatre: Theatre, admin: Client) -> None:
    new = {"new": "1", "name": "crm", "zh": "客户号", "en": "CRM number", "most": "1", "sure": "1"}
    assert send(admin, f"{HERE}/type", HERE, **new).status_code == 303
    assert set_now(theatre)["crm"].en == "CRM number"
    again = send(admin, f"{HERE}/type", HERE, **new)
    assert (again.status_code, "already an identity type named crm" in again.text) == (409, True)
    wrong = send(admin, f"{HERE}/type", HERE, **new | {"name": "1 crm"})
    assert (wrong.status_code, 'value="1 crm"' in wrong.text) == (422, True)
    retired = {"name": "crm", "takes_part": "no", "sure": "1"}
    assert send(admin, f"{HERE}/type", HERE, **retired).status_code == 303
    assert not set_now(theatre)["crm"].takes_part
    assert "not used for merging" in admin.get(HERE).text


def test_a_type_that_events_carry_is_offered_until_it_is_added(
    theatre: Theatre, admin: Client
) -> None:
    page = admin.get(HERE).text
    assert "Types not added" in page
    assert "values: 1204 · devices: 1300" in page
    assert "This name can only be kept" in page
    assert f'href="{HERE}/type?add=crm"' in page
    form = admin.get(f"{HERE}/type?add=crm").text
    assert re.search(r'<input[^>]*name="name"[^>]*value="crm"', form)
    new = {"new": "1", "name": "crm", "zh": "客户号", "en": "CRM number", "most": "1"}
    asked = send(admin, f"{HERE}/type", HERE, **new)
    assert "Users who will be merged, also in the past: 3" in asked.text
    kinds, types = theatre.persons.looked[0]
    assert (kinds, types.of("crm").takes_part) == (["crm"], True)
    assert send(admin, f"{HERE}/type", HERE, **new, sure="1").status_code == 303
    assert set_now(theatre)["crm"].takes_part
    assert f'href="{HERE}/type?add=crm"' not in admin.get(HERE).text


def test_a_value_is_blocked_and_let_in_again(theatre: Theatre, admin: Client) -> None:
    typed = {"type": "mobile", "value": "137 0000 1234"}
    asked = send(admin, f"{HERE}/block", HERE, **typed)
    assert len(theatre.persons.looked[0][1].blocked) == 1
    assert "Save this change?" in asked.text
    assert send(admin, f"{HERE}/block", HERE, **typed, sure="1").status_code == 303
    (held,) = theatre.records.blocked_identities.of(1)
    assert (held.type, held.shown, held.by) == ("mobile", "137…234", "Admin")
    assert send(admin, f"{HERE}/block", HERE, **typed, sure="1").status_code == 303
    assert len(theatre.records.blocked_identities.of(1)) == 1
    assert "137…234" in admin.get(HERE).text
    assert theatre.records.blocked_identities.hashes() == {1: frozenset({held.hash})}
    gone = send(admin, f"{HERE}/unblock", HERE, hash=f"{held.hash:016x}")
    assert gone.status_code == 303
    assert theatre.records.blocked_identities.of(1) == []
    assert send(admin, f"{HERE}/unblock", HERE, hash=f"{held.hash:016x}").status_code == 404
    actions = [one.action for one in theatre.records.audit.entries(action="identity")]
    assert actions == ["identity.unblock", "identity.block"]


@pytest.mark.parametrize(
    ("do", "typed", "said"),
    [("block", {"type": "mobile", "value": ""}, "Enter a value"), ("block", {"type": "x", "value": "1"}, "x"),
     ("block", {"type": "mobile", "value": "null"}, "doesn&#39;t identify anyone"),
     ("type", {"name": "mobile", "most": "x"}, "0"), ("type", {"name": "mobile", "most": "1001"}, "1000"),
     ("type", {"name": "mobile", "over": "drop"}, "drop"), ("type", {"name": "mobile", "zh": "长" * 40}, "32"),
     ("type", {"name": "mobile", "days": "9" * 30}, "366")],
)  # fmt: skip
def test_what_makes_no_sense_is_said(
    theatre: Theatre, admin: Client, do: str, typed: dict[str, str], said: str
) -> None:
    refused = send(admin, f"{HERE}/{do}", HERE, **typed, sure="1")
    assert (refused.status_code, said in refused.text) == (422, True)
    assert set_now(theatre) == {}


def test_nobody_else_changes_them(theatre: Theatre) -> None:
    for who, status in (("analyst", 403), ("viewer", 403)):
        for client in signed_in(theatre, who):
            for do in ("type", "order", "block", "unblock"):
                assert send(client, f"{HERE}/{do}", "/account", name="mobile").status_code == status
            assert client.get(f"{HERE}/type").status_code == status
