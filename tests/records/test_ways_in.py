"""Sessions, links that sign in once, invitations; on both stores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from minilens.errors import NotAllowed, NotFound, Refused
from minilens.records.sessions import SESSION_LASTS
from minilens.records.store import Records
from tests.records.test_people_and_roles import PASSWORD, app_of, at_once, person

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
JUST = timedelta(microseconds=1)


def test_a_session_rolls_on_while_it_is_used(records: Records) -> None:
    ann = person(records, "ann")
    secret = records.sessions.create(ann.id, now=NOW, agent="Safari · iPhone")
    found = records.sessions.find(secret, now=NOW + HOUR)
    assert found
    assert (found.account, found.agent) == (ann, "Safari · iPhone")
    late = NOW + HOUR + SESSION_LASTS - JUST
    assert records.sessions.find(secret, now=late)
    assert records.sessions.find(secret, now=late + SESSION_LASTS) is None
    assert records.sessions.find(secret + "x", now=NOW) is None
    assert records.sessions.find("", now=NOW) is None


def test_seen_is_not_written_at_each_request(records: Records) -> None:
    ann = person(records, "ann")
    secret = records.sessions.create(ann.id, now=NOW)
    records.sessions.find(secret, now=NOW + timedelta(minutes=4))
    assert records.sessions.of(ann.id, now=NOW)[0].seen == NOW
    records.sessions.find(secret, now=NOW + timedelta(minutes=6))
    assert records.sessions.of(ann.id, now=NOW)[0].seen == NOW + timedelta(minutes=6)


def test_sessions_end_with_the_password_the_person_and_on_demand(records: Records) -> None:
    ann = person(records, "ann")
    keep, other = (records.sessions.create(ann.id, now=NOW) for _ in range(2))
    kept = records.sessions.find(keep, now=NOW)
    assert kept
    records.accounts.set_password(ann.id, "another good one", now=NOW, by=ann.id, keep=kept.id)
    assert [one.id for one in records.sessions.of(ann.id, now=NOW)] == [kept.id]
    assert records.sessions.find(other, now=NOW) is None
    records.accounts.disable(ann.id, now=NOW, by=None)
    records.accounts.enable(ann.id, now=NOW, by=None)
    assert records.sessions.find(keep, now=NOW) is None
    again = records.sessions.create(ann.id, now=NOW)
    assert records.sessions.end_all(ann.id, now=NOW, by=ann.id) == 1
    assert records.sessions.find(again, now=NOW) is None


def test_one_ends_only_ones_own_sessions(records: Records) -> None:
    ann, bob = person(records, "ann"), person(records, "bob")
    secret = records.sessions.create(ann.id, now=NOW)
    session = records.sessions.find(secret, now=NOW)
    assert session
    records.sessions.end(bob.id, session.id, now=NOW)
    assert records.sessions.find(secret, now=NOW)
    records.sessions.end(ann.id, session.id, now=NOW)
    assert records.sessions.find(secret, now=NOW) is None


def test_a_link_signs_in_once_and_for_a_while(records: Records) -> None:
    ann = person(records, "ann")
    first, second = (
        records.sign_ins.create(now=NOW, account=ann.id, lasts=HOUR),
        records.sign_ins.create(now=NOW, account=ann.id, lasts=HOUR),
    )
    assert records.sign_ins.use("another", now=NOW) is None
    assert records.sign_ins.use(first, now=NOW + HOUR - JUST) == ann
    assert records.sign_ins.use(first, now=NOW) is None
    assert records.sign_ins.use(second, now=NOW + HOUR) is None


def test_a_link_used_twice_at_once_signs_in_once(records: Records) -> None:
    ann = person(records, "ann")
    code = records.sign_ins.create(now=NOW, account=ann.id)
    found: list[object] = []
    at_once(*[lambda: found.append(records.sign_ins.use(code, now=NOW))] * 4)
    assert found.count(None) == 3
    assert found.count(ann) == 1


def test_the_first_link_makes_one_owner_however_many_use_it_at_once(records: Records) -> None:
    codes = [records.sign_ins.create(now=NOW) for _ in range(2)]

    def become(code: str, who: str) -> Callable[[], object]:
        return lambda: records.sign_ins.create_first_owner(
            code, f"{who}@example.org", who, PASSWORD, now=NOW
        )

    does = [become(codes[0], "a"), become(codes[0], "b"), become(codes[1], "c")]
    assert sorted(at_once(*does)) == ["", "NotAllowed", "NotAllowed"]
    assert [p.grants for p in records.accounts.all()] == [{None: "owner"}]
    assert not any(records.sign_ins.makes_owner(code, now=NOW) for code in codes)


def test_the_first_link_signs_nobody_in_and_is_void_once_there_is_somebody(
    records: Records,
) -> None:
    code = records.sign_ins.create(now=NOW, lasts=HOUR)
    assert records.sign_ins.use(code, now=NOW) is None
    assert records.sign_ins.makes_owner(code, now=NOW)
    assert not records.sign_ins.makes_owner(code, now=NOW + HOUR)
    person(records, "ann")
    assert not records.sign_ins.makes_owner(code, now=NOW)


def test_an_invitation_makes_a_person_with_the_role(records: Records) -> None:
    app, owner = app_of(records), person(records, "owner", "owner")
    code = records.invitations.create(" New@Example.org", app, "analyst", now=NOW, by=owner.id)
    waiting = records.invitations.of(app, now=NOW)
    assert [(one.email, one.role, one.by) for one in waiting] == [
        ("new@example.org", "analyst", owner.id)
    ]
    assert records.invitations.find(code, now=NOW) == waiting[0]
    new = records.invitations.accept(code, now=NOW, name="New", password=PASSWORD)
    assert (new.email, new.grants) == ("new@example.org", {app: "analyst"})
    assert records.invitations.of(app, now=NOW) == []
    with pytest.raises(NotAllowed):
        records.invitations.accept(code, now=NOW, name="New", password=PASSWORD)


def test_an_invitation_accepted_twice_at_once_makes_one(records: Records) -> None:
    code = records.invitations.create(
        "new@example.org", app_of(records), "viewer", now=NOW, by=None
    )
    accept = lambda: records.invitations.accept(code, now=NOW, name="New", password=PASSWORD)  # noqa: E731
    assert sorted(at_once(accept, accept, accept)) == ["", "NotAllowed", "NotAllowed"]
    assert len(records.accounts.all()) == 1


def test_accepting_does_not_lower_a_role(records: Records) -> None:
    app, ann = app_of(records), person(records, "ann")
    records.grants.set(ann.id, app, "admin", now=NOW, by=None)
    code = records.invitations.create(ann.email, app, "viewer", now=NOW, by=None)
    assert records.invitations.accept(code, now=NOW, account=ann.id).grants == {app: "admin"}


def test_only_the_invited_may_accept(records: Records) -> None:
    app, bob = app_of(records), person(records, "bob")
    code = records.invitations.create("ann@example.org", app, "owner", now=NOW, by=None)
    with pytest.raises(NotAllowed, match="another e-mail"):
        records.invitations.accept(code, now=NOW, account=bob.id)
    assert records.accounts.get(bob.id).grants == {}
    assert records.invitations.find(code, now=NOW)  # still there for ann


def test_a_new_invitation_makes_the_one_before_void(records: Records) -> None:
    app = app_of(records)
    first = records.invitations.create("ann@example.org", app, "admin", now=NOW, by=None)
    second = records.invitations.create("Ann@example.org", app, "viewer", now=NOW, by=None)
    assert records.invitations.find(first, now=NOW) is None
    assert records.invitations.find(second, now=NOW)


def test_nobody_invites_above_themselves_and_not_after_losing_the_role(records: Records) -> None:
    app = app_of(records)
    admin, viewer = person(records, "admin", "admin", app), person(records, "v", "viewer", app)
    for by, role in ((admin, "owner"), (viewer, "viewer")):
        with pytest.raises(NotAllowed):
            records.invitations.create("new@example.org", app, role, now=NOW, by=by.id)
    with pytest.raises(NotAllowed):
        records.invitations.create("new@example.org", None, "viewer", now=NOW, by=admin.id)
    code = records.invitations.create("new@example.org", app, "admin", now=NOW, by=admin.id)
    records.grants.set(admin.id, app, "viewer", now=NOW, by=None)
    assert records.invitations.find(code, now=NOW) is None
    with pytest.raises(NotAllowed):
        records.invitations.accept(code, now=NOW, name="New", password=PASSWORD)
    assert records.accounts.find("new@example.org") is None


def test_an_invitation_ends_with_its_week_and_with_its_app(records: Records) -> None:
    app = app_of(records)
    code = records.invitations.create("new@example.org", app, "viewer", now=NOW, by=None)
    assert records.invitations.find(code, now=NOW + timedelta(days=7)) is None
    records.apps.archive(app, now=NOW)
    assert records.invitations.find(code, now=NOW) is None
    records.apps.restore(app, now=NOW)
    assert records.invitations.find(code, now=NOW)
    with pytest.raises(NotFound):
        records.invitations.cancel(
            None, records.invitations.of(app, now=NOW)[0].id, now=NOW, by=None
        )
    records.invitations.cancel(app, records.invitations.of(app, now=NOW)[0].id, now=NOW, by=None)
    assert records.invitations.find(code, now=NOW) is None


@pytest.mark.parametrize(
    "email", ["", "@", "a@", "@b", "a b@c", "a@b@c", "a\r\nbcc:x@y", "x" * 300]
)
def test_what_is_no_address_is_not_invited(records: Records, email: str) -> None:
    with pytest.raises(Refused) as error:
        records.invitations.create(email, app_of(records), "viewer", now=NOW, by=None)
    assert error.value.field == "email"


def test_no_secret_is_kept_as_it_is(records: Records, dsn: str) -> None:
    app, ann = app_of(records), person(records, "ann")
    secrets = [
        records.sessions.create(ann.id, now=NOW),
        records.sign_ins.create(now=NOW, account=ann.id),
        records.invitations.create("new@example.org", app, "viewer", now=NOW, by=None),
        records.tokens.create(app, ("admin",), now=NOW),
        PASSWORD,
    ]
    engine = sa.create_engine(dsn)
    tables = ("sessions", "sign_ins", "invitations", "tokens", "people", "audit")
    with engine.connect() as connection:
        kept = {
            table: [
                str(tuple(row)) for row in connection.execute(sa.text(f"SELECT * FROM {table}"))
            ]
            for table in tables
        }
    engine.dispose()
    assert all(kept[table] for table in tables)
    assert not [row for rows in kept.values() for row in rows if any(s in row for s in secrets)]


def test_when_everybody_last_signed_in(records: Records) -> None:
    ann, bob = person(records, "ann"), person(records, "bob")
    person(records, "cy")
    assert records.audit.last_sign_ins() == {}
    for who, at in ((ann, NOW), (bob, NOW + HOUR), (ann, NOW + 2 * HOUR)):
        records.sessions.create(who.id, now=at)
    assert records.audit.last_sign_ins() == {ann.id: NOW + 2 * HOUR, bob.id: NOW + HOUR}
