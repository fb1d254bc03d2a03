"""Check fields: five states by hand, and against the sentences that define them on random histories."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.records.event_content import Content, Field, read, sent, unpacked
from minilens.records.event_fields import Difference, History, check, differences, settled

HELD = {
    name: Field(name, f"中{name}", "number", "n") for name in ("old", "shared", "gone", "again")
}
HISTORY = History(
    HELD, ("old", "gone"), {"old", "gone", "again"}, {"shared": ("a", "own"), "old": ("own",)}
)


def launch(*names: str, fields: tuple[dict[str, Any], ...] = ()) -> Content:
    data = [{"field": name, "value": f'"{name}"'} for name in names]
    return read(
        {"actions": [{"trigger": "launch", "action": "once", "data": data}], "fields": list(fields)}
    )


def test_the_five_states() -> None:
    draft = launch(
        "fresh", "old", "shared", "again", fields=({"name": "fresh", "zh": "新", "type": "text"},)
    )
    found = {one.field.name: one for one in check(draft, HISTORY, "own")}
    assert {name: (one.state, one.open) for name, one in found.items()} == {
        "fresh": ("new", ("zh", "type", "note")),
        "old": ("existing", ("note",)),
        "shared": ("elsewhere", ()),
        "again": ("again", ("note",)),
        "gone": ("unused", ("note",)),
    }
    assert found["fresh"].field == Field("fresh", "新", "text")
    assert found["shared"].field == HELD["shared"]
    assert (found["shared"].users, found["old"].users) == (("a",), ())
    assert [one.name for one in settled(draft, HISTORY, "own").fields] == [
        "fresh",
        "old",
        "shared",
        "again",
    ]


def test_what_is_missing_or_other_is_named() -> None:
    for said, place, reason in (
        ({"name": "fresh", "type": "text"}, "fields[0].zh", "required"),
        ({"name": "fresh", "zh": "新"}, "fields[0].type", "required"),
    ):
        with pytest.raises(Refused, match=reason) as refused:
            settled(launch("fresh", fields=(said,)), HISTORY, "own")
        assert refused.value.field == place
    other = launch("old", fields=({"name": "old", "zh": "别名"},))
    with pytest.raises(Refused, match="old is called “中old” elsewhere"):
        settled(other, HISTORY, "own")
    open_type = History({"old": Field("old", "中old")}, ("old",), ("old",))
    assert check(launch("old"), open_type)[0].open == ("type", "note")
    assert settled(launch("old"), open_type, "own", of_file=True).fields == (Field("old", "中old"),)


NAMES = st.sampled_from(["a", "b", "c", "d", "e"])
SETS = st.sets(NAMES)


@given(used=SETS, now=SETS, earlier=SETS, others=SETS)
def test_each_field_is_in_the_state_that_its_history_says(
    used: set[str], now: set[str], earlier: set[str], others: set[str]
) -> None:
    """As WeChat's manual has it, read sentence by sentence; a field that is in no event is in no list."""
    before = now | earlier
    held = {name: Field(name, "中", "text") for name in before | others}
    content = Content("api", fields=tuple(Field(name) for name in sorted(used)))
    found = {one.field.name: one.state for one in check(content, History(held, now, before))}
    said = {}
    for name in "abcde":
        if name in used and name not in before | others:
            said[name] = "new"  # nobody has defined it
        elif name in used and name in now:
            said[name] = "existing"
        elif name in used and name in before:
            said[name] = "again"  # it was out, now it is back
        elif name in used:
            said[name] = "elsewhere"  # only another event has it
        elif name in now:
            said[name] = "unused"  # its row was deleted
    assert found == said


KINDS = st.sampled_from(["number", "text", "boolean", "time"])
ROWS = st.lists(
    st.tuples(NAMES, st.sampled_from(["price", '"x"', "$APP.level", "$PAGE_TIME", "$QUERY.id"])),
    max_size=6,
)
ACTIONS = st.lists(
    st.builds(
        lambda trigger, page, rows: {
            "trigger": trigger, "action": "once", **({"page": page} if page else {}),
            **({"data": [{"field": f, "value": v} for f, v in rows]} if rows else {}),
        },
        st.sampled_from(["enterPage", "launch", "switchTab"]), st.sampled_from(["", "pages/a", "ANY_PAGE"]), ROWS,
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@given(actions=ACTIONS, kinds=st.dictionaries(NAMES, KINDS))
def test_what_phones_are_sent_is_what_was_said_with_the_types(
    actions: list[Any], kinds: dict[str, str]
) -> None:
    content = read(
        {
            "actions": actions,
            "fields": [{"name": n, "zh": "中", "type": k} for n, k in kinds.items()],
        }
    )
    event = sent("tea", "茶", 3, 2, content)
    flat = [
        (row["field"], row["value"], row.get("type", ""))
        for one in event["actions"]
        for row in one.get("data", [])
    ]
    assert flat == [
        (row["field"], row["value"], kinds.get(row["field"], ""))
        for one in actions
        for row in one.get("data", [])
    ]
    assert [{k: v for k, v in one.items() if k != "data"} for one in event["actions"]] == [
        {k: v for k, v in one.items() if k != "data"} for one in actions
    ]
    assert unpacked(content.packed()) == content
    assert {one.name for one in content.fields} == {
        row["field"] for one in actions for row in one.get("data", [])
    }
    again = read({"actions": event["actions"]})  # and back from a plan
    assert again.actions == content.actions
    assert {one.name: one.type for one in again.fields} == {
        one.name: one.type for one in content.fields
    }
    assert differences(content, content) == []


def test_two_versions_are_compared_place_by_place() -> None:
    one = launch("a", fields=({"name": "a", "zh": "甲", "type": "text"},))
    two = read({
        "note": "now with b",
        "actions": [{"trigger": "launch", "action": "once", "data": [{"field": "b", "value": "$APP.b"}]}],
    })  # fmt: skip
    assert differences(one, two) == [
        Difference("note", "", "now with b"),
        Difference("actions[0].data[0]", 'a ← "a"', "b ← $APP.b"),
        Difference("fields.a.type", "text", ""),
        Difference("fields.a.zh", "甲", ""),
    ]


@pytest.mark.parametrize(
    ("given_", "place", "reason"),
    [
        ([], "", "must be an object"),
        ({}, "actions", "required"),
        ({"actions": {}}, "actions", "must be a list"),
        ({"way": "fax"}, "way", "fax"),
        ({"way": "api", "actions": [1]}, "actions", "has no actions"),
        ({"actions": [{"trigger": "launch"}]}, "actions[0].action", "required"),
        ({"actions": [{"trigger": "click", "action": "once"}]}, "actions[0].element", "required"),
        (
            {"actions": [{"trigger": "launch", "action": "report"}]},
            "actions",
            "has report but no start",
        ),
        ({"way": "api", "fields": [{"name": "A"}]}, "fields[0].name", "Invalid"),
        (
            {"way": "api", "fields": [{"name": "a"}, {"name": "a"}]},
            "fields[1].name",
            "appears twice",
        ),
        ({"way": "api", "fields": [{"name": f"f{n}"} for n in range(201)]}, "fields", "200"),
        ({"note": 7}, "note", "must be text"),
        ({"template": None}, "template", "None"),
        ({"actions": [{"trigger": "launch", "action": "once"}] * 21}, "actions", "20"),
    ],
)
def test_what_is_wrong_with_a_definition_is_named(given_: Any, place: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        read(given_)
    assert refused.value.field == place
    assert refused.value.message("zh") != refused.value.message("en")
