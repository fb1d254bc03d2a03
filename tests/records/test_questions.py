"""Saved questions and what people asked: names are taken once, others' own are not seen, the oldest are forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from minilens.errors import NotFound, Refused
from minilens.records.questions import LONGEST, LONGEST_BODY, MOST_ASKED
from minilens.records.store import Records
from minilens.text import Text

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
PAY = Text("支付", "Payments")


@pytest.fixture
def app(records: Records) -> int:
    return records.apps.create("cafe", timezone="Asia/Shanghai", now=NOW).id


@pytest.fixture
def ann(records: Records) -> int:
    return records.accounts.create("ann@example.org", "Ann", now=NOW).id


@pytest.fixture
def bob(records: Records) -> int:
    return records.accounts.create("bob@example.org", "Bob", now=NOW).id


def test_whose_they_are_and_who_sees_them(records: Records, app: int, ann: int, bob: int) -> None:
    rooms = records.questions
    own = rooms.create(app, PAY, "{}", team=False, now=NOW, by=ann)
    team = rooms.create(app, PAY, "{}", team=True, now=NOW, by=ann)
    made = rooms.create(app, Text("", "Of a program"), "{}", team=True, now=NOW, by=None)
    assert (made.name, made.author, own.author) == (
        Text("Of a program", "Of a program"),
        None,
        "Ann",
    )
    seen = {who: {one.id for one in rooms.of(app, who)} for who in (ann, bob, None)}
    assert seen == {
        ann: {own.id, team.id, made.id},
        bob: {team.id, made.id},
        None: {team.id, made.id},
    }
    assert {one.id for one in rooms.of(app, None, every=True)} == seen[ann]
    assert rooms.find(app, own.id, bob) is None
    assert rooms.find(app + 1, team.id, ann) is None
    for question, by, others in ((own.id, bob, True), (team.id, bob, False), (own.id, None, True)):
        with pytest.raises(NotFound):
            rooms.remove(app, question, now=NOW, by=by, others=others)
    rooms.remove(app, team.id, now=NOW, by=bob, others=True)
    rooms.remove(app, own.id, now=NOW, by=ann)
    assert [one.id for one in rooms.of(app, ann)] == [made.id]
    entries = [entry.action for entry in records.audit.entries(action="question")]
    assert sorted(entries) == ["question.create"] * 3 + ["question.remove"] * 2


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        (Text("", " "), "{}", "zh"),
        (Text("x" * (LONGEST + 1), ""), "{}", "zh"),
        (Text("a", "x" * (LONGEST + 1)), "{}", "en"),
        (PAY, "{}", "zh"),
        (Text("另一个", "Payments"), "{}", "en"),
        (Text("c", "c"), "x" * (LONGEST_BODY + 1), "question"),
    ],
)  # fmt: skip
def test_what_is_refused(
    records: Records, app: int, ann: int, name: Text, body: str, field: str
) -> None:
    records.questions.create(app, PAY, "{}", team=True, now=NOW, by=ann)
    with pytest.raises(Refused) as refused:
        records.questions.create(app, name, body, team=True, now=NOW, by=ann)
    assert refused.value.field == field
    assert len(records.questions.of(app, ann)) == 1


def test_nobody_has_no_own(records: Records, app: int) -> None:
    with pytest.raises(Refused):
        records.questions.create(app, PAY, "{}", team=False, now=NOW, by=None)


def test_two_at_once_get_one_name(records: Records, app: int, ann: int) -> None:
    def save(n: int) -> bool:
        try:
            records.questions.create(app, PAY, str(n), team=True, now=NOW, by=ann)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(save, range(4))) == 1


def test_the_last_ones_asked_are_remembered_once_each(
    records: Records, app: int, ann: int, bob: int
) -> None:
    rooms = records.questions
    for n in range(MOST_ASKED + 5):
        rooms.remember(app, ann, f"q{n}", now=NOW + timedelta(seconds=n))
    rooms.remember(app, ann, "q50", now=NOW + timedelta(hours=1))
    rooms.remember(app, bob, "his", now=NOW)
    found = [one.body for one in rooms.asked(app, ann)]
    assert (len(found), found[0], found[1], found[-1]) == (MOST_ASKED, "q50", "q104", "q5")
    assert [one.body for one in rooms.asked(app, bob)] == ["his"]
    assert rooms.asked(app + 1, ann) == []


def test_one_is_changed_by_who_saw_it_last(records: Records, app: int, ann: int, bob: int) -> None:
    rooms, later = records.questions, NOW + timedelta(hours=1)
    other = rooms.create(app, Text("另一个", "Other"), "{}", team=True, now=NOW, by=ann)
    one = rooms.create(app, PAY, "{}", team=True, now=NOW, by=ann)
    new = rooms.change(app, one.id, PAY, '{"a":1}', seen=one.changed, now=later, by=ann)
    assert (new.id, new.body, new.changed, new.author) == (one.id, '{"a":1}', later, "Ann")
    with pytest.raises(Refused) as refused:
        rooms.change(app, one.id, PAY, "{}", seen=one.changed, now=later, by=ann)
    assert (refused.value.code, refused.value.field) == ("changed_meanwhile", "changed")
    at_once = rooms.change(app, one.id, PAY, "{}", seen=later, now=later, by=bob, others=True)
    assert at_once.changed > later
    for by, others in ((bob, False), (bob, True)):
        own = rooms.create(app, Text(f"{others}", ""), "{}", team=False, now=NOW, by=ann)
        with pytest.raises(NotFound):
            rooms.change(app, own.id, PAY, "{}", seen=NOW, now=later, by=by, others=others)
    with pytest.raises(Refused) as refused:
        rooms.change(app, one.id, other.name, "{}", seen=at_once.changed, now=later, by=ann)
    assert refused.value.code == "question_exists"
    assert [entry.action for entry in records.audit.entries(action="question.change")] == [
        "question.change"
    ] * 2


def test_what_is_taken_away_is_pinned_nowhere(
    records: Records, app: int, ann: int, bob: int
) -> None:
    one = records.questions.create(app, PAY, "{}", team=True, now=NOW, by=ann)
    for who in (ann, bob):
        records.pins.add(app, who, f"question.{one.id}", "")
        records.pins.add(app, who, "overview.trend", "")
    records.questions.remove(app, one.id, now=NOW, by=ann)
    assert [[pin.report for pin in records.pins.of(app, who)] for who in (ann, bob)] == [
        ["overview.trend"]
    ] * 2
