"""Every change leaves a row that says who; the rows stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from minilens.errors import NotFound, Refused
from minilens.records.store import Records
from tests.records.test_people_and_roles import PASSWORD, app_of, person

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), date(2026, 11, 22)


def test_every_change_leaves_a_row(records: Records) -> None:
    owner = person(records, "owner", "owner")
    me, app, ann = owner.id, app_of(records), person(records, "ann").id
    key, token = records.keys(app)[0].id, 1
    changes: dict[str, Callable[[], object]] = {
        "app.create": lambda: records.create_app("tea", timezone="UTC", now=NOW, by=me),
        "app.change": lambda: records.change_app(app, zh="茶", en="T", appid="", now=NOW, by=me),
        "key.create": lambda: records.create_key(app, now=NOW, by=me),
        "key.rotate": lambda: records.create_key(app, now=NOW, retire_others_after=HOUR, by=me),
        "key.retire": lambda: records.retire_key(app, key, now=NOW, by=me),
        "token.create": lambda: records.create_token(app, ("admin",), now=NOW, by=me, name="t"),
        "token.revoke": lambda: records.revoke_token(app, token, now=NOW, by=me),
        "definition.create": lambda: records.declare(app, "taste", "品尝", now=NOW, by=me),
        "annotation.create": lambda: records.annotate(app, DAY, "release", now=NOW, by=me),
        "annotation.remove": lambda: records.remove_annotation(app, 1, now=NOW, by=me),
        "app.archive": lambda: records.archive_app(app, now=NOW, by=me),
        "app.restore": lambda: records.restore_app(app, now=NOW, by=me),
        "person.create": lambda: records.add_person("b@example.org", "B", now=NOW, by=me),
        "person.change": lambda: records.change_person(ann, name="A", language="zh", now=NOW, by=me),
        "person.password": lambda: records.set_password(ann, PASSWORD, now=NOW, by=me),
        "person.disable": lambda: records.disable_person(ann, now=NOW, by=me),
        "person.enable": lambda: records.enable_person(ann, now=NOW, by=me),
        "grant.set": lambda: records.grant(ann, app, "viewer", now=NOW, by=me),
        "grant.remove": lambda: records.revoke(ann, app, now=NOW, by=me),
        "session.begin": lambda: records.create_session(me, now=NOW),
        "session.end_all": lambda: records.end_sessions(me, now=NOW, by=me),
        "sign_in.create": lambda: records.create_sign_in(now=NOW, person=me, by=me),
        "invitation.create": lambda: records.invite("c@example.org", app, "viewer", now=NOW, by=me),
    }  # fmt: skip
    for action, change in changes.items():
        before = records.audit()[0].id
        change()
        assert (action, me) in [(e.action, e.person) for e in records.audit() if e.id > before]
    newest = records.audit(action="token.revoke")[0]
    assert (newest.by, newest.app, newest.target, newest.details) == (
        "owner", "coffee", str(token), {"name": "t"},
    )  # fmt: skip


def test_what_is_refused_leaves_none(records: Records) -> None:
    owner = person(records, "owner", "owner")
    before = records.audit()
    with pytest.raises(Refused):
        records.revoke(owner.id, None, now=NOW, by=owner.id)
    with pytest.raises(Refused):
        records.create_app("No", timezone="UTC", now=NOW)
    with pytest.raises(NotFound):
        records.revoke_token(1, 1, now=NOW)
    assert records.audit() == before


def test_the_command_line_is_nobody(records: Records) -> None:
    app_of(records)
    assert [(e.action, e.person, e.by) for e in records.audit()] == [("app.create", None, None)]


def test_rows_are_found_by_app_person_kind_and_time(records: Records) -> None:
    owner = person(records, "owner", "owner")
    app, other = app_of(records), app_of(records, "tea")
    for n, which in enumerate((app, other, app)):
        records.create_key(which, now=NOW + n * HOUR, by=owner.id if n else None)
    keys = records.audit(action="key")
    assert [e.at for e in keys] == [NOW + 2 * HOUR, NOW + HOUR, NOW]
    assert records.audit(action="ke") == []
    assert {e.app for e in records.audit(apps={other})} == {"tea"}
    assert records.audit(apps=set()) == []
    assert len(records.audit(person=owner.id)) == 2
    assert records.audit(action="key", since=NOW + HOUR, until=NOW + 2 * HOUR) == keys[1:2]
    assert records.audit(action="key", before=keys[0].id, most=1) == keys[1:2]


def test_it_says_who_but_no_address(records: Records) -> None:
    owner, app = person(records, "owner", "owner"), app_of(records)
    code = records.invite("new@example.org", app, "viewer", now=NOW, by=owner.id)
    records.accept(code, now=NOW, name="New", password=PASSWORD)
    assert "@" not in repr(records.audit())


@pytest.mark.parametrize("statement", ["UPDATE audit SET target = 'x'", "DELETE FROM audit"])
def test_the_database_itself_keeps_the_rows(records: Records, dsn: str, statement: str) -> None:
    app_of(records)
    engine = sa.create_engine(dsn)
    with pytest.raises(sa.exc.DBAPIError, match="only added to"), engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()
    assert records.audit()[0].target == "coffee"
