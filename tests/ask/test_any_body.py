"""Questions changed at random: figures or a refusal that names its field and says why, never a failure inside."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from minilens.errors import CODES
from minilens.reports.question import KINDS
from minilens.web.reports.ask_examples import EXAMPLES
from tests.ask import test_activity, test_funnels, test_paths, test_wrong_questions
from tests.ask.stories import FIRST, Case
from tests.examples import costly, examples

CASES: dict[str, Case] = {
    "somebody": Case("a: s@0 p@1h b@2h{amount=5} v@3h{page=x}\nb: s@0{browser=x}", {}, (), ())
}
#: Questions that are right, or wrong in one thing: what is changed.
QUESTIONS: list[dict[str, Any]] = [
    *(one.asked() for of in (test_funnels, test_activity, test_paths) for one in of.CASES.values()),
    *(asked for asked, _, _ in test_wrong_questions.WRONG.values()),
    *({"kind": kind, "from": FIRST, "to": FIRST} for kind in ("shares", "attribution", "ltv", "payments")),
    {"kind": "events", "events": [{"event": "add_favorite"}], "measures": [
        {"aggregate": "sum", "property": "amount"}, {"formula": "m1 / 2"},
    ], "groups": [{"field": "page"}], "from": FIRST, "to": FIRST},
]  # fmt: skip
ADDRESS = "/api/v1/apps/{app}/ask"
#: Codes of what is another thing than what is described.
OF_SHAPE = ("wrong_type", "too_long", "bad_json")
OPERATORS = (
    "is", "is_not", "contains", "starts_with", "gt", "between", "is_known", "is_true", "before", "last_days",
)  # fmt: skip
odd = st.sampled_from([
    "", " ", "\x00", "a\x00b", "'", "`", "\\", "%", "{x:String}", "(rest)", "*", "é", "😀", "x" * 128, "x" * 129,
    "0001-01-01", "9999-12-31", "2026-06-31", "1999-12-31", "2026-6-1", "９９９９-１２-３１", "2026-06-01T25:00",
    "0s", "1ms", "999999999d", "366d", "12mo", "-1d", "¹d", "٣d", "1d\n", "all", "today", "1-2", "7-1",
])  # fmt: skip
numbers = st.sampled_from(
    [0, -1, 1, 2, 10, 11, 100, 1.5, 1e308, -1e308, 5e-324, -0.0, 2**63, 2**64, 10**40]
)
names = st.sampled_from(
    ["pay_success", "page", "scene", "duration", "city", "entry", "amount", "plan", "day", "person"]
)
scalars = st.none() | st.booleans() | numbers | odd | names | st.text(max_size=5)
filters = st.recursive(
    st.builds(
        lambda kind, name, operator, values: {kind: name, "operator": operator, "values": values},
        st.sampled_from(["field", "property", "profile", "session", "cohort"]), names | odd,
        st.sampled_from(OPERATORS), st.lists(scalars, max_size=3),
    ),
    lambda inside: st.dictionaries(st.sampled_from(["all", "any"]), st.lists(inside, max_size=3), min_size=1),
    max_leaves=6,
)  # fmt: skip
values = st.one_of(
    scalars, filters, st.lists(scalars, max_size=12), st.dictionaries(names | odd, scalars, max_size=2),
    st.sampled_from([[], {}, [[]], {"event": "pay_success"}, ["x"] * 1001, [{"event": "pay_success"}] * 11]),
)  # fmt: skip
FIELDS = (
    "where", "title", "within", "optional", "event", "after", "before", "property", "properties", "field", "period",
    "to", "window", "grain", "groups", "show", "step", "top", "order", "entry", "mode", "hold", "excluded", "value",
    "periods", "brackets", "anchor", "chosen", "patterns", "gap", "every", "counts", "attributed", "natural_days",
)  # fmt: skip
#: Where, with what, and under which name where it is one more.
changes = st.lists(
    st.tuples(st.integers(0, 10**6), values, st.sampled_from((None, None, *FIELDS))), min_size=1, max_size=3
)  # fmt: skip


def changed(question: Any, some: list[tuple[int, Any, str | None]]) -> Any:
    """The question with what stands at some places put otherwise, or with more in it."""
    whole = {"": deepcopy(question)}
    for at, value, name in some:
        places = list(_places(whole))
        part, key = places[at % len(places)]
        if name and isinstance(part[key], dict):
            part[key][name] = deepcopy(value)
        elif name and isinstance(part[key], list) and part[key]:
            part[key].append(deepcopy(part[key][-1]))
        else:
            part[key] = deepcopy(value)
    return whole[""]


def whole(part: Any) -> Any:
    """With 1 in place of 1.0, which are one number to those who generate."""
    if isinstance(part, dict):
        return {name: whole(one) for name, one in part.items()}
    if isinstance(part, list):
        return [whole(one) for one in part]
    return int(part) if isinstance(part, float) and part.is_integer() else part


def _places(part: Any) -> Any:
    for key in part if isinstance(part, dict) else range(len(part)):
        yield part, key
        if isinstance(part[key], dict | list):
            yield from _places(part[key])


@pytest.fixture(scope="module")
def api(client: Any) -> Any:
    """The description of the API."""
    return client.get("/api/v1/openapi.json").json()


@pytest.fixture(scope="module")
def described(api: Any) -> Any:
    """Tells what fits the description of a question."""
    (media,) = api["paths"][ADDRESS]["post"]["requestBody"]["content"].values()
    return jsonschema_rs.Draft202012Validator({**media["schema"], "components": api["components"]})


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_the_description_is_answered(ask: Any, described: Any, name: str) -> None:
    _, body = EXAMPLES[name]
    assert described.is_valid(body)
    told = ask("somebody", dict(body))
    assert told.status_code == 200, told.text


@pytest.mark.parametrize("kind", sorted({str(body["kind"]) for _, body in EXAMPLES.values()}))
def test_what_is_described_is_never_refused_for_its_shape(ask: Any, api: Any, kind: str) -> None:
    """A body made of the description alone."""
    schema = {"$ref": f"#/components/schemas/{KINDS[kind].__name__}"}
    body = {"content": {"application/json": {"schema": schema}}, "required": True}
    one = api["paths"][ADDRESS]["post"] | {"requestBody": body, "parameters": []}
    alone = schemathesis.openapi.from_dict(api | {"paths": {"/ask": {"post": one}}})
    (listed,) = alone.get_all_operations()
    assert isinstance(listed, Ok)
    cases = listed.ok().as_strategy(generation_mode=GenerationMode.POSITIVE)

    @costly(5, 2_000)
    @given(case=cases)
    def is_answered(case: Any) -> None:
        told = ask("somebody", whole(case.body))
        assert told.status_code in (200, 422), told.text
        assert told.json().get("code") not in OF_SHAPE, told.text

    is_answered()


@settings(examples(150, 20_000), suppress_health_check=list(HealthCheck))
@given(question=st.sampled_from(QUESTIONS), some=changes)
def test_any_question_gets_an_answer(
    ask: Any, described: Any, question: dict[str, Any], some: Any
) -> None:
    """What is described as wrong is refused, and of what is described as right the shape never is."""
    body = changed(question, some)
    told, fits = ask("somebody", body), described.is_valid(body)
    if told.status_code == 200:
        assert fits
        return
    problem = told.json()
    assert not fits or problem["code"] not in OF_SHAPE
    assert told.status_code == CODES[problem["code"]][0] in (413, 422)
    assert problem["field"]
    assert problem["message"]


#: A body, the status of its answer, and the field that is named.
BODIES: list[tuple[bytes, int, str]] = [
    (b"", 400, "body"), (b"[", 422, "body"), (b"nul", 400, "body"), (b"null", 422, "body"), (b"[]", 422, "body"),
    (b'"funnel"', 422, "body"), (b"{}", 422, "kind"), (b'{"kind": null}', 422, "kind"), (b'{"kind": 1}', 422, "kind"),
    (b'{"kind": "funnel"}', 422, "steps"), (b'{"kind": "funnel", "steps": NaN}', 400, "body"),
    (b'{"kind": "funnel", "steps": 1e999}', 422, "steps"), (b'{"kind": "fun\xff"}', 400, "body"),
    (b"[" * 5000, 422, "body"), (b'{"kind": "lifecycle", "where": ' + b'{"all": [' * 5000, 400, "body"),
    (b'{"kind": "lifecycle", "where": ' + b'{"all": [' * 20 + b"]}" * 20 + b"}", 422, "where.all[0].all[0].all[0]"),
    (b'{"kind": "lifecycle", "period": "x", "period": "7d"}', 200, ""),
    (b'{"kind": "lifecycle", "activity": {"event": "' + b"x" * 70_000 + b'"}}', 413, "body"),
    (b"\xff\xfe{}", 400, "body"), (b"\x00", 400, "body"),
]  # fmt: skip


@pytest.mark.parametrize("n", range(len(BODIES)))
def test_any_body_gets_an_answer(ask: Any, n: int) -> None:
    """Of a name that is given twice the last one holds, as in JSON everywhere."""
    body, status, field = BODIES[n]
    told = ask("somebody", body)
    assert told.status_code == status, told.text
    assert status == 200 or told.json()["field"].startswith(field), told.text
