"""Saved views: one's own and the team's, who may change them, and two who do so at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from minilens.errors import NotFound, Refused
from minilens.records.store import Records
from minilens.records.views import LONGEST, LONGEST_QUERY, MOST

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def app(records: Records) -> int:
    return records.apps.create("cafe", timezone="Asia/Shanghai", now=NOW).id


@pytest.fixture
def ann(records: Records) -> int:
    return records.accounts.create("ann@example.org", "Ann", now=NOW).id


@pytest.fixture
def bob(records: Records) -> int:
    return records.accounts.create("bob@example.org", "Bob", now=NOW).id


def test_ones_own_are_ones_own_and_the_teams_are_everybodys(
    records: Records, app: int, ann: int, bob: int
) -> None:
    views, other = records.views, records.apps.create("shop", timezone="Asia/Shanghai", now=NOW).id
    views.create(
        app, " new\tones ", "traffic", "?filter=newness:is:new", team=False, now=NOW, by=ann
    )
    views.create(app, "Weekly", "overview", "?grain=week", team=True, now=NOW, by=ann)
    views.create(other, "elsewhere", "overview", "", team=True, now=NOW, by=ann)
    assert [(one.name, one.team, one.author) for one in views.of(app, ann)] == [
        ("Weekly", True, "Ann"),
        ("newones", False, "Ann"),
    ]
    assert [one.name for one in views.of(app, bob)] == ["Weekly"]
    records.accounts.disable(ann, now=NOW, by=None)  # what was made for the team stays
    assert [one.name for one in views.of(app, bob)] == ["Weekly"]


def test_a_name_is_taken_once_among_ones_own_and_once_in_the_team(
    records: Records, app: int, ann: int, bob: int
) -> None:
    def save(name: str, by: int, *, team: bool = False, query: str = "") -> str:
        try:
            records.views.create(app, name, "overview", query, team=team, now=NOW, by=by)
        except Refused as error:
            return error.code
        return "saved"

    assert save("a", ann) == save("a", bob) == save("a", ann, team=True) == "saved"
    assert save("a ", ann) == save("a", bob, team=True) == "view_exists"
    assert save(" ", ann) == "missing"
    assert (
        save("x" * (LONGEST + 1), ann)
        == save("x", ann, query="?" * (LONGEST_QUERY + 1))
        == "too_long"
    )
    for n in range(1, MOST):
        assert save(str(n), bob) == "saved"
    assert save("one more", bob) == "too_many"


def test_who_may_change_and_take_away(records: Records, app: int, ann: int, bob: int) -> None:
    views = records.views
    own = views.create(app, "own", "overview", "", team=False, now=NOW, by=ann).id
    shared = views.create(app, "shared", "overview", "", team=True, now=NOW, by=ann).id
    refused = (
        (app, own, bob, True),
        (app, shared, bob, False),
        (app + 1, shared, ann, True),
        (app, 99, ann, True),
    )
    for of, view, by, others in refused:
        with pytest.raises(NotFound):
            views.remove(of, view, now=NOW, by=by, others=others)
        with pytest.raises(NotFound):
            views.change(of, view, "live", "", version=1, now=NOW, by=by, others=others)
    views.remove(app, shared, now=NOW, by=bob, others=True)
    views.remove(app, own, now=NOW, by=ann)
    assert views.of(app, ann) == []
    assert [one.action for one in records.audit.entries(action="view")] == [
        *["view.remove"] * 2, *["view.create"] * 2,
    ]  # fmt: skip


def test_of_two_changes_at_once_the_second_is_told(records: Records, app: int, ann: int) -> None:
    views = records.views
    made = views.create(app, "weekly", "overview", "?grain=week", team=True, now=NOW, by=ann)

    def change(query: str) -> str:
        try:
            views.change(app, made.id, "overview", query, version=made.version, now=NOW, by=ann)
        except Refused as error:
            return error.code
        return "changed"

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(change, [f"?period={n}d" for n in range(2, 6)]))
    assert found == ["changed", *["changed_meanwhile"] * 3]
    (kept,) = views.of(app, ann)
    assert (kept.version, kept.query != "?grain=week") == (2, True)
