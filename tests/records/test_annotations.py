"""Annotations: days of an app with a few words, who wrote them, and who takes them away."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from minilens.errors import NotFound, Refused
from minilens.records.annotations import LONGEST, MOST_A_DAY
from minilens.records.store import Records

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
DAY = date(2026, 11, 11)


@pytest.fixture
def app(records: Records) -> int:
    return records.apps.create("cafe", timezone="Asia/Shanghai", now=NOW).id


def test_they_come_in_the_order_of_days_within_a_range(records: Records, app: int) -> None:
    other = records.apps.create("shop", timezone="Asia/Shanghai", now=NOW).id
    who = records.accounts.create("a@example.org", "Ann", now=NOW).id
    records.annotations.create(app, date(2026, 11, 20), "发布 2.1", now=NOW, by=who)
    records.annotations.create(app, DAY, "  双十一\n", now=NOW)
    records.annotations.create(other, DAY, "elsewhere", now=NOW)
    found = records.annotations.of(app)
    assert [(one.day, one.text, one.author) for one in found] == [
        (DAY, "双十一", None),
        (date(2026, 11, 20), "发布 2.1", "Ann"),
    ]
    assert found[0].created == NOW
    assert [one.text for one in records.annotations.of(app, DAY, DAY)] == ["双十一"]
    assert records.annotations.of(app, date(2026, 11, 21)) == []


def test_the_same_words_are_not_added_twice(records: Records, app: int) -> None:
    first = records.annotations.create(app, DAY, "release 2.1", now=NOW)
    assert records.annotations.create(app, DAY, "release 2.1 ", now=NOW) == first
    assert len(records.annotations.of(app)) == 1
    assert len(records.audit.entries(action="annotation")) == 1


@pytest.mark.parametrize(
    ("text", "code"), [("", "missing"), (" \t", "missing"), ("x" * (LONGEST + 1), "too_long")]
)
def test_what_is_no_annotation_is_refused(records: Records, app: int, text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        records.annotations.create(app, DAY, text, now=NOW)
    assert (refused.value.code, refused.value.field) == (code, "text")
    assert records.annotations.of(app) == []


def test_a_day_holds_so_many_and_no_more(records: Records, app: int) -> None:
    for n in range(MOST_A_DAY):
        records.annotations.create(app, DAY, f"number {n}", now=NOW)
    with pytest.raises(Refused, match="day takes at most"):
        records.annotations.create(app, DAY, "one more", now=NOW)


def test_one_takes_away_ones_own_and_an_admin_any(records: Records, app: int) -> None:
    ann, bob = (
        records.accounts.create(f"{name}@example.org", name, now=NOW).id for name in ("ann", "bob")
    )
    made = records.annotations.create(app, DAY, "outage", now=NOW, by=ann)
    for of, number, by, own in (
        (app, made.id, bob, True),
        (app + 1, made.id, ann, False),
        (app, made.id + 1, ann, False),
    ):
        with pytest.raises(NotFound):
            records.annotations.remove(of, number, now=NOW, by=by, own=own)
    records.annotations.remove(app, made.id, now=NOW, by=bob)
    assert records.annotations.of(app) == []
    removed, created = records.audit.entries(action="annotation")
    assert (removed.action, removed.account, removed.details) == (
        "annotation.remove",
        bob,
        {"day": "2026-11-11", "text": "outage"},
    )
    assert (created.action, created.account, created.app) == ("annotation.create", ann, "cafe")


def test_ones_own_are_apart_from_everybodys(records: Records, app: int) -> None:
    ann, bob = (
        records.accounts.create(f"{name}@example.org", name, now=NOW).id for name in ("ann", "bob")
    )
    notes = records.annotations
    for by, personal in ((ann, False), (ann, True), (bob, True), (bob, True)):
        notes.create(app, DAY, "release", now=NOW, by=by, personal=personal)
    seen = {by: [one.personal for one in notes.of(app, account=by)] for by in (None, ann, bob)}
    assert seen == {None: [False], ann: [False, True], bob: [False, True]}
    own = next(one for one in notes.of(app, account=ann) if one.personal)
    with pytest.raises(NotFound):
        notes.remove(app, own.id, now=NOW, by=bob)
    notes.remove(app, own.id, now=NOW, by=ann, own=True)
    told = [one.details for one in records.audit.entries(action="annotation")]
    assert [one.get("text") for one in told] == [None, None, None, "release"]
