"""A type of identity that nobody added is kept and joins nobody; once added, past events are joined, too."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from minilens.collect.steps import Request
from minilens.errors import Refused
from minilens.identity.actor import actor
from minilens.identity.not_added import found, lately
from minilens.identity.parity import of_app
from minilens.identity.types import row_of
from minilens.load import joined_before
from minilens.load.blocks import rules_of
from minilens.records.tables import IDENTITY_TYPES
from minilens.serve.merging import answered
from tests.identity.story import Said, kind_of, load, person, states, who
from tests.identity.test_types import change, types
from tests.pipeline import CREATED, House, days

pytestmark = pytest.mark.side_by_side
MONDAY = days("2026-11-16")


def test_it_joins_nobody_until_it_is_added_and_then_also_the_past(house: House) -> None:
    load(house, [Said("d1", "a x"), Said("d2", "x", 5), Said("d3", "b x", 6)])
    house.build()
    assert who(house, "a b x d1 d2 d3") == {"a d1", "b d3", "x", "d2"}
    assert set(states(house).values()) == {"off"}
    assert house.ask(MONDAY).column("visitors") == [3]
    change(house, "crm", takes_part=True)
    assert who(house, "a b x d1 d2 d3") == {"a x d1 d2", "b d3"}
    house.build()
    assert house.ask(MONDAY).column("visitors") == [2]


def test_it_is_listed_with_how_often_it_came(house: House) -> None:
    load(house, [Said("d1", "a x"), Said("d2", "x", 5), Said("d3", "x2", 6), Said("d4", "a y", 7)])
    listed = [("do", "found"), ("app", house.app.name)]
    rows = answered(house.pipeline, listed)["rows"]
    assert [(row["name"], row["values"], row["devices"], row["addable"]) for row in rows] == [
        ("crm", 2, 2, True), ("客户 号", 1, 0, False),
    ]  # fmt: skip
    engine, app, names = house.pipeline.engine, house.app.id, types(house).by_name
    assert lately(engine, app, names, 0) == [("crm", 2)], "what cannot be added is no news"
    assert lately(engine, app, names, 1 << 31) == []
    change(house, "crm", takes_part=False)
    assert lately(engine, app, types(house).by_name, 0) == []
    left = found(house.pipeline.engine, house.app.id, types(house).by_name)
    assert [one.name for one in left] == ["客户 号"]
    with pytest.raises(Refused, match="客户 号"):
        change(house, "客户 号")


def test_adding_says_first_how_many_users_it_touches(house: House) -> None:
    load(house, [Said("d1", "a x"), Said("d2", "x", 5)])
    before = who(house, "a x d1 d2")
    row = json.dumps(asdict(row_of(types(house).new("crm"))))
    asked = [("do", "preview"), ("app", house.app.name), ("type", row)]
    # a with d1, x, and d2 become one
    assert answered(house.pipeline, asked)["joined"] == 3
    assert who(house, "a x d1 d2") == before
    off = json.dumps(asdict(replace(row_of(types(house).new("crm")), takes_part=False)))
    assert answered(house.pipeline, [*asked[:2], ("type", off)])["joined"] == 0


SECRET = b"s"
CARD, PHONE, UNION = (
    actor(1, kind, value, SECRET)
    for kind, value in (("crm", "7"), ("device", "phone"), ("wechat-unionid", "u-1"))
)


def test_an_event_is_the_devices_where_nothing_else_names_somebody() -> None:
    """So a visitor is not counted twice, before and after a mini program begins to send its own type."""

    def asked(device: str = "phone", *joining: str) -> Request:
        request = Request(1, 1_000, SECRET, 30, device=device)
        return replace(request, joining=request.joining | {*joining})

    request = asked()
    assert request.who({"crm": "7"}) == (PHONE, "device", 1)
    assert request.beside == [[("crm", CARD)]]
    assert asked().who({"crm": "7", "wechat-unionid": "u-1"}) == (UNION, "wechat-unionid", 1)
    assert asked("").who({"crm": "7"}) == (CARD, "crm", 0), "nobody else is there"
    assert asked("phone", "crm").who({"crm": "7"}) == (CARD, "crm", 0)


@pytest.mark.parametrize("value", ["x", "y"])
def test_whom_it_joined_while_nobody_had_to_add_it_stays_one(house: House, value: str) -> None:
    """`y` has a name that no type may have: it joins nobody else from then on."""
    pipeline, app, kind = house.pipeline, house.app.id, kind_of(value)
    records = pipeline.records
    records.identity_types.keep(app, row_of(types(house).new(kind)), now=CREATED)
    load(house, [Said("d1", f"a {value}"), Said("d2", value, 5)])
    together = f"a {value} d1 d2"
    assert who(house, together) == {together}
    with records.database.write() as connection:  # as it was before types were to be added
        connection.execute(sa.delete(IDENTITY_TYPES).where(IDENTITY_TYPES.c.app_id == app))
    for _ in range(2):
        joined_before.keep(pipeline.engine, records, pipeline.pending, pipeline.counter)
        assert (kind in types(house).by_name) == (value == "x")
        assert of_app(pipeline.engine, app, rules_of(records).types_of(app)) == []
        assert who(house, together) == {together}
    load(house, [Said("d3", value, 9)])
    assert (person(house, "d3") == person(house, "a")) == (value == "x")


def test_by_command(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking changes nothing; what makes no sense is refused before anything is looked at."""
    from minilens.cli import identities

    asked: list[tuple[object, ...]] = []

    def answer(do: str, name: str, **given: str) -> dict[str, object]:
        asked.append((do, name))
        return answered(house.pipeline, [("do", do), ("app", name), *given.items()])

    monkeypatch.setattr(identities, "asked", answer)
    monkeypatch.setattr(identities, "opened_records", lambda: _kept_open(house))
    load(house, [Said("d1", "a x"), Said("d2", "x", 5)])
    run = CliRunner()
    of = ["--app", house.app.name]
    listed = run.invoke(identities.identities, ["found", *of, "--format", "json"])
    assert json.loads(listed.output)[0]["name"] == "crm"
    told = run.invoke(identities.identities, ["set", "crm", *of, "--dry-run"])
    assert "3" in told.output
    assert asked[-1] == ("preview", house.app.name)
    assert "crm" not in types(house).by_name
    wrong = run.invoke(identities.identities, ["set", "crm", *of, "--most", "-1", "--dry-run"])
    assert isinstance(wrong.exception, Refused)
    assert asked[-1] == ("preview", house.app.name)
    assert run.invoke(identities.identities, ["set", "crm", *of]).exit_code == 0
    assert types(house).of("crm").takes_part


def _kept_open(house: House):  # type: ignore[no-untyped-def]
    from contextlib import nullcontext

    return nullcontext(house.pipeline.records)
