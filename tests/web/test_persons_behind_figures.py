"""The persons behind a figure by the API: exactly those, page by page, as a file, for whoever may look up persons."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from tests.measure.events.test_by_hand import DAY, NEXT, STORY
from tests.measure.funnels.asking import happened
from tests.pipeline import House
from tests.web.sites import site

EVENTS: dict[str, Any] = {
    "kind": "events", "events": [{"event": "pay_success"}, {"event": "add_to_cart"}], "from": DAY, "to": NEXT,
    "measures": [
        {"aggregate": "persons"}, {"aggregate": "sum", "property": "amount"},
        {"of": "b"}, {"formula": "m1 / m3"},
    ],
    "groups": [{"property": "sku"}], "top": 1,
}  # fmt: skip
FUNNEL: dict[str, Any] = {
    "kind": "funnel", "window": "1h", "from": DAY, "to": DAY,
    "steps": [{"event": "add_favorite"}, {"event": "select_coupon"}, {"event": "refund_request"}],
}  # fmt: skip
PATHS: dict[str, Any] = {
    "kind": "paths", "from": DAY, "to": DAY, "pages": "none", "counts": "persons", "gap": "1h",
    "anchor": {"event": "add_favorite"},
    "events": [{"event": name} for name in ("add_favorite", "select_coupon", "refund_request")],
}  # fmt: skip
FUNNELS = "P1: v0 s10 r20. P2: v0 r5 s10. P3: s0 v5 r9. P4: v0 s7 v9 r30. P5: s0"


@pytest.fixture(scope="module")
def asking(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[tuple[Any, str, dict[str, str], House]]:
    """A site, the address, tokens by what they may, and the app."""
    house, other = new_app(), new_app()
    house.load([*STORY, *happened(FUNNELS, DAY)])
    house.build()
    made = {
        "admin": (house.app.id, "admin"), "reader": (house.app.id, "report:read"),
        "stranger": (other.app.id, "admin"),
    }  # fmt: skip
    tokens = {
        name: pipeline.records.tokens.create(app, (scope,), now=now())
        for name, (app, scope) in made.items()
    }
    executor = questions(pipeline, settings)
    with site(console(pipeline, settings, executor)) as app, TestClient(app) as client:
        yield client, f"/api/v1/apps/{house.app.name}/ask/persons", tokens, house


def behind(
    asking: Any, who: str = "admin", form: str = "json", lang: str = "en", **body: Any
) -> Any:
    client, address, tokens, _ = asking
    headers = {"Authorization": f"Bearer {tokens[who]}"}
    return client.post(
        f"{address}?format={form}&lang={lang}", content=json.dumps(body), headers=headers
    )


@pytest.mark.parametrize(
    ("measure", "row", "count"),
    [
        ("m1", {}, 3),
        ("m1", {"day": DAY}, 3),
        ("m1", {"day": NEXT}, 1),
        ("m1", {"day": DAY, "property.sku": "x"}, 2),
        ("m1", {"property.sku": None}, 1),
        ("m1", {"property.sku": "(rest)"}, 3),
        ("m2", {}, 2),
        ("m3", {}, 1),
        ("m4", {}, 3),
    ],
)
def test_events_by_hand(asking: Any, measure: str, row: dict[str, Any], count: int) -> None:
    found = behind(asking, question=EVENTS, measure=measure, row=row).json()
    assert (found["count"], len(found["persons"]), found["next"]) == (count, count, None)


@pytest.mark.parametrize(
    ("more", "measure", "row", "count"),
    [
        ({}, "", {}, 4),
        ({}, "persons", {"step": 0, "kind": "event", "node": "add_favorite"}, 4),
        ({}, "persons", {"step": 1, "kind": "event", "node": "select_coupon"}, 2),
        ({}, "persons", {"step": 1, "kind": "event", "node": "refund_request"}, 2),
        ({}, "persons", {"step": 1, "node": "nowhere"}, 0),
        ({"chosen": [{"event": "select_coupon"}]}, "", {"step": 2, "node": "refund_request"}, 1),
        ({"chosen": [{"event": "select_coupon"}]}, "", {"step": 2, "kind": "event"}, 2),
        ({"show": "links", "steps": 2}, "", {"step": 2, "from": "select_coupon", "node": "refund_request"}, 1),
        ({"show": "links", "steps": 2}, "reached", {"step": 1, "from": "x", "node": "select_coupon"}, 2),
        ({"top": 1}, "persons", {"step": 1, "kind": "rest"}, 2),
        ({"top": 1}, "persons", {"step": 1, "node": "refund_request"}, 2),
        ({"counts": "sessions"}, "sessions", {"step": 1, "kind": "end"}, 0),
    ],
)  # fmt: skip
def test_paths_by_hand(
    asking: Any, more: Any, measure: str, row: dict[str, Any], count: int
) -> None:
    found = behind(asking, question=PATHS | more, measure=measure, row=row).json()
    assert (found["count"], len(found["persons"])) == (count, count)


@pytest.mark.parametrize(
    ("measure", "row", "count"),
    [
        ("persons", {"step": 1}, 4),
        ("persons", {"step": 2, "event": "select_coupon"}, 3),
        ("persons", {}, 2),
        ("dropped", {"step": 1}, 1),
        ("dropped", {"step": 2}, 1),
        ("dropped", {}, 2),
        ("may_still", {}, 0),
    ],
)
def test_a_funnel_by_hand(asking: Any, measure: str, row: dict[str, Any], count: int) -> None:
    found = behind(asking, question=FUNNEL, measure=measure, row=row).json()
    assert (found["count"], len(found["persons"])) == (count, count)


def test_a_trend_point_of_a_funnel(asking: Any) -> None:
    trend = FUNNEL | {"show": "trend"}
    for measure, count in {"step_1": 4, "step_3": 2, "dropped": 2}.items():
        assert (
            behind(asking, question=trend, measure=measure, row={"day": DAY}).json()["count"]
            == count
        )


def test_each_person_says_how_often_and_when(asking: Any) -> None:
    found = behind(
        asking, question=EVENTS, measure="m1", row={"day": DAY, "property.sku": "x"}
    ).json()
    told = sorted((one["times"], one["first"], one["last"]) for one in found["persons"])
    assert told == [
        (1, f"{DAY}T10:00:00+08:00", f"{DAY}T10:00:00+08:00"),
        (1, f"{DAY}T11:00:00+08:00", f"{DAY}T11:00:00+08:00"),
    ]


def test_page_by_page_and_as_a_file(asking: Any) -> None:
    every: list[str] = []
    after = ""
    while True:
        found = behind(asking, question=FUNNEL, row={"step": 1}, limit=3, after=after).json()
        assert found["count"] == 4
        every += [one["person"] for one in found["persons"]]
        after = found["next"]
        if after is None:
            break
    assert len(every) == len(set(every)) == 4
    text = behind(asking, question=FUNNEL, row={"step": 1}, form="csv", limit=1)
    rows = list(csv.reader(io.StringIO(text.text)))
    assert rows[0] == ["person", "times", "first", "last"]
    assert [row[0] for row in rows[1:]] == every
    assert "no-store" in text.headers["cache-control"]


def test_whoever_may_not_look_up_persons_is_refused(asking: Any) -> None:
    assert behind(asking, "reader", question=EVENTS).status_code == 403
    assert behind(asking, "stranger", question=EVENTS).status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"question": EVENTS, "measure": "m9"}, "measure"),
        ({"question": EVENTS, "row": {"property.colour": "red"}}, "row"),
        ({"question": EVENTS, "row": {"day": "soon"}}, "row.day"),
        ({"question": FUNNEL, "row": {"step": 7}}, "row.step"),
        ({"question": FUNNEL, "measure": "from_first"}, "measure"),
        ({"question": PATHS, "measure": "sessions"}, "measure"),
        ({"question": PATHS, "row": {"node": "select_coupon"}}, "row.step"),
        ({"question": PATHS, "row": {"step": 2}}, "row.step"),
        ({"question": PATHS, "row": {"step": 1, "kind": "place"}}, "row.kind"),
        ({"question": PATHS, "row": {"step": 1, "from": "select_coupon"}}, "row"),
        ({"question": {"kind": "nothing"}}, "kind"),
        ({"question": EVENTS, "limit": 0}, "limit"),
    ],
)
def test_what_is_wrong_is_named(asking: Any, lang: str, body: dict[str, Any], field: str) -> None:
    found = behind(asking, lang=lang, **body)
    assert (found.status_code, found.json()["field"]) == (422, field)
