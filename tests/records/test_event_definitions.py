"""Definitions of events and the plan that phones fetch always say the same, whichever of the two was changed."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minilens.errors import NotFound, Refused, TooLarge
from minilens.records.event_content import Content, Field, read, sent
from minilens.records.store import Records

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def app(records: Records) -> int:
    return records.apps.create("cafe", timezone="Asia/Shanghai", now=NOW).id


def content(page: str = "pages/a", *fields: str, **more: Any) -> Content:
    """Entering a page, with these number fields."""
    data = [{"field": name, "value": name} for name in fields]
    action = {
        "trigger": "enterPage",
        "action": "once",
        "page": page,
        **({"data": data} if data else {}),
    }
    said = [{"name": name, "zh": f"字段{name}", "type": "number"} for name in fields]
    return read({"actions": [action], "fields": said, **more})


def plan_events(records: Records, app: int) -> list[dict[str, Any]]:
    found = records.plans.find(app)
    return found.body.get("events", []) if found else []


def defined(records: Records, app: int) -> list[dict[str, Any]]:
    """What the definitions come to, by hand: published, by form, not retired."""
    return [
        sent(kept.one.name, kept.one.zh, kept.one.number, kept.one.version or 0, kept.published)
        for kept in records.events.of(app)
        if kept.published and not kept.one.retired and kept.published.way == "form"
    ]


def agree(records: Records, app: int) -> bool:
    """Whether the plan is what the definitions come to, in any order."""

    def key(event: dict[str, Any]) -> str:
        return str(event["name"])

    return sorted(plan_events(records, app), key=key) == sorted(defined(records, app), key=key)


def push(records: Records, app: int, *events: dict[str, Any]) -> Any:
    return records.plans.push(app, json.dumps({"events": list(events)}).encode(), now=NOW)


def test_saved_published_retired_and_back(records: Records, app: int) -> None:
    who = records.accounts.create("a@example.org", "Ann", now=NOW).id
    events = records.events
    made = events.create(app, "tea", "选茶", content("pages/a", "price"), now=NOW, by=who)
    assert (made.one.number, made.one.revision, made.one.author, made.published) == (
        1,
        1,
        "Ann",
        None,
    )
    assert records.definitions.all() == set()  # it counts from publishing on
    assert plan_events(records, app) == []
    assert events.fields(app) == {}
    plan = events.publish(app, 1, revision=1, now=LATER, by=who)
    assert plan
    assert (plan.revision, plan.deed) == (1, "publish")
    assert records.definitions.all() == {(app, "tea")}
    row = {"field": "price", "type": "number", "value": "price"}
    action = {"trigger": "enterPage", "action": "once", "page": "pages/a", "data": [row]}
    assert plan_events(records, app) == [
        {"name": "tea", "zh": "选茶", "id": 1, "rev": 1, "actions": [action]}
    ]
    assert events.fields(app) == {"price": Field("price", "字段price", "number")}
    assert events.publish(app, "tea", revision=2, now=LATER) is None  # nothing is new


def test_another_version_the_one_before_and_none(records: Records, app: int) -> None:
    events = records.events
    events.create(app, "tea", "选茶", content("pages/a", "price"), now=NOW)
    events.publish(app, 1, revision=1, now=NOW)
    (first,) = plan_events(records, app)
    events.save(app, 1, content("pages/b", "price"), revision=2, now=LATER)
    assert plan_events(records, app) == [first]
    assert events.find(app, 1).ahead
    events.publish(app, 1, revision=3, now=LATER)
    assert (
        plan_events(records, app)[0]["rev"],
        plan_events(records, app)[0]["actions"][0]["page"],
    ) == (2, "pages/b")
    events.back(app, 1, 1, revision=4, now=LATER)
    assert plan_events(records, app) == [first]
    assert [one.version for one in events.find(app, 1).versions] == [2, 1]
    assert not events.find(app, 1).ahead
    with pytest.raises(NotFound, match="no revision 9"):
        events.back(app, 1, 9, revision=5, now=LATER)

    events.retire(app, 1, revision=5, now=LATER)
    assert plan_events(records, app) == []
    assert records.definitions.all() == {(app, "tea")}  # phones that still send it are counted
    assert events.retire(app, 1, revision=6, now=LATER) is None
    events.restore(app, 1, revision=6, now=LATER)
    assert plan_events(records, app)[0]["rev"] == 1
    deeds = [one.action for one in records.audit.entries(apps=(app,), action="event")]
    assert deeds[:3] == ["event.restore", "event.retire", "event.back"]


def test_names_are_unique_in_both_languages_and_stay(records: Records, app: int) -> None:
    create = records.events.create
    create(app, "tea", "选茶", content(), now=NOW)
    for name, zh, field, code in (
        ("tea", "别的", "name", "event_exists"), ("tee", "选茶", "zh", "event_exists"),
        ("Tea", "茶", "name", "bad_name"), ("t" * 33, "茶", "name", "bad_name"), ("1a", "茶", "name", "bad_name"),
        ("tee", "茶" * 33, "zh", "too_long"), ("tee", " ", "zh", "missing"), ("", "茶", "name", "missing"),
        ("page_view", "茶", "name", "bad_shape"), ("tee", "支付成功", "zh", "event_exists"),
        ("pay_success", "付好了", "zh", "names_are_fixed"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            create(app, name, zh, content(), now=NOW)
        assert (refused.value.field, refused.value.code) == (field, code), (name, zh)
    assert create(app, "pay_success", "", content(), now=NOW).one.zh == "支付成功"
    assert create(app, "t" * 32, "茶" * 32, content(), now=NOW).one.number == 3
    other = records.apps.create("shop", timezone="Asia/Shanghai", now=NOW).id
    assert create(other, "tea", "选茶", content(), now=NOW).one.number == 1
    event = {"name": "tea", "zh": "改名", "actions": list(content().actions)}
    with pytest.raises(Refused, match=r"events\[0\].zh can't be changed once saved: 选茶"):
        push(records, app, event)
    with pytest.raises(Refused, match="already an event named 选茶"):
        push(records, app, event | {"name": "new", "zh": "选茶"})
    with pytest.raises(NotFound, match="did you mean tea"):
        records.events.find(app, "te")


def test_the_later_of_two_editors_is_told_and_changes_nothing(records: Records, app: int) -> None:
    events = records.events
    events.create(app, "tea", "选茶", content(), now=NOW)
    events.save(app, 1, content("pages/mine"), revision=1, now=NOW)
    for late in (
        lambda: events.save(app, 1, content("pages/yours"), revision=1, now=NOW),
        lambda: events.publish(app, 1, revision=1, now=NOW),
        lambda: events.retire(app, 1, revision=1, now=NOW),
    ):
        with pytest.raises(Refused, match="tea was just changed"):
            late()
    kept = events.find(app, 1)
    assert (kept.one.draft.pages(), kept.published, kept.one.revision) == (("pages/mine",), None, 2)

    def saved(n: int) -> bool:
        try:
            events.save(app, 1, content(f"pages/p{n}"), revision=2, now=NOW)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(saved, range(4))).count(True) == 1


def test_a_file_and_the_form_are_one(records: Records, app: int) -> None:
    events = records.events
    events.create(app, "by_form", "表单", content("pages/a", "price"), now=NOW)
    events.publish(app, 1, revision=1, now=NOW)
    shown = plan_events(records, app)
    new = {"name": "by_file", "actions": [{"trigger": "launch", "action": "once"}]}
    push(records, app, *shown, new)
    kept = events.find(app, "by_file")
    assert (kept.one.number, kept.one.zh, kept.one.version, kept.one.author) == (
        2,
        "by_file",
        1,
        None,
    )
    assert agree(records, app)
    push(records, app, *shown, new | {"zh": "从文件来"})  # it never had one
    assert events.find(app, "by_file").one.zh == "从文件来"
    # a draft with changes of its own stays, and whoever edits it is told
    mine = events.save(app, 1, content("pages/mine", "price"), revision=2, now=NOW)
    push(records, app, shown[0] | {"actions": list(content("pages/file").actions)})
    after = events.find(app, 1)
    assert (after.one.draft, after.one.version, after.ahead) == (mine.one.draft, 2, True)
    assert after.one.revision > mine.one.revision
    assert events.find(app, 2).one.retired
    assert agree(records, app)
    records.plans.back(app, 2, now=NOW)
    assert [one["name"] for one in plan_events(records, app)] == ["by_form", "by_file"]
    assert events.find(app, 2).one.retired is None
    assert agree(records, app)
    # and a published event is declared with its way: by API it is not on phones
    events.save(
        app,
        2,
        Content("api", fields=(Field("cups", "杯数", "number"),)),
        revision=events.find(app, 2).one.revision,
        now=NOW,
    )
    events.publish(app, 2, revision=events.find(app, 2).one.revision, now=NOW)
    assert [one["name"] for one in plan_events(records, app)] == ["by_form"]


def test_fields_are_of_the_whole_app(records: Records, app: int) -> None:
    events = records.events
    events.create(app, "tea", "选茶", content("pages/a", "price"), now=NOW)
    events.publish(app, 1, revision=1, now=NOW)
    text = read(
        {
            "actions": list(content("pages/b", "price").actions),
            "fields": [{"name": "price", "type": "text"}],
        }
    )
    with pytest.raises(Refused, match=r"fields\[0\].type: price is number elsewhere"):
        events.create(app, "cake", "选糕", text, now=NOW)
    silent = read({"actions": list(content("pages/b", "price").actions)})
    assert events.create(app, "cake", "选糕", silent, now=NOW).one.draft.fields == (
        Field("price", "字段price", "number"),
    )
    row = {"field": "price", "type": "text", "value": "p"}
    file = {"name": "new", "actions": [{"trigger": "launch", "action": "once", "data": [row]}]}
    with pytest.raises(
        Refused, match=r"events\[0\].actions\[0\].data\[0\].type: price is number elsewhere"
    ):
        push(records, app, file)
    row["field"] = "size"
    push(records, app, *plan_events(records, app), file)
    assert events.fields(app)["size"] == Field("size", "", "text")
    with pytest.raises(
        Refused, match=r"fields\[0\].zh is required"
    ):  # a file may leave it open, people say it
        events.save(app, "new", events.find(app, "new").one.draft, revision=1 + 1, now=NOW)


def test_a_test_phone_has_the_drafts(records: Records, app: int) -> None:
    events = records.events
    events.create(app, "tea", "选茶", content(), now=NOW)
    before = events.marks()[app]
    assert [(one["name"], one["rev"]) for one in events.in_test(app)] == [("tea", 1)]
    events.publish(app, 1, revision=1, now=NOW)
    assert events.marks()[app] > before
    assert events.in_test(app)[0]["rev"] == 1
    events.save(app, 1, content("pages/b"), revision=2, now=NOW)
    assert (events.in_test(app)[0]["rev"], events.in_test(app)[0]["actions"][0]["page"]) == (
        2,
        "pages/b",
    )
    assert plan_events(records, app)[0]["actions"][0]["page"] == "pages/a"


def test_several_publish_at_once_and_none_is_lost(records: Records, app: int) -> None:
    for number in range(6):
        records.events.create(app, f"e{number}", f"事件{number}", content(), now=NOW)

    def publish(number: int) -> None:
        records.events.publish(app, f"e{number}", revision=1, now=NOW)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(publish, range(6)))
    assert {one["name"] for one in plan_events(records, app)} == {f"e{n}" for n in range(6)}
    assert [one.revision for one in records.plans.of(app)] == list(range(6, 0, -1))
    assert agree(records, app)


def test_what_a_phone_would_not_take_is_not_published_at_all(records: Records, app: int) -> None:
    events = records.events
    actions = [{"trigger": "enterPage", "action": "once", "page": "p" * 250}] * 20
    for number in range(11):
        events.create(app, f"e{number}", f"事件{number}", read({"actions": actions}), now=NOW)
    for number in range(10):
        events.publish(app, f"e{number}", revision=1, now=NOW)
    with pytest.raises(TooLarge, match="The plan exceeds the limit of 64 KB"):
        events.publish(app, "e10", revision=1, now=NOW)
    kept = events.find(app, "e10")
    assert (kept.published, kept.one.revision, kept.versions) == (None, 1, ())
    assert (app, "e10") not in records.definitions.all()
    assert agree(records, app)


class AlreadyThere(Exception):
    """What is there is not made again."""


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["create", "save", "publish", "api", "back", "retire", "restore", "push", "plan back", "off"]),
        st.integers(0, 3), st.integers(1, 6),
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_whatever_is_done_plan_and_definitions_agree(
    records: Records, deeds: list[tuple[str, int, int]]
) -> None:
    name = f"a{len(records.apps.all())}"
    app = records.apps.create(name, timezone="Asia/Shanghai", now=NOW).id
    for deed, event, number in deeds:
        with suppress(NotFound, AlreadyThere):
            do(records, app, deed, f"e{event}", number)
        assert agree(records, app), deed
    told = [
        (one["name"], one["rev"])
        for plan in records.plans.of(app)
        for one in plan.body.get("events", [])
    ]
    pages = {
        (one["name"], one["rev"], one["actions"][0]["page"])
        for plan in records.plans.of(app) for one in plan.body.get("events", [])
    }  # fmt: skip
    assert len(pages) == len(set(told))  # a version says one thing for good


def do(records: Records, app: int, deed: str, name: str, number: int) -> None:
    """One step, as somebody who has just looked."""
    events, plans = records.events, records.plans
    page = content(f"pages/p{number % 3}", *["size"] * (number % 2))
    if deed == "create":
        if name in [kept.one.name for kept in events.of(app)]:
            raise AlreadyThere
        events.create(app, name, f"中{name}", page, now=NOW)
    elif deed == "push":
        zh = {"zh": f"中{name}"}
        push(
            records,
            app,
            *(
                {
                    "name": f"e{n}",
                    **(zh if f"e{n}" == name else {"zh": f"中e{n}"}),
                    "actions": list(page.actions),
                }
                for n in range(number % 4)
            ),
        )
    elif deed == "plan back":
        plans.back(app, number, now=NOW)
    elif deed == "off":
        plans.switch(app, off=number % 2 == 0, now=NOW)
    else:
        seen = events.find(app, name).one.revision
        if deed in ("save", "api"):
            events.save(
                app, name, Content("api") if deed == "api" else page, revision=seen, now=NOW
            )
        elif deed == "back":
            events.back(app, name, number, revision=seen, now=NOW)
        else:
            {"publish": events.publish, "retire": events.retire, "restore": events.restore}[deed](
                app, name, revision=seen, now=NOW
            )
