"""A token allows what its maker may do now, and no more; one of the command line keeps what it has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from minilens.records.rights import SCOPES
from minilens.records.store import Records

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
EVERY, ADMINS, READING, NONE = (
    set(SCOPES), {*SCOPES} - {"admin"}, {"report:read"}, set[str]()
)  # fmt: skip

#: Records, the maker's number, their app's.
Deed = Callable[[Records, int, int], None]


def role(name: str) -> Deed:
    return lambda r, who, app: r.grants.set(who, app, name, now=NOW, by=None)


def everywhere(name: str) -> Deed:
    return lambda r, who, _: r.grants.set(who, None, name, now=NOW, by=None)


def elsewhere(r: Records, who: int, _: int) -> None:
    tea = r.apps.create("tea", timezone="UTC", now=NOW)
    r.grants.set(who, tea.id, "owner", now=NOW, by=None)


def removed(r: Records, who: int, app: int) -> None:
    r.grants.remove(who, app, now=NOW, by=None)


def barred(r: Records, who: int, _: int) -> None:
    r.accounts.disable(who, now=NOW, by=None)


def let_in(r: Records, who: int, _: int) -> None:
    r.accounts.enable(who, now=NOW, by=None)


#: What is done to the owner of an app → what a token of theirs with all scopes opens then.
CASES: dict[str, tuple[tuple[Deed, ...], set[str]]] = {
    "nothing": ((), EVERY),
    "role lowered to admin": ((role("admin"),), ADMINS),
    "role lowered to analyst": ((role("analyst"),), READING),
    "role lowered to viewer": ((role("viewer"),), READING),
    "role given back": ((role("viewer"), role("owner")), EVERY),
    "grant removed": ((removed,), NONE),
    "grant removed, one of all apps stays": ((everywhere("viewer"), removed), READING),
    "grant removed, one of another app stays": ((elsewhere, removed), NONE),
    "barred": ((barred,), NONE),
    "barred and let in again": ((barred, let_in), EVERY),
    "lowered while barred": ((barred, role("viewer"), let_in), READING),
}


@pytest.fixture
def shop(records: Records) -> tuple[int, int]:
    """An app and its owner."""
    app = records.apps.create("shop", timezone="UTC", now=NOW).id
    owner = records.accounts.create("ann@example.org", "Ann", now=NOW)
    records.grants.set(owner.id, app, "owner", now=NOW, by=None)
    return app, owner.id


def opens(records: Records, token: str) -> set[str]:
    found = records.tokens.find(token, now=NOW)
    assert found is not None
    return set(found[1])


@pytest.mark.parametrize("case", CASES)
def test_it_opens_what_its_maker_may_do_now(
    records: Records, shop: tuple[int, int], case: str
) -> None:
    (app, owner), (deeds, expected) = shop, CASES[case]
    theirs = records.tokens.create(app, SCOPES, now=NOW, by=owner)
    for_all = records.tokens.create(app, ("admin",), now=NOW, by=owner)
    of_server = records.tokens.create(app, SCOPES, now=NOW)
    for deed in deeds:
        deed(records, owner, app)
    assert opens(records, theirs) == opens(records, for_all) == expected
    assert opens(records, of_server) == EVERY
    listed = {one.created_by: set(one.opens) for one in records.tokens.of(app)}
    assert listed == {owner: expected, None: EVERY}


@pytest.mark.parametrize("scope", ["report:read", "events:write"])
def test_a_scope_that_was_not_given_is_not_there(
    records: Records, shop: tuple[int, int], scope: str
) -> None:
    app, owner = shop
    for by in (owner, None):
        assert opens(records, records.tokens.create(app, (scope,), now=NOW, by=by)) == {scope}
