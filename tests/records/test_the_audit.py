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
    key, token = records.keys.of(app)[0].id, 1
    changes: dict[str, Callable[[], object]] = {
        "app.create": lambda: records.apps.create("tea", timezone="UTC", now=NOW, by=me),
        "app.change": lambda: records.apps.change(app, zh="茶", en="T", appid="", now=NOW, by=me),
        "key.create": lambda: records.keys.create(app, now=NOW, by=me),
        "key.rotate": lambda: records.keys.create(app, now=NOW, retire_others_after=HOUR, by=me),
        "key.retire": lambda: records.keys.retire(app, key, now=NOW, by=me),
        "token.create": lambda: records.tokens.create(app, ("admin",), now=NOW, by=me, name="t"),
        "token.revoke": lambda: records.tokens.revoke(app, token, now=NOW, by=me),
        "definition.create": lambda: records.definitions.create(app, "taste", "品尝", now=NOW, by=me),
        "annotation.create": lambda: records.annotations.create(app, DAY, "release", now=NOW, by=me),
        "annotation.remove": lambda: records.annotations.remove(app, 1, now=NOW, by=me),
        "app.archive": lambda: records.apps.archive(app, now=NOW, by=me),
        "app.restore": lambda: records.apps.restore(app, now=NOW, by=me),
        "person.create": lambda: records.accounts.create("b@example.org", "B", now=NOW, by=me),
        "person.change": lambda: records.accounts.change(ann, name="A", language="zh", now=NOW, by=me),
        "person.password": lambda: records.accounts.set_password(ann, PASSWORD, now=NOW, by=me),
        "person.disable": lambda: records.accounts.disable(ann, now=NOW, by=me),
        "person.enable": lambda: records.accounts.enable(ann, now=NOW, by=me),
        "grant.set": lambda: records.grants.set(ann, app, "viewer", now=NOW, by=me),
        "grant.remove": lambda: records.grants.remove(ann, app, now=NOW, by=me),
        "session.begin": lambda: records.sessions.create(me, now=NOW),
        "session.end_all": lambda: records.sessions.end_all(me, now=NOW, by=me),
        "sign_in.create": lambda: records.sign_ins.create(now=NOW, account=me, by=me),
        "invitation.create": lambda: records.invitations.create("c@example.org", app, "viewer", now=NOW, by=me),
    }  # fmt: skip
    for action, change in changes.items():
        before = records.audit.entries()[0].id
        change()
        assert (action, me) in [
            (e.action, e.account) for e in records.audit.entries() if e.id > before
        ]
    newest = records.audit.entries(action="token.revoke")[0]
    assert (newest.by, newest.app, newest.target, newest.details) == (
        "owner", "coffee", str(token), {"name": "t"},
    )  # fmt: skip


def test_what_is_refused_leaves_none(records: Records) -> None:
    owner = person(records, "owner", "owner")
    before = records.audit.entries()
    with pytest.raises(Refused):
        records.grants.remove(owner.id, None, now=NOW, by=owner.id)
    with pytest.raises(Refused):
        records.apps.create("No", timezone="UTC", now=NOW)
    with pytest.raises(NotFound):
        records.tokens.revoke(1, 1, now=NOW)
    assert records.audit.entries() == before


def test_the_command_line_is_nobody(records: Records) -> None:
    app_of(records)
    assert [(e.action, e.account, e.by) for e in records.audit.entries()] == [
        ("app.create", None, None)
    ]


def test_rows_are_found_by_app_person_kind_and_time(records: Records) -> None:
    owner = person(records, "owner", "owner")
    app, other = app_of(records), app_of(records, "tea")
    for n, which in enumerate((app, other, app)):
        records.keys.create(which, now=NOW + n * HOUR, by=owner.id if n else None)
    keys = records.audit.entries(action="key")
    assert [e.at for e in keys] == [NOW + 2 * HOUR, NOW + HOUR, NOW]
    assert records.audit.entries(action="ke") == []
    assert {e.app for e in records.audit.entries(apps={other})} == {"tea"}
    assert records.audit.entries(apps=set()) == []
    assert len(records.audit.entries(account=owner.id)) == 2
    assert records.audit.entries(action="key", since=NOW + HOUR, until=NOW + 2 * HOUR) == keys[1:2]
    assert records.audit.entries(action="key", before=keys[0].id, most=1) == keys[1:2]


def test_it_says_who_but_no_address(records: Records) -> None:
    owner, app = person(records, "owner", "owner"), app_of(records)
    code = records.invitations.create("new@example.org", app, "viewer", now=NOW, by=owner.id)
    records.invitations.accept(code, now=NOW, name="New", password=PASSWORD)
    assert "@" not in repr(records.audit.entries())


@pytest.mark.parametrize("statement", ["UPDATE audit SET target = 'x'", "DELETE FROM audit"])
def test_the_database_itself_keeps_the_rows(records: Records, dsn: str, statement: str) -> None:
    app_of(records)
    engine = sa.create_engine(dsn)
    with pytest.raises(sa.exc.DBAPIError, match="only added to"), engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()
    assert records.audit.entries()[0].target == "coffee"
