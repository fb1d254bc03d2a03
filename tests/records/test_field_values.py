"""What values of fields are called: kept whole, by whoever saw the last; read from lists, CSV and a plan's file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import NotFound, Refused
from minilens.period import now
from minilens.records.event_content import Field
from minilens.records.field_values import ValueName, as_csv, read, read_csv
from minilens.records.plan_file import PlanFiles, read_file
from minilens.records.store import Records

SIZES = (ValueName("s", "小杯", "Small"), ValueName("1", "大杯"))


@pytest.fixture
def records(dsn: str) -> Iterator[Records]:
    """An app with a field."""
    records = Records(dsn)
    app = records.apps.create("shop", timezone="Asia/Shanghai", now=now())
    fields = [Field("size", "杯型", "text")]
    records.events.declare(app.id, "tea_order", "下单", fields, now=now())
    yield records
    records.database.close()


def test_names_are_kept_and_nobody_loses_what_another_wrote(records: Records) -> None:
    kept = records.field_values
    assert kept.find(1, "size").names == ()
    assert kept.set(1, "size", SIZES, revision=0, now=now()).revision == 1
    assert kept.set(1, "size", SIZES, revision=1, now=now()).revision == 1  # nothing differs
    with pytest.raises(Refused, match="size was just changed"):
        kept.set(1, "size", (), revision=0, now=now())
    assert kept.texts(1) == {"size": {"s": ("小杯", "Small"), "1": ("大杯", "大杯")}}
    assert kept.set(1, "size", (), revision=1, now=now()).names == ()
    assert kept.texts(1) == {}
    with pytest.raises(NotFound, match="no field siez; did you mean size"):
        kept.set(1, "siez", SIZES, now=now())
    entries = records.audit.entries(apps=(1,), action="field")
    assert [(one.target, one.details) for one in entries] == [
        ("size", {"values": 0}), ("size", {"values": 2}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ([{"value": "s"}], "values[0].zh"),
        ([{"value": " ", "zh": "小"}], "values[0].value"),
        ([{"value": "s", "zh": "小"}, {"value": " s", "zh": "大"}], "values[1].value"),
        ([{"value": "s", "zh": "小" * 65}], "values[0].zh"),
        ([{"value": 5, "zh": "小"}], "values[0].value"),
        ([{"value": "s", "zh": "小", "fr": "petit"}], "values[0].fr"),
        ([{"value": str(n), "zh": "小"} for n in range(501)], "values"),
        ({"s": "小"}, "values"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(given: object, place: str) -> None:
    with pytest.raises(Refused) as refused:
        read(given)
    assert refused.value.field == place
    assert {refused.value.message(language) for language in ("zh", "en")}


def test_tables_are_read_as_they_are_pasted() -> None:
    wanted = (ValueName("s", "小杯", "Small"), ValueName("1", "大,杯"))
    for text in (
        'value,zh,en\ns,小杯,Small\n1,"大,杯"\n',
        '\ufeffs,小杯,Small\r\n\r\n 1 ,"大,杯",\r\n',
        "s\t小杯\tSmall\n1\t大,杯\n",
        'Value;ZH;EN\ns;小杯;Small\n1;"大,杯";',
    ):
        assert read_csv(text) == wanted
    assert read_csv("") == ()
    for text, line in (("s,小杯\n\n1,\n", 3), ("a,b,c,d\n", 1), ("s,小杯\ns,大杯\n", 2)):
        with pytest.raises(Refused, match=f"CSV, line {line}:"):
            read_csv(text)


word = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=8).map(
    str.strip
)
words = word.filter(lambda text: bool(text.strip("\ufeff")) and text.lower() != "value")


@given(
    st.lists(
        st.builds(ValueName, words, words, st.just("") | words),
        max_size=5,
        unique_by=lambda one: one.value,
    )
)
def test_names_come_back_from_csv_as_they_were(names: list[ValueName]) -> None:
    assert read_csv(as_csv(names)) == tuple(names)


def test_they_are_part_of_the_plan_as_a_file(records: Records) -> None:
    files = PlanFiles(records.plans, records.events, records.page_types, records.field_values)

    def told(text: str) -> list[str]:
        return [one.en for one in files.check(1, read_file(text.encode()), "plan", now=now())]

    records.field_values.set(1, "size", SIZES, now=now())
    pulled = files.pull(1)
    assert "- {field: size, value: s, zh: 小杯, en: Small}" in pulled
    assert "- {field: size, value: '1', zh: 大杯}" in pulled
    assert told(pulled) == []
    assert told(pulled[: pulled.index("values:")]) == []  # says nothing of them
    changed = pulled.replace("Small", "Little").replace("value: '1'", "value: '2'")
    assert told(changed) == [
        "values.size.s: 小杯 / Small → 小杯 / Little", "values.size.1: 大杯 → none", "values.size.2: none → 大杯",
    ]  # fmt: skip
    files.push(1, read_file(changed.encode()), "plan", now=now())
    assert files.pull(1) == changed
    with pytest.raises(Refused, match="no field siez"):
        told(pulled.replace("field: size, value: s", "field: siez, value: s"))
    with pytest.raises(Refused, match=r"line \d+: .*appears twice"):
        told(pulled.replace("value: '1'", "value: s"))
    with pytest.raises(Refused, match="line"):
        told(pulled.replace("zh: 大杯", "colour: red"))
    files.push(
        1,
        read_file(pulled[: pulled.index("values:")].encode() + b"values: []\n"),
        "plan",
        now=now(),
    )
    assert records.field_values.texts(1) == {}
    fresh = records.apps.create("other", timezone="Asia/Shanghai", now=now())
    files.push(fresh.id, read_file(pulled.encode()), "plan", now=now())  # its field comes with it
    assert records.field_values.texts(fresh.id)["size"]["s"] == ("小杯", "Small")
