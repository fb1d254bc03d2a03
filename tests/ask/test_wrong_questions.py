"""What is wrong is refused by its field with a sentence that says what to change: the same by API, form and command."""

from __future__ import annotations

import json
from typing import Any

import pytest

from minilens.errors import Refused
from minilens.load.pipeline import Pipeline
from minilens.serve.wiring import asked, questions
from minilens.settings import Settings
from tests.ask.stories import FIRST, STEPS, Case, funnel

AMOUNT = {"property": "amount", "operator": "gt", "values": ["much"]}
RETENTION: dict[str, Any] = {"kind": "retention", "from": FIRST, "to": FIRST}
DAYS = {"from": FIRST, "to": FIRST}
CASES: dict[str, Case] = {"somebody": Case("a: s@0 p@1h", {}, (), ())}
#: What is asked, the field that is named, and what the sentence says in both languages.
WRONG: dict[str, tuple[dict[str, Any], str, tuple[str, str]]] = {
    "eleven steps": (funnel() | {"steps": STEPS[:1] * 11}, "steps", ("10", "10")),
    "one step": (funnel() | {"steps": STEPS[:1]}, "steps", ("2", "2")),
    "a window of nothing known": (funnel(window="ages"), "window", ("2w", "2w")),
    "a window of more than a year": (funnel(window="400d"), "window", ("366", "366")),
    "a window of more than twelve months": (funnel(window="13mo"), "window", ("mo", "mo")),
    "an order that is none": (funnel(order="random"), "order", ("strict", "strict")),
    "an exclusion behind the last step": (
        funnel(excluded=[{"event": "share", "after": 3}]), "excluded[0].after", ("2", "2"),
    ),
    "an exclusion that ends before it begins": (
        funnel(excluded=[{"event": "share", "after": 2, "before": 2}]), "excluded[0].before", ("3", "3"),
    ),
    "a step that is no number": (funnel(attributed="second"), "attributed", ("entry", "entry")),
    "a text where a number belongs": (
        {"kind": "funnel", "steps": [STEPS[0], STEPS[1] | {"where": AMOUNT}]},
        "steps[1].where.values", ("much", "much"),
    ),
    "days the wrong way round": (funnel() | {"from": "2026-06-02", "to": FIRST}, "from", ("2026-06-02", "2026-06-02")),
    "a day that is none": (funnel() | {"from": "June"}, "from", ("2026-11-22", "2026-11-22")),
    "bins of something else": (funnel(bins=5), "bins", ("steps", "steps")),
    "a kind that is none": ({"kind": "funel"}, "kind", ("funnel", "funnel")),
    "a kind like no other": ({"kind": "x"}, "kind", ("retention", "retention")),
    "a field that is none": (funnel(windw="7d"), "windw", ("window", "window")),
    "months since the start": (
        RETENTION | {"grain": "month", "blocks": "from_start"}, "grain", ("from_start", "from_start"),
    ),
    "brackets that overlap": (RETENTION | {"brackets": ["1-3", "2"]}, "brackets[1]", ("2", "2")),
    "too many hours": (RETENTION | {"grain": "hour", "to": "2026-07-31"}, "grain", ("400", "400")),
    "a cell that is no number": (RETENTION | {"periods": "7"}, "periods", ("整数", "whole number")),
    "an end backwards": (
        {"kind": "paths", "direction": "before", "anchor": {"page": "x"}, "end": {"page": "y"}} | DAYS, "end",
        ("before", "before"),
    ),
    "days said twice": (funnel(period="7d") | DAYS, "period", ("from", "from")),
    "a period that is none": (funnel(period="fortnight"), "period", ("last_week", "last_week")),
    "a day before there were any": (
        funnel() | {"from": "1999-12-31"}, "from", ("之间", "must be between"),
    ),
    "a step without an event": (
        funnel() | {"steps": [{"event": " "}, STEPS[0]]}, "steps[0].event", ("缺少", "required"),
    ),
    "an event of a very long name": (
        {"kind": "lifecycle", "activity": {"event": "x" * 129}}, "activity.event", ("128", "128"),
    ),
    "a window of the first step": (
        funnel() | {"steps": [STEPS[0] | {"within": "1d"}, STEPS[1]]}, "steps[0].within", ("首步", "The first step"),
    ),
    "a first step that may be left out": (
        funnel() | {"steps": [STEPS[0] | {"optional": True}, STEPS[1]]}, "steps[0].optional", ("首步", "first or last"),
    ),
    "a cohort that there is not": (
        funnel(where={"any": [{"all": [{"cohort": "buyers"}]}]}), "where.any[0].all[0].cohort", ("buyers", "buyers"),
    ),
    "groups by a cohort that there is not": (
        {"kind": "retention", "groups": [{"cohort": "buyers"}]} | DAYS, "groups[0].cohort", ("buyers", "buyers"),
    ),
    "between two numbers the wrong way round": (
        funnel(where=AMOUNT | {"operator": "between", "values": [2, 1.5]}), "where.values", ("2 大于", "2 is greater"),
    ),
    "between one number": (funnel(where=AMOUNT | {"operator": "between", "values": [2]}), "where.values", ("2", "2")),
    "a page of a very long name": (
        funnel(where={"field": "page", "operator": "is", "values": ["x" * 600]}), "where.values", ("512", "512"),
    ),
    "a gap of weeks": ({"kind": "paths", "gap": "2w"} | DAYS, "gap", ("24", "24")),
    "links of columns": ({"kind": "paths", "links": 5} | DAYS, "links", ("columns", "columns")),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_says_what_to_change(
    ask: Any, houses: Any, pipeline: Pipeline, settings: Settings, name: str, lang: str
) -> None:
    question, field, said = WRONG[name]
    told = ask("somebody", question, lang)
    assert told.status_code == 422, told.text
    problem = told.json()
    sentence = problem["message"] + problem.get("hint", "")
    assert problem["field"] == field
    assert said[lang == "en"] in sentence
    given = [
        ("app", houses["somebody"].app.name), ("question", json.dumps(question)), ("format", "table"), ("lang", lang),
    ]  # fmt: skip
    with pytest.raises(Refused) as refused:
        asked(pipeline, questions(pipeline, settings), given)
    assert refused.value.message(lang) == problem["message"]  # type: ignore[arg-type]
