"""Virtual events in the records: names for good, versions, two who change one at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from minilens.errors import NotFound, Refused
from minilens.period import now
from minilens.records.event_content import Content
from minilens.records.store import Records
from minilens.records.virtual_content import Meaning, read


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    made = Records(f"sqlite:///{tmp_path / 'r.sqlite'}")
    made.database.migrate()
    made.apps.create("shop", timezone="Asia/Shanghai", now=now())
    made.apps.create("other", timezone="Asia/Shanghai", now=now())
    yield made
    made.database.close()


def of(event: str = "click", page: str = "") -> Meaning:
    where = {"pages": "exact", "page": page} if page else {}
    return read({"conditions": [{"event": event, **where}]})


def test_each_change_is_a_version_and_the_later_of_two_is_told(records: Records) -> None:
    rooms = records.virtual_events
    made = rooms.create(1, "buy", of(page="a"), zh="购买", en="", now=now())
    assert (made.version, made.en, made.meaning) == (1, "buy", of(page="a"))
    changed = rooms.change(1, "buy", of(page="b"), version=1, now=now())
    assert changed.version == 2
    with pytest.raises(Refused, match="just changed"):
        rooms.change(1, "buy", of(page="c"), version=1, now=now())
    assert rooms.change(1, "buy", of(page="b"), version=2, now=now()).version == 2
    assert [(one.version, one.meaning) for one in rooms.versions(1, "buy")] == [
        (2, of(page="b")), (1, of(page="a")),
    ]  # fmt: skip
    rooms.retire(1, "buy", now=now())
    rooms.retire(1, "buy", now=now())
    assert rooms.find(1, "buy").retired
    assert rooms.meanings(1) == {"buy": of(page="b")}
    rooms.restore(1, "buy", now=now())
    assert rooms.find(1, "buy").retired is None
    deeds = [one.action for one in records.audit.entries(apps=(1,), action="virtual")]
    assert deeds == ["virtual.restore", "virtual.retire", "virtual.change", "virtual.create"]
    assert rooms.of(2) == []
    with pytest.raises(NotFound, match="buy"):
        rooms.find(1, "bye")


@pytest.mark.parametrize(
    ("name", "zh", "en", "field"),
    [
        ("Buy", "购买", "", "name"), ("click", "点", "", "name"), ("declared", "别的", "", "name"),
        ("buy", "已定义", "", "zh"), ("buy", " ", "", "zh"), ("buy", "点击", "", "zh"), ("taken", "x", "", "name"),
        ("buy", "占用", "", "zh"), ("buy", "购买", "Taken", "en"), ("buy", "x" * 33, "", "zh"),
    ],
)  # fmt: skip
def test_names_are_nobody_elses(records: Records, name: str, zh: str, en: str, field: str) -> None:
    records.definitions.create(1, "declared", "已定义", now=now())
    records.virtual_events.create(1, "taken", of(), zh="占用", en="Taken", now=now())
    with pytest.raises(Refused) as refused:
        records.virtual_events.create(1, name, of(), zh=zh, en=en, now=now())
    assert refused.value.field == field
    records.virtual_events.create(2, "taken", of(), zh="占用", en="Taken", now=now())


def test_circles_are_refused_when_one_is_changed(records: Records) -> None:
    rooms = records.virtual_events
    rooms.create(1, "inner", of(), zh="内", en="", now=now())
    rooms.create(1, "outer", of("inner"), zh="外", en="", now=now())
    with pytest.raises(Refused, match="made of"):
        rooms.change(1, "inner", of("outer"), version=1, now=now())
    with pytest.raises(Refused, match="made of virtual events itself"):
        rooms.create(1, "third", of("outer"), zh="三", en="", now=now())


@pytest.mark.parametrize("name", ["taken", "free"])
def test_no_other_event_takes_a_name_of_theirs(records: Records, name: str) -> None:
    """By form, declared, or in a plan's file; free has only the Chinese name of it."""
    records.virtual_events.create(1, "taken", of(), zh="占用", en="Taken", now=now())
    action = {"trigger": "enterPage", "action": "once"}
    plan = json.dumps({"events": [{"name": name, "zh": "占用", "actions": [action]}]}).encode()
    ways = (
        lambda app: records.events.create(app, name, "占用", Content("api"), now=now()),
        lambda app: records.definitions.create(app, name, "占用", now=now()),
        lambda app: records.plans.push(app, plan, now=now()),
    )
    field = "name" if name == "taken" else "zh"
    for way in ways:
        with pytest.raises(Refused) as refused:
            way(1)
        assert refused.value.code == "event_exists"
        assert refused.value.field in (field, f"events[0].{field}")
    ways[2](2)
