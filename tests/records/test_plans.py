"""Plans: published with a revision each, gone back to, switched off; their events keep their numbers."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from minilens.errors import NotFound, Refused, TooLarge
from minilens.records.store import Records

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def app(records: Records) -> int:
    return records.apps.create("cafe", timezone="Asia/Shanghai", now=NOW).id


def event(name: str, *, page: str = "pages/a", **more: Any) -> dict[str, Any]:
    action = {"trigger": "enterPage", "action": "once", "page": page}
    return {"name": name, "actions": [action], **more}


def plan(*events: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"events": list(events), **more}).encode()


def sent(records: Records, app: int, revision: int | None = None) -> dict[str, Any]:
    """What phones are sent."""
    found = records.plans.find(app, revision)
    assert found
    return dict(json.loads(found.config()))


def test_a_plan_is_published_with_numbers_and_its_events_are_declared(
    records: Records, app: int
) -> None:
    who = records.accounts.create("a@example.org", "Ann", now=NOW).id
    text = plan(event("tea", zh="选茶"), event("pay_success"), sample=0.5, rev="mine", off=False)
    change = records.plans.push(app, text, now=NOW, by=who)
    assert change.plan
    assert change.plan.revision == 1
    assert (change.added, change.declared) == (("tea", "pay_success"), ("tea",))
    assert records.definitions.all() == {(app, "tea")}  # the other one is built in
    found = sent(records, app)
    assert (found["rev"], found["sample"], "off" in found) == ("1", 0.5, False)
    assert [(e["name"], e["id"], e["rev"]) for e in found["events"]] == [
        ("tea", 1, 1),
        ("pay_success", 2, 1),
    ]
    assert "zh" not in found["events"][0]
    (kept,) = records.plans.of(app)
    assert (kept.author, kept.created, kept.deed) == ("Ann", NOW, "push")
    assert [one.action for one in records.audit.entries(apps=(app,))][:2] == [
        "plan.push",
        "definition.create",
    ]


def test_an_event_keeps_its_id_and_its_version_is_never_used_for_another(
    records: Records, app: int
) -> None:
    push = records.plans.push
    push(app, plan(event("a"), event("b")), now=NOW)
    push(app, plan(event("b", page="pages/b")), now=NOW)
    change = push(app, plan(event("c"), event("a")), now=NOW)
    assert (change.added, change.removed) == (("c", "a"), ("b",))
    numbers = [
        {e["name"]: (e["id"], e["rev"]) for e in sent(records, app, n)["events"]} for n in (1, 2, 3)
    ]
    assert numbers == [
        {"a": (1, 1), "b": (2, 1)},
        {"b": (2, 2)},
        {"c": (3, 1), "a": (1, 1)},
    ]
    records.plans.back(app, 1, now=NOW)
    push(app, plan(event("b", page="pages/c")), now=NOW)
    assert sent(records, app)["events"][0]["rev"] == 3  # 2 was pages/b
    with pytest.raises(Refused, match=r"events\[0\].id: differs from what was published: 2"):
        push(app, plan(event("b", id=9)), now=NOW)
    with pytest.raises(Refused, match=r"events\[0\].id"):
        push(app, plan(event("new", id=1)), now=NOW)
    assert len(records.plans.of(app)) == 5


def test_what_is_the_same_is_not_published_again(records: Records, app: int) -> None:
    records.plans.push(app, plan(event("a")), now=NOW)
    first = records.plans.find(app)
    assert first
    for text in (plan(event("a")), first.text.encode()):  # also as it is shown
        change = records.plans.push(app, text, now=NOW)
        assert (change.same, change.plan) == (True, None)
    assert len(records.plans.of(app)) == 1


def test_a_dry_run_changes_nothing(records: Records, app: int) -> None:
    before = records.audit.last_change()
    change = records.plans.push(app, plan(event("a")), now=NOW, dry_run=True)
    assert (change.added, change.declared, change.plan) == (("a",), ("a",), None)
    assert records.plans.of(app) == []
    assert records.definitions.all() == set()
    assert records.audit.last_change() == before


def test_going_back_and_the_switch(records: Records, app: int) -> None:
    plans = records.plans
    assert plans.switch(app, off=False, now=NOW) is None
    assert plans.switch(app, off=True, now=NOW)  # also without a plan
    assert sent(records, app) == {"rev": "1", "off": True}
    plans.push(app, plan(event("a")), now=NOW)
    assert sent(records, app)["off"] is True  # a plan does not switch on
    plans.push(app, plan(event("b")), now=NOW)
    again = plans.back(app, 2, now=NOW)
    assert (again.revision, again.deed, again.off) == (4, "back", True)
    assert plans.switch(app, off=True, now=NOW) is None
    assert plans.switch(app, off=False, now=NOW)
    found = sent(records, app)
    assert (found["rev"], found["events"][0]["name"], "off" in found) == ("5", "a", False)
    with pytest.raises(NotFound, match="no revision 9"):
        plans.back(app, 9, now=NOW)
    assert [one.deed for one in plans.of(app)] == ["on", "back", "push", "push", "off"]


def test_plans_are_of_one_app(records: Records, app: int) -> None:
    other = records.apps.create("shop", timezone="Asia/Shanghai", now=NOW).id
    records.plans.push(app, plan(event("a")), now=NOW)
    assert records.plans.find(other) is None
    with pytest.raises(NotFound):
        records.plans.back(other, 1, now=NOW)
    records.plans.push(other, plan(event("x")), now=NOW)
    assert records.plans.newest() == {app: 1, other: 1}
    assert sent(records, other)["events"][0]["id"] == 1


def test_a_plan_that_a_phone_would_not_take_is_refused(records: Records, app: int) -> None:
    actions = [{"trigger": "enterPage", "action": "once", "page": "p" * 250}] * 20
    big = plan(*({"name": f"e{n}", "actions": actions} for n in range(12)))
    assert len(big) > 64 << 10
    with pytest.raises(TooLarge, match="The plan exceeds the limit of 64 KB"):
        records.plans.push(app, big, now=NOW)
    blanks = plan(event("a")) + b" " * (100 << 10)  # what phones are sent is small
    assert records.plans.push(app, blanks, now=NOW).plan


def test_two_at_once_are_two_revisions(records: Records, app: int) -> None:
    with ThreadPoolExecutor(8) as pool:
        texts = [plan(event(f"e{n}")) for n in range(8)]
        list(pool.map(lambda text: records.plans.push(app, text, now=NOW), texts))
    assert [one.revision for one in records.plans.of(app)] == list(range(8, 0, -1))
    ids = {e["name"]: e["id"] for one in records.plans.of(app) for e in one.body["events"]}
    assert sorted(ids.values()) == list(range(1, 9))
