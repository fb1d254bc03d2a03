"""What commands say of merges and do to them, and what the audit keeps of it."""

from __future__ import annotations

from typing import Any

import pytest

from minilens.errors import MinilensError, Refused
from minilens.serve.merging import answered
from tests.identity.story import Said, load, person, who
from tests.pipeline import House, days


def asked(house: House, do: str, **given: object) -> dict[str, Any]:
    pairs = [("do", do), ("app", house.app.name)]
    return answered(house.pipeline, [*pairs, *((k, str(v)) for k, v in given.items())])


def test_what_was_not_joined_is_listed_with_its_reason(house: House) -> None:
    load(house, [Said("d1", "a m"), Said("d2", "b m", 5), Said("d3", "a", 6), Said("d1", "b", 7)])
    (row,) = asked(house, "conflicts")["rows"]
    assert (row["state"], row["grade"], sorted(row["types"])) == (
        "limit", "claimed", ["mobile", "wechat-unionid"],
    )  # fmt: skip
    assert sorted(row["persons"]) == sorted([person(house, "a"), person(house, "b")])
    # an event of whom two identities disagree is the stronger one's, and so is its phone
    assert asked(house, "largest")["rows"] == [
        {"person": person(house, "a"), "identities": 5, "devices": 3}
    ]


def test_joined_listed_and_undone_by_command(house: House) -> None:
    load(house, [Said("d1", "a"), Said("d2", "b", 5)])
    house.build()
    day = days("2026-11-16")
    made = asked(house, "join", one=f"p{person(house, 'a')}", other=person(house, "b"))["merge"]
    house.build()
    assert who(house, "a d1 b d2") == {"a d1 b d2"}
    assert house.ask(day).column("visitors") == [1]
    (row,) = asked(house, "list")["rows"]
    assert (row["merge"], row["cause"], row["state"]) == (made, "hand", "live")
    asked(house, "undo", merge=made)
    house.build()
    assert house.ask(day).column("visitors") == [2]
    (row,) = asked(house, "list")["rows"]
    assert row["state"] == "removed"
    with pytest.raises(Refused, match=str(made)):
        asked(house, "undo", merge=made)
    actions = [one.action for one in house.pipeline.records.audit.entries(apps=[house.app.id])]
    assert actions[:2] == ["merge.undo", "merge.join"]


@pytest.mark.parametrize(
    ("do", "given", "code"),
    [("join", {"one": "1", "other": "1"}, "same_person"), ("join", {"one": "1", "other": "99"}, "no_such_person"),
     ("join", {"one": "x", "other": "1"}, "bad_value"), ("join", {"one": "-1", "other": "1"}, "bad_value"),
     ("join", {"one": "9" * 30, "other": "1"}, "bad_value"), ("undo", {"merge": "7"}, "no_such_merge")],
)  # fmt: skip
def test_what_cannot_be_done_is_refused(
    house: House, do: str, given: dict[str, str], code: str
) -> None:
    load(house, [Said("d1", "a")])
    with pytest.raises(MinilensError) as refused:
        asked(house, do, **given)
    assert getattr(refused.value, "code", "") == code
