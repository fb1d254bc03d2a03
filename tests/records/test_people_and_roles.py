"""People and what they may, on both stores: nobody rises above themselves, the last owner stays."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher

from minilens.errors import MinilensError, NotAllowed, NotFound, Refused
from minilens.records import passwords, rights
from minilens.records.rights import RIGHTS, ROLES
from minilens.records.store import Account, Records

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
PASSWORD = "correct horse battery"


def app_of(records: Records, name: str = "coffee") -> int:
    return records.apps.create(name, timezone="UTC", now=NOW).id


def person(records: Records, who: str, role: str = "", app: int | None = None) -> Account:
    """Someone new with a role."""
    made = records.accounts.create(f"{who}@example.org", who, now=NOW, password=PASSWORD)
    if role:
        records.grants.set(made.id, app, role, now=NOW, by=None)
    return records.accounts.get(made.id)


def test_the_table_of_rights_grows_with_the_role() -> None:
    for lower, higher in itertools.pairwise(ROLES):
        assert RIGHTS[lower] < RIGHTS[higher]
    assert RIGHTS["viewer"] == {"report:read"}
    assert "persons:read" in RIGHTS["analyst"]
    assert "keys:write" in RIGHTS["admin"] - RIGHTS["analyst"]
    assert {"apps:write", "backups", "roles"} == RIGHTS["owner"] - RIGHTS["admin"]
    with pytest.raises(KeyError):
        rights.may("owner", "report:reed")


def test_the_higher_role_counts(records: Records) -> None:
    app, other = app_of(records), app_of(records, "tea")
    ann = person(records, "ann", "viewer")
    records.grants.set(ann.id, app, "admin", now=NOW, by=None)
    ann = records.accounts.get(ann.id)
    assert (ann.role(app), ann.role(other), ann.role(None)) == ("admin", "viewer", "viewer")
    assert ann.may("keys:write", app)
    assert not ann.may("keys:write", other)
    assert person(records, "bob").role(app) is None
    assert [one.name for one in records.accounts.members(app)] == ["ann"]


@pytest.mark.parametrize(
    "same", ["ANN@example.org", " ann@EXAMPLE.org\n", "ａｎｎ＠example.org"]
)  # fmt: skip
def test_an_address_is_there_once(records: Records, same: str) -> None:
    ann = person(records, "ann")
    assert records.accounts.find(same) == ann
    with pytest.raises(Refused, match="in use"):
        records.accounts.create(same, "Other", now=NOW)


def test_addresses_may_be_of_any_script(records: Records) -> None:
    made = records.accounts.create("小满@例子.中国", "小满", now=NOW)
    assert records.accounts.find("小满@例子.中国") == made


def test_a_password_is_checked_and_not_kept_as_it_is(records: Records) -> None:
    ann = person(records, "ann")
    assert ann.has_password
    assert records.accounts.check_password("Ann@example.org ", PASSWORD) == ann
    for email, word in (("ann@example.org", "wrong"), ("bob@example.org", PASSWORD), ("", "")):
        assert records.accounts.check_password(email, word) is None
    assert PASSWORD not in repr(records.accounts.all())


def test_letters_composed_otherwise_are_the_same_password(records: Records) -> None:
    ann = person(records, "ann")
    records.accounts.set_password(ann.id, "caf\u00e9 au lait", now=NOW, by=ann.id)
    assert records.accounts.check_password(ann.email, "cafe\u0301 au lait")


@pytest.mark.parametrize("email", ["\0", "\0@\0", "ann@example.org\0x", "x" * 9000, "' OR 1=1 --"])
def test_strange_addresses_are_nobodys(records: Records, email: str) -> None:
    person(records, "ann")
    assert records.accounts.check_password(email, PASSWORD) is None


def test_a_name_keeps_its_signs_but_turns_no_line(records: Records) -> None:
    ann = person(records, "ann")
    records.accounts.change(
        ann.id, name=" 王\0小\u202e明 👩\u200d💻\n", language="zh", now=NOW, by=None
    )
    assert records.accounts.get(ann.id).name == "王小明 👩\u200d💻"


@pytest.mark.parametrize("word", ["", "x" * 10_240, "\0" * 20, "\ud800", "密码" * 5000])
def test_strange_passwords_are_wrong_and_cost_no_more(records: Records, word: str) -> None:
    ann = person(records, "ann")
    assert records.accounts.check_password(ann.email, word) is None
    with pytest.raises(Refused) as error:
        records.accounts.set_password(ann.id, word[:9] or word, now=NOW, by=ann.id)
    assert error.value.field == "password"


def test_a_long_password_is_not_cut(records: Records) -> None:
    ann = person(records, "ann")
    records.accounts.set_password(ann.id, "x" * 256, now=NOW, by=ann.id)
    assert records.accounts.check_password(ann.email, "x" * 256)
    assert records.accounts.check_password(ann.email, "x" * 257) is None
    assert records.accounts.check_password(ann.email, "x" * 255) is None


def test_a_weak_hash_is_made_anew_when_it_is_used(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    weaker = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "HASHER", weaker)
        ann = person(records, "ann")
    old = kept(records, ann)
    assert passwords.weak(old)
    assert records.accounts.check_password(ann.email, "wrong") is None
    assert kept(records, ann) == old
    assert records.accounts.check_password(ann.email, PASSWORD)
    assert not passwords.weak(kept(records, ann))
    assert records.accounts.check_password(ann.email, PASSWORD)


def kept(records: Records, whose: Account) -> str:
    """The hash, read past the door."""
    import sqlalchemy as sa

    with records.database._engine.connect() as connection:
        found = connection.execute(
            sa.text("SELECT password FROM people WHERE id = :id"), {"id": whose.id}
        )
        return str(found.scalar_one())


def test_who_is_unknown_costs_a_real_hash() -> None:
    assert not passwords.weak(passwords.NOTHING)
    assert not passwords.verified("", None)


def test_nobody_gives_more_than_they_have(records: Records) -> None:
    app = app_of(records)
    new = person(records, "new")
    for role in ROLES:
        giver = person(records, role, role, app)
        for given in ROLES:
            allowed = role in ("admin", "owner") and ROLES.index(given) <= ROLES.index(role)
            if allowed:
                records.grants.set(new.id, app, given, now=NOW, by=giver.id)
                records.grants.remove(new.id, app, now=NOW, by=None)
                continue
            with pytest.raises(NotAllowed):
                records.grants.set(new.id, app, given, now=NOW, by=giver.id)
        assert records.accounts.get(new.id).grants == {}


def test_a_role_in_one_app_gives_nothing_in_another_or_in_all(records: Records) -> None:
    app, other = app_of(records), app_of(records, "tea")
    boss, new = person(records, "boss", "owner", app), person(records, "new")
    for elsewhere in (other, None):
        with pytest.raises(NotAllowed):
            records.grants.set(new.id, elsewhere, "viewer", now=NOW, by=boss.id)
        with pytest.raises(NotAllowed):
            records.grants.set(boss.id, elsewhere, "owner", now=NOW, by=boss.id)


def test_an_admin_does_not_touch_admins_and_owners(records: Records) -> None:
    app = app_of(records)
    admin = person(records, "admin", "admin", app)
    for role in ("admin", "owner"):
        theirs = person(records, f"{role}2", role, app)
        changes: list[Callable[[], None]] = [
            lambda p=theirs: records.grants.remove(p.id, app, now=NOW, by=admin.id),  # type: ignore[misc]
            lambda p=theirs: records.grants.set(p.id, app, "viewer", now=NOW, by=admin.id),  # type: ignore[misc]
            lambda p=theirs: records.accounts.disable(p.id, now=NOW, by=admin.id),  # type: ignore[misc]
        ]
        for change in changes:
            with pytest.raises(NotAllowed):
                change()
        assert records.accounts.get(theirs.id) == theirs
    viewer = person(records, "viewer", "viewer", app)
    records.grants.set(viewer.id, app, "analyst", now=NOW, by=admin.id)
    records.grants.remove(viewer.id, app, now=NOW, by=admin.id)


def test_one_cannot_raise_oneself_but_step_down(records: Records) -> None:
    app = app_of(records)
    admin = person(records, "admin", "admin", app)
    with pytest.raises(NotAllowed):
        records.grants.set(admin.id, app, "owner", now=NOW, by=admin.id)
    records.grants.set(admin.id, app, "viewer", now=NOW, by=admin.id)
    with pytest.raises(NotAllowed):
        records.grants.set(admin.id, app, "admin", now=NOW, by=admin.id)


def test_a_disabled_giver_gives_nothing(records: Records) -> None:
    app = app_of(records)
    giver, new = person(records, "giver", "owner", app), person(records, "new")
    records.accounts.disable(giver.id, now=NOW, by=None)
    assert records.accounts.check_password(giver.email, PASSWORD) is None
    with pytest.raises(NotAllowed):
        records.grants.set(new.id, app, "viewer", now=NOW, by=giver.id)
    records.accounts.enable(giver.id, now=NOW, by=None)
    records.grants.set(new.id, app, "viewer", now=NOW, by=giver.id)


def test_the_last_owner_stays(records: Records) -> None:
    app = app_of(records)
    owner = person(records, "owner", "owner")
    person(records, "other", "owner", app)  # of one app only: does not count
    for by in (None, owner.id):
        losses: list[Callable[[], None]] = [
            lambda by=by: records.grants.remove(owner.id, None, now=NOW, by=by),  # type: ignore[misc]
            lambda by=by: records.grants.set(owner.id, None, "admin", now=NOW, by=by),  # type: ignore[misc]
            lambda by=by: records.accounts.disable(owner.id, now=NOW, by=by),  # type: ignore[misc]
        ]
        for lose in losses:
            with pytest.raises(Refused) as error:
                lose()
            assert error.value.code == "last_owner"
    assert records.accounts.get(owner.id) == owner
    second = person(records, "second", "owner")
    records.grants.remove(owner.id, None, now=NOW, by=second.id)
    with pytest.raises(Refused):
        records.grants.remove(second.id, None, now=NOW, by=second.id)


def test_two_owners_who_lower_each_other_at_once_leave_one(records: Records) -> None:
    one, two = person(records, "one", "owner"), person(records, "two", "owner")
    outcomes = at_once(
        lambda: records.grants.remove(one.id, None, now=NOW, by=two.id),
        lambda: records.grants.remove(two.id, None, now=NOW, by=one.id),
    )
    assert sorted(outcomes) == ["", "NotAllowed"]
    assert len([p for p in records.accounts.all() if p.role(None) == "owner"]) == 1


def test_two_with_one_address_at_once_make_one(records: Records) -> None:
    add = lambda: records.accounts.create("ann@example.org", "Ann", now=NOW)  # noqa: E731
    assert sorted(at_once(add, add)) == ["", "Refused"]
    assert len(records.accounts.all()) == 1


def at_once(*does: Callable[[], object]) -> list[str]:
    """The kinds of the errors that come of doing all this at the same time."""
    start, outcomes = threading.Barrier(len(does)), []

    def run(do: Callable[[], object]) -> None:
        start.wait()
        try:
            do()
            outcomes.append("")
        except MinilensError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(do,)) for do in does]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_what_is_not_there_is_not_found(records: Records) -> None:
    app, ann = app_of(records), person(records, "ann")
    with pytest.raises(NotFound):
        records.accounts.get(99)
    with pytest.raises(NotFound):
        records.grants.set(99, app, "viewer", now=NOW, by=None)
    with pytest.raises(NotFound):
        records.grants.remove(ann.id, app, now=NOW, by=None)
    with pytest.raises(Refused) as error:
        records.grants.set(ann.id, app, "vewer", now=NOW, by=None)
    assert "viewer" in error.value.message("en")


def test_a_token_speaks_for_the_server_only_where_its_maker_keeps_all_of_it(
    records: Records,
) -> None:
    shop, cafe = app_of(records, "shop"), app_of(records, "cafe")
    keeper, owner = person(records, "k", "owner"), person(records, "o", "owner", shop)

    def speaks(by: int | None) -> bool:
        made = records.tokens.create(shop, ("admin",), now=NOW, by=by)
        found = records.tokens.find(made, now=NOW)
        assert found is not None
        return records.tokens.made_by_owner(found[2])

    assert speaks(None)  # the command line
    assert speaks(keeper.id)
    assert not speaks(owner.id)
    records.grants.set(owner.id, cafe, "owner", now=NOW, by=None)
    assert not speaks(owner.id)  # of every app there is, but not of those to come


def test_a_token_speaks_no_longer_for_who_lost_the_server(records: Records) -> None:
    shop = app_of(records, "shop")
    person(records, "k", "owner")
    other = person(records, "o", "owner")
    made = records.tokens.create(shop, ("admin",), now=NOW, by=other.id)
    found = records.tokens.find(made, now=NOW)
    assert found is not None
    assert records.tokens.made_by_owner(found[2])
    records.grants.set(other.id, None, "admin", now=NOW, by=None)
    assert not records.tokens.made_by_owner(found[2])
