"""A plan as YAML: read with the line of a mistake, pulled and pushed without a change, compared in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.period import now
from minilens.records import yaml_text
from minilens.records.plan_file import PlanFiles, read_file
from minilens.records.store import App, Records

PLAN = """
# 点单
sample: 0.5
events:
  - name: tea_order
    zh: 下单
    actions:
      - trigger: click
        action: once
        page: pages/menu/menu
        element: .tea   # every tea
        data:
          - {field: sku, type: text, value: "$DATASET.sku"}
          - {field: "no", type: number, value: "list[].no"}
api_events:
  - name: refund_asked
    zh: 要求退款
    fields:
      - {name: reason, zh: 原因, type: text}
      - {name: amount, zh: 金额, type: number, note: 含运费}
"""
leaves = (
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=12)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.sampled_from(["no", "2026-01-01", "1e5", "0x1f", "~", "", " a", "#x", "- a", "a: b", "1_0", "true", "null"])
)  # fmt: skip
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=8), values, max_size=4))
def test_what_json_can_say_comes_back_as_it_was(value: dict[str, Any]) -> None:
    try:
        found, _ = yaml_text.parsed(yaml_text.written(value).encode("utf-8", "strict"), "plan")
    except UnicodeEncodeError:
        return
    assert found == value
    assert json.dumps(found) == json.dumps(value)


@given(values)
def test_json_is_read_as_json_reads_it(value: Any) -> None:
    text = json.dumps({"a": value})
    assert yaml_text.parsed(text.encode(), "plan")[0] == {"a": value}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Records, App, PlanFiles]]:
    records = Records(f"sqlite:///{tmp_path / 'r.sqlite'}")
    records.database.migrate()
    app = records.apps.create("shop", timezone="Asia/Shanghai", now=now())
    yield (
        records,
        app,
        PlanFiles(records.plans, records.events, records.page_types, records.field_values),
    )
    records.database.close()


def told(files: PlanFiles, app: App, text: str) -> list[str]:
    read = read_file(text.encode(), "plan.yaml")
    return [one.en for one in files.check(app.id, read, "plan.yaml", now=now())]


def push(files: PlanFiles, app: App, text: str) -> None:
    files.push(app.id, read_file(text.encode(), "plan.yaml"), "plan.yaml", now=now())


def test_a_file_is_published_and_pulled_without_a_change(
    made: tuple[Records, App, PlanFiles],
) -> None:
    records, app, files = made
    assert told(files, app, PLAN) == [
        "added tea_order", "sample: none → 0.5", "added refund_asked",
    ]  # fmt: skip
    push(files, app, PLAN)
    assert told(files, app, PLAN) == []
    assert {name for of, name in records.definitions.all()} == {"tea_order", "refund_asked"}
    for form in ("yaml", "json"):
        pulled = files.pull(app.id, form)
        assert "id" not in json.loads(files.pull(app.id, "json"))["events"][0]
        assert told(files, app, pulled) == []
        before = records.plans.newest()
        push(files, app, pulled)
        assert records.plans.newest() == before
        assert files.pull(app.id, form) == pulled
    assert "zh: 下单" in files.pull(app.id)
    assert "{name: amount, zh: 金额, type: number, note: 含运费}" in files.pull(app.id)
    other = records.apps.create("other", timezone="Asia/Shanghai", now=now())
    push(files, other, pulled)
    assert files.pull(other.id) == files.pull(app.id)


def test_only_the_order_that_differs_is_told(made: tuple[Records, App, PlanFiles]) -> None:
    """A plan without events has no order, whether it is the first one or not."""
    _records, app, files = made
    api_alone = PLAN[PLAN.index("api_events") :]
    assert told(files, app, f"events: []\n{api_alone}") == ["added refund_asked"]
    assert told(files, app, "events: []\n") == []
    push(files, app, "events: []\n")
    tap = "actions: [{trigger: click, action: once, element: '#a'}]"
    two = [f"  - {{name: {name}, zh: {name}, {tap}}}\n" for name in ("one", "two")]
    push(files, app, "events:\n" + "".join(two))
    turned = "events:\n" + "".join(reversed(two))
    assert told(files, app, turned) == ["the order of the events differs"]
    push(files, app, turned)
    assert told(files, app, turned) == []


def test_differences_are_told_in_words(made: tuple[Records, App, PlanFiles]) -> None:
    records, app, files = made
    push(files, app, PLAN)
    changed = PLAN.replace("pages/menu/menu", "pages/tea/tea").replace("note: 含运费", "note: 不含")
    assert told(files, app, changed) == [
        "tea_order actions[0].page: pages/menu/menu → pages/tea/tea",
        "refund_asked fields.amount.note: 含运费 → 不含",
    ]
    assert told(files, app, "events: []\napi_events: []\n") == [
        "removed tea_order", "sample: 0.5 → none", "removed refund_asked",
    ]  # fmt: skip
    plan_alone = PLAN[: PLAN.index("api_events")]
    assert told(files, app, plan_alone) == []
    push(files, app, "api_events: []\n")
    (refund,) = (one for one in records.events.of(app.id) if one.one.name == "refund_asked")
    assert refund.one.retired
    push(files, app, PLAN)
    assert told(files, app, PLAN) == []


def test_types_of_pages_are_part_of_it(made: tuple[Records, App, PlanFiles]) -> None:
    records, app, files = made
    push(files, app, "events: []\n")
    assert "page_types" not in files.pull(app.id)
    typed = "events: []\npage_types:\n  product: [pages/goods/*]\n  cart: ['*cart*']\n"
    assert told(files, app, typed) == [
        "page_types.product: none → pages/goods/*", "page_types.cart: none → *cart*",
    ]  # fmt: skip
    push(files, app, typed)
    assert records.page_types.of(app.id).patterns == {
        "cart": ("*cart*",), "product": ("pages/goods/*",),
    }  # fmt: skip
    for form in ("yaml", "json"):
        assert told(files, app, files.pull(app.id, form)) == []
    push(files, app, "events: []\n")
    assert len(records.page_types.of(app.id).patterns) == 2
    assert told(files, app, "events: []\npage_types: {}\n") == [
        "page_types.product: pages/goods/* → none", "page_types.cart: *cart* → none",
    ]  # fmt: skip
    with pytest.raises(Refused, match=r"line 2: page_types\.pdp"):
        read_file(b"page_types:\n  pdp: [a]\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("trigger: click", "trigger: clik", "line 8: events[0].actions[0].trigger can't be clik"),
        ("    zh: 下单\n", "    zh: 下单\n    colour: red\n", "line 7: There is no field named colour"),
        ("name: refund_asked", "name: Refund", "line 16: Invalid event name Refund"),
        ("name: refund_asked", "name: tea_order", "line 16: api_events[0].name: tea_order appears twice"),
        ("type: text, value", "type: word, value", "line 13: events[0].actions[0].data[0].type"),
        ("type: text}", "type: word}", "line 19: api_events[0].fields[0].type"),
        ("sample: 0.5", "sample: 2", "line 3: sample:"),
        ("sample: 0.5", "sample: [1", "plan: is not valid YAML at line"),
        ("sample: 0.5", "sample: 1\nsample: 1", "sample: line 4: appears twice"),
        ("sample: 0.5", "sample: &a 1\nflush: *a", "anchors and aliases are not supported"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(old: str, new: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read_file(PLAN.replace(old, new).encode(), "plan")
    assert said in refused.value.message("en")
    assert refused.value.message("zh") != refused.value.message("en")


def test_what_the_records_refuse_has_its_line_too(made: tuple[Records, App, PlanFiles]) -> None:
    _, app, files = made
    push(files, app, PLAN)
    with pytest.raises(Refused, match=r"line 20: .*amount is number"):
        told(files, app, PLAN.replace("金额, type: number", "金额, type: text"))
    with pytest.raises(Refused, match="line 17"):
        told(files, app, PLAN.replace("要求退款", "退款"))


def test_bombs_and_other_files_are_refused() -> None:
    bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n"
    for text in (bomb.encode(), b"\xff\xfe", b"- 1\n", b"[" * 5000, b"a: \x00", b"x" * (1 << 21)):
        with pytest.raises(Refused):
            read_file(text)
