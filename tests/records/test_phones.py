"""Links for a phone and the rotation of keys, asked by several at once; on both stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from minilens.errors import NotFound, Refused
from minilens.records.phone_links import LINK_LASTS, LONGEST_ADDRESS, PHONE_LASTS
from minilens.records.store import Records
from tests.records.test_people_and_roles import app_of, at_once, person

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
VIEW = "/a/shop/overview?period=7d"


def test_a_link_opens_one_app_once_for_a_day(records: Records) -> None:
    app, ann = app_of(records), person(records, "ann").id
    records.grants.set(ann, app, "owner", now=NOW, by=None)
    code = records.phone_links.create(ann, app, VIEW, now=NOW)
    opened = records.phone_links.use(
        code, now=NOW + LINK_LASTS - timedelta(seconds=1), agent="x" * 99
    )
    assert opened
    assert opened.address == VIEW
    assert records.phone_links.use(code, now=NOW) is None
    session = records.sessions.find(opened.secret, now=NOW)
    assert session
    assert (session.app, dict(session.account.grants)) == (app, {app: "viewer"})
    late = NOW + LINK_LASTS + PHONE_LASTS
    assert records.sessions.find(opened.secret, now=late - timedelta(minutes=1))
    assert records.sessions.find(opened.secret, now=late) is None


def test_a_link_that_is_too_old_or_of_someone_who_is_out_opens_nothing(records: Records) -> None:
    app, ann = app_of(records), person(records, "ann").id
    with pytest.raises(NotFound):
        records.phone_links.create(ann, app, VIEW, now=NOW)
    records.grants.set(ann, app, "viewer", now=NOW, by=None)
    old = records.phone_links.create(ann, app, VIEW, now=NOW)
    assert records.phone_links.use(old, now=NOW + LINK_LASTS) is None
    with pytest.raises(Refused, match="longer than"):
        records.phone_links.create(ann, app, "/" * (LONGEST_ADDRESS + 1), now=NOW)
    shut = records.phone_links.create(ann, app, VIEW, now=NOW)
    records.accounts.disable(ann, now=NOW, by=None)
    records.accounts.enable(ann, now=NOW, by=None)
    assert records.phone_links.use(shut, now=NOW) is None
    hidden = records.phone_links.create(ann, app, VIEW, now=NOW)
    records.apps.archive(app, now=NOW)
    assert records.phone_links.use(hidden, now=NOW) is None


def test_of_several_at_once_one_opens_it(records: Records) -> None:
    app, ann = app_of(records), person(records, "ann").id
    records.grants.set(ann, app, "viewer", now=NOW, by=None)
    code = records.phone_links.create(ann, app, VIEW, now=NOW)
    opened: list[object] = []
    at_once(*[lambda: opened.append(records.phone_links.use(code, now=NOW))] * 6)
    assert len([one for one in opened if one is not None]) == 1


def test_of_several_who_rotate_at_once_one_does(records: Records) -> None:
    app = app_of(records)
    newest = records.keys.of(app)[0].id
    overlap = timedelta(days=3)

    found = at_once(
        *[lambda: records.keys.create(app, now=NOW, retire_others_after=overlap, newest=newest)] * 6
    )
    assert sorted(found) == ["", *["Refused"] * 5]
    assert len(records.keys.of(app)) == 2
    assert [key.retires for key in records.keys.of(app)] == [None, NOW + overlap]
