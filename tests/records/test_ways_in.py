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
    secret = records.create_session(ann.id, now=NOW, agent="Safari · iPhone")
    found = records.session(secret, now=NOW + HOUR)
    assert found
    assert (found.person, found.agent) == (ann, "Safari · iPhone")
    late = NOW + HOUR + SESSION_LASTS - JUST
    assert records.session(secret, now=late)
    assert records.session(secret, now=late + SESSION_LASTS) is None
    assert records.session(secret + "x", now=NOW) is None
    assert records.session("", now=NOW) is None


def test_seen_is_not_written_at_each_request(records: Records) -> None:
    ann = person(records, "ann")
    secret = records.create_session(ann.id, now=NOW)
    records.session(secret, now=NOW + timedelta(minutes=4))
    assert records.sessions(ann.id, now=NOW)[0].seen == NOW
    records.session(secret, now=NOW + timedelta(minutes=6))
    assert records.sessions(ann.id, now=NOW)[0].seen == NOW + timedelta(minutes=6)


def test_sessions_end_with_the_password_the_person_and_on_demand(records: Records) -> None:
    ann = person(records, "ann")
    keep, other = (records.create_session(ann.id, now=NOW) for _ in range(2))
    kept = records.session(keep, now=NOW)
    assert kept
    records.set_password(ann.id, "another good one", now=NOW, by=ann.id, keep=kept.id)
    assert [one.id for one in records.sessions(ann.id, now=NOW)] == [kept.id]
    assert records.session(other, now=NOW) is None
    records.disable_person(ann.id, now=NOW, by=None)
    records.enable_person(ann.id, now=NOW, by=None)
    assert records.session(keep, now=NOW) is None
    again = records.create_session(ann.id, now=NOW)
    assert records.end_sessions(ann.id, now=NOW, by=ann.id) == 1
    assert records.session(again, now=NOW) is None


def test_one_ends_only_ones_own_sessions(records: Records) -> None:
    ann, bob = person(records, "ann"), person(records, "bob")
    secret = records.create_session(ann.id, now=NOW)
    session = records.session(secret, now=NOW)
    assert session
    records.end_session(bob.id, session.id, now=NOW)
    assert records.session(secret, now=NOW)
    records.end_session(ann.id, session.id, now=NOW)
    assert records.session(secret, now=NOW) is None


def test_a_link_signs_in_once_and_for_a_while(records: Records) -> None:
    ann = person(records, "ann")
    first, second = (
        records.create_sign_in(now=NOW, person=ann.id, lasts=HOUR),
        records.create_sign_in(now=NOW, person=ann.id, lasts=HOUR),
    )
    assert records.use_sign_in("another", now=NOW) is None
    assert records.use_sign_in(first, now=NOW + HOUR - JUST) == ann
    assert records.use_sign_in(first, now=NOW) is None
    assert records.use_sign_in(second, now=NOW + HOUR) is None


def test_a_link_used_twice_at_once_signs_in_once(records: Records) -> None:
    ann = person(records, "ann")
    code = records.create_sign_in(now=NOW, person=ann.id)
    found: list[object] = []
    at_once(*[lambda: found.append(records.use_sign_in(code, now=NOW))] * 4)
    assert found.count(None) == 3
    assert found.count(ann) == 1


def test_the_first_link_makes_one_owner_however_many_use_it_at_once(records: Records) -> None:
    codes = [records.create_sign_in(now=NOW) for _ in range(2)]

    def become(code: str, who: str) -> Callable[[], object]:
        return lambda: records.create_first_owner(
            code, f"{who}@example.org", who, PASSWORD, now=NOW
        )

    does = [become(codes[0], "a"), become(codes[0], "b"), become(codes[1], "c")]
    assert sorted(at_once(*does)) == ["", "NotAllowed", "NotAllowed"]
    assert [p.grants for p in records.people()] == [{None: "owner"}]
    assert not any(records.makes_owner(code, now=NOW) for code in codes)


def test_the_first_link_signs_nobody_in_and_is_void_once_there_is_somebody(
    records: Records,
) -> None:
    code = records.create_sign_in(now=NOW, lasts=HOUR)
    assert records.use_sign_in(code, now=NOW) is None
    assert records.makes_owner(code, now=NOW)
    assert not records.makes_owner(code, now=NOW + HOUR)
    person(records, "ann")
    assert not records.makes_owner(code, now=NOW)


def test_an_invitation_makes_a_person_with_the_role(records: Records) -> None:
    app, owner = app_of(records), person(records, "owner", "owner")
    code = records.invite(" New@Example.org", app, "analyst", now=NOW, by=owner.id)
    waiting = records.invitations(app, now=NOW)
    assert [(one.email, one.role, one.by) for one in waiting] == [
        ("new@example.org", "analyst", owner.id)
    ]
    assert records.invitation(code, now=NOW) == waiting[0]
    new = records.accept(code, now=NOW, name="New", password=PASSWORD)
    assert (new.email, new.grants) == ("new@example.org", {app: "analyst"})
    assert records.invitations(app, now=NOW) == []
    with pytest.raises(NotAllowed):
        records.accept(code, now=NOW, name="New", password=PASSWORD)


def test_an_invitation_accepted_twice_at_once_makes_one(records: Records) -> None:
    code = records.invite("new@example.org", app_of(records), "viewer", now=NOW, by=None)
    accept = lambda: records.accept(code, now=NOW, name="New", password=PASSWORD)  # noqa: E731
    assert sorted(at_once(accept, accept, accept)) == ["", "NotAllowed", "NotAllowed"]
    assert len(records.people()) == 1


def test_accepting_does_not_lower_a_role(records: Records) -> None:
    app, ann = app_of(records), person(records, "ann")
    records.grant(ann.id, app, "admin", now=NOW, by=None)
    code = records.invite(ann.email, app, "viewer", now=NOW, by=None)
    assert records.accept(code, now=NOW, person=ann.id).grants == {app: "admin"}


def test_only_the_invited_may_accept(records: Records) -> None:
    app, bob = app_of(records), person(records, "bob")
    code = records.invite("ann@example.org", app, "owner", now=NOW, by=None)
    with pytest.raises(NotAllowed, match="another e-mail"):
        records.accept(code, now=NOW, person=bob.id)
    assert records.person(bob.id).grants == {}
    assert records.invitation(code, now=NOW)  # still there for ann


def test_a_new_invitation_makes_the_one_before_void(records: Records) -> None:
    app = app_of(records)
    first = records.invite("ann@example.org", app, "admin", now=NOW, by=None)
    second = records.invite("Ann@example.org", app, "viewer", now=NOW, by=None)
    assert records.invitation(first, now=NOW) is None
    assert records.invitation(second, now=NOW)


def test_nobody_invites_above_themselves_and_not_after_losing_the_role(records: Records) -> None:
    app = app_of(records)
    admin, viewer = person(records, "admin", "admin", app), person(records, "v", "viewer", app)
    for by, role in ((admin, "owner"), (viewer, "viewer")):
        with pytest.raises(NotAllowed):
            records.invite("new@example.org", app, role, now=NOW, by=by.id)
    with pytest.raises(NotAllowed):
        records.invite("new@example.org", None, "viewer", now=NOW, by=admin.id)
    code = records.invite("new@example.org", app, "admin", now=NOW, by=admin.id)
    records.grant(admin.id, app, "viewer", now=NOW, by=None)
    assert records.invitation(code, now=NOW) is None
    with pytest.raises(NotAllowed):
        records.accept(code, now=NOW, name="New", password=PASSWORD)
    assert records.person_named("new@example.org") is None


def test_an_invitation_ends_with_its_week_and_with_its_app(records: Records) -> None:
    app = app_of(records)
    code = records.invite("new@example.org", app, "viewer", now=NOW, by=None)
    assert records.invitation(code, now=NOW + timedelta(days=7)) is None
    records.archive_app(app, now=NOW)
    assert records.invitation(code, now=NOW) is None
    records.restore_app(app, now=NOW)
    assert records.invitation(code, now=NOW)
    with pytest.raises(NotFound):
        records.cancel_invitation(None, records.invitations(app, now=NOW)[0].id, now=NOW, by=None)
    records.cancel_invitation(app, records.invitations(app, now=NOW)[0].id, now=NOW, by=None)
    assert records.invitation(code, now=NOW) is None


@pytest.mark.parametrize(
    "email", ["", "@", "a@", "@b", "a b@c", "a@b@c", "a\r\nbcc:x@y", "x" * 300]
)
def test_what_is_no_address_is_not_invited(records: Records, email: str) -> None:
    with pytest.raises(Refused) as error:
        records.invite(email, app_of(records), "viewer", now=NOW, by=None)
    assert error.value.field == "email"


def test_no_secret_is_kept_as_it_is(records: Records, dsn: str) -> None:
    app, ann = app_of(records), person(records, "ann")
    secrets = [
        records.create_session(ann.id, now=NOW),
        records.create_sign_in(now=NOW, person=ann.id),
        records.invite("new@example.org", app, "viewer", now=NOW, by=None),
        records.create_token(app, ("admin",), now=NOW),
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
    assert records.last_sign_ins() == {}
    for who, at in ((ann, NOW), (bob, NOW + HOUR), (ann, NOW + 2 * HOUR)):
        records.create_session(who.id, now=at)
    assert records.last_sign_ins() == {ann.id: NOW + 2 * HOUR, bob.id: NOW + HOUR}
