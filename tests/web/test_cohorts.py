"""Cohorts by the API: by what persons did, their properties, a figure, a list, and sets of these; as a condition."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import TestClient

from minilens.errors import NotFound, Refused
from minilens.load.pipeline import Pipeline
from minilens.measure.events.operand import InCohort
from minilens.period import now, today
from minilens.reports.cohorts import Definition, Did
from minilens.reports.questions.parts import Filter
from minilens.serve import cohorts as served
from minilens.serve.wiring import cohorts_of, console, questions
from minilens.settings import Settings
from minilens.text import Text
from tests.measure.events.test_by_hand import DAY, NEXT, STORY, paid
from tests.pipeline import Happening, House, at
from tests.web.sites import site

PAID = {"kind": "events", "events": [{"event": "pay_success"}], "from": DAY, "to": NEXT, "grain": "whole",
        "measures": [{"aggregate": "persons"}, {"aggregate": "total"}]}  # fmt: skip
BY_DAY = {key: value for key, value in PAID.items() if key != "grain"}
MUCH = {"property": "amount", "operator": "gte", "values": [20]}
RANGE = {"from": DAY, "to": NEXT}


@pytest.fixture(scope="module")
def asking(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[tuple[Any, str, dict[str, str]]]:
    """a, b and c pay (a twice, b on both days), c has something in the cart; a is gold, b is silver."""
    house, other = new_app(), new_app()
    said = [
        Happening(at(f"{DAY} 09:0{n}"), "profile_set", device=who, profile=json.dumps({"level": level}))
        for n, (who, level) in enumerate((("a", "gold"), ("b", "silver")))
    ]  # fmt: skip
    house.load([*STORY, *said])
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
        yield client, f"/api/v1/apps/{house.app.name}", tokens


def post(asking: Any, path: str, body: object, who: str = "admin", lang: str = "en") -> Any:
    client, address, tokens = asking
    headers = {"Authorization": f"Bearer {tokens[who]}"}
    return client.post(f"{address}/{path}?lang={lang}", content=json.dumps(body), headers=headers)


def get(asking: Any, path: str, who: str = "admin") -> Any:
    client, address, tokens = asking
    return client.get(f"{address}/{path}", headers={"Authorization": f"Bearer {tokens[who]}"})


def made(asking: Any, name: str, definition: object, *, live: bool = False) -> Any:
    found = post(asking, "cohorts", {"en": name, "definition": definition, "live": live})
    assert found.status_code == 201, found.text
    return found.json()


def paid_by(asking: Any, where: object) -> tuple[int, int]:
    """Persons who paid, and how often, under a condition."""
    found = post(asking, "ask", PAID | {"where": where})
    assert found.status_code == 200, found.text
    (row,) = found.json()["rows"]
    return row["m1"], row["m2"]


DEFINITIONS: dict[str, tuple[object, int, tuple[int, int]]] = {
    "payers": ({"did": {"event": "pay_success", **RANGE}}, 3, (3, 5)),
    "twice": ({"did": {"event": "pay_success", "least": 2, **RANGE}}, 2, (2, 4)),
    "once": ({"did": {"event": "pay_success", "most": 1, **RANGE}}, 1, (1, 1)),
    "much": ({"did": {"event": "pay_success", "where": MUCH, **RANGE}}, 2, (2, 4)),
    "gold": ({"profile": {"profile": "level", "operator": "is", "values": ["gold"]}}, 1, (1, 2)),
    "figure": ({"behind": {"question": BY_DAY, "measure": "m1", "row": {"day": NEXT}}}, 1, (1, 2)),
    "both": ({"all": [{"cohort": "payers"}, {"did": {"event": "add_to_cart", **RANGE}}]}, 1, (1, 1)),
    "either": ({"any": [{"cohort": "gold"}, {"cohort": "once"}]}, 2, (2, 3)),
    "no gold": ({"all": [{"cohort": "payers"}, {"but": {"cohort": "gold"}}]}, 2, (2, 3)),
}  # fmt: skip


def payers(asking: Any) -> Any:
    """That cohort, made where no test has before."""
    every = get(asking, "cohorts").json()["cohorts"]
    kept = [one for one in every if one["en"] == "payers"]
    return kept[0] if kept else made(asking, "payers", DEFINITIONS["payers"][0])


def test_of_every_sort_and_as_a_condition(asking: Any) -> None:
    """By hand: who is in each, and what a question says under it and without it."""
    for one in get(asking, "cohorts").json()["cohorts"]:  # of tests before
        assert post(asking, f"cohorts/{one['id']}/remove", {}).status_code == 200
    numbers: dict[str, int] = {}
    for name, (definition, size, figures) in DEFINITIONS.items():
        one = made(asking, name, definition)
        assert (name, one["size"], one["live"], one["by"]) == (name, size, False, None)
        assert one["computed"] is not None
        by_number = json.dumps(definition)
        for told, number in numbers.items():
            by_number = by_number.replace(f'{{"cohort": "{told}"}}', f'{{"cohort": "{number}"}}')
        assert one["definition"] == json.loads(by_number)
        numbers[name] = one["id"]
        assert paid_by(asking, {"cohort": name}) == figures, name
        persons, total = paid_by(asking, {"cohort": str(one["id"]), "operator": "is_not"})
        assert (persons + figures[0], total + figures[1]) == (3, 5), name
        listed = get(asking, f"cohorts/{one['id']}/persons").json()
        assert (listed["count"], len(listed["persons"]), listed["next"]) == (size, size, None)
    every = get(asking, "cohorts", "reader").json()["cohorts"]
    assert {one["en"]: one["size"] for one in every} == {n: d[1] for n, d in DEFINITIONS.items()}
    named = {
        "all": [{"cohort": "payers"}, {"property": "amount", "operator": "gt", "values": [15]}]
    }
    assert paid_by(asking, named) == (2, 2)
    funnel = {
        "kind": "funnel", "steps": [{"event": "pay_success", "where": {"cohort": "twice"}}, {"event": "add_to_cart"}],
        **RANGE,
    }  # fmt: skip
    assert [row["persons"] for row in post(asking, "ask", funnel).json()["rows"]] == [2, 0]


def test_an_uploaded_list(asking: Any) -> None:
    known = get(asking, f"cohorts/{payers(asking)['id']}/persons").json()
    given = [*known["persons"], "device=a", "device=nobody", "p4000000000"]
    found = post(asking, "cohorts", {"zh": "名单", "identities": given, "live": True}).json()
    assert found["definition"]["listed"]["given"] == len(given)
    assert found["size"] == found["definition"]["listed"]["found"] >= len(known["persons"])
    assert found["live"] is False
    assert found["unknown"] == [len(given) - 2, len(given) - 1]
    assert post(asking, f"cohorts/{found['id']}/refresh", {}).json()["size"] == found["size"]
    left = post(asking, f"cohorts/{found['id']}/remove", {}).json()["cohorts"]
    assert "名单" not in {one["zh"] for one in left}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"en": "x"}, 422, "definition"),
        ({"definition": {"did": {"event": "share"}}}, 422, "zh"),
        ({"en": "payers", "definition": {"did": {"event": "share"}}}, 409, "zh"),
        ({"en": "x", "definition": {}}, 422, "definition.did"),
        ({"en": "x", "definition": {"all": []}}, 422, "definition.all"),
        ({"en": "x", "definition": {"any": [{"did": {"event": "a"}, "cohort": "b"}]}}, 422, "definition.any[0].cohort"),
        ({"en": "x", "definition": {"cohort": "nobody"}}, 422, "cohort"),
        ({"en": "x", "definition": {"did": {"event": "a", "least": 0}}}, 422, "definition.did.least"),
        ({"en": "x", "definition": {"did": {"event": "a", "least": 3, "most": 2}}}, 422, "definition.did.most"),
        ({"en": "x", "definition": {"listed": {"given": 1, "found": 1}}}, 422, "definition.listed"),
        ({"en": "x", "definition": {"profile": {"property": "a"}}}, 422, "definition.profile.profile"),
        ({"en": "x", "identities": []}, 422, "identities"),
        ({"en": "x", "identities": ["who?"]}, 422, "identities[0]"),
        ({"en": "x", "definition": {"behind": {"question": PAID, "measure": "m7"}}}, 422, "measure"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(
    asking: Any, lang: str, body: object, status: int, field: str
) -> None:
    payers(asking)
    before = get(asking, "cohorts").json()
    found = post(asking, "cohorts", body, lang=lang)
    assert (found.status_code, found.json()["field"]) == (status, field)
    assert get(asking, "cohorts").json() == before


def test_one_is_renamed_and_frozen(asking: Any) -> None:
    definition = {"did": {"event": "share", **RANGE}}
    one = made(asking, "before", definition, live=True)
    assert one["unknown"] == []
    address = f"cohorts/{one['id']}/change"
    found = post(asking, address, {"live": False}).json()
    assert (found["en"], found["live"], found["computed"]) == ("before", False, one["computed"])
    found = post(asking, address, {"zh": "之后", "en": "after", "live": True}).json()
    assert (found["zh"], found["en"], found["live"]) == ("之后", "after", True)
    listed = made(asking, "payers2", definition)
    for body, status, field in (
        ({"en": "payers2"}, 409, "zh"),
        ({"en": "12"}, 422, "en"),
        ({"name": "x"}, 422, "name"),
        ({"zh": "", "en": ""}, 422, "zh"),
    ):
        refused = post(asking, address, body)
        assert (refused.status_code, refused.json()["field"]) == (status, field), body
    assert post(asking, address, {"live": False}, "reader").status_code == 403
    for gone in (one, listed):
        assert post(asking, f"cohorts/{gone['id']}/remove", {}).status_code == 200


def test_a_condition_about_no_cohort_is_refused(asking: Any) -> None:
    found = post(asking, "ask", PAID | {"where": {"cohort": "payer"}}, "reader")
    assert (found.status_code, found.json()["field"]) == (422, "where.cohort")
    assert (
        post(asking, "ask", PAID | {"where": {"cohort": "x", "operator": "gt"}}).status_code == 422
    )


def test_who_may(asking: Any) -> None:
    definition = {"en": "mine", "definition": {"did": {"event": "share"}}}
    assert post(asking, "cohorts", definition, "reader").status_code == 403
    assert post(asking, "cohorts", definition, "stranger").status_code == 404
    assert get(asking, "cohorts/1/persons", "reader").status_code == 403
    assert get(asking, "cohorts/1/persons", "stranger").status_code == 404
    assert get(asking, "cohorts", "stranger").status_code == 404
    assert get(asking, "cohorts/9999/persons").status_code == 404


def test_live_ones_follow_and_frozen_ones_stay(
    pipeline: Pipeline, new_app: Callable[..., House], settings: Settings
) -> None:
    house = new_app()
    house.load([paid(f"{DAY} 10:00")])
    house.build()
    mine = cohorts_of(pipeline, questions(pipeline, settings))
    did = Definition(did=Did("pay_success", start=DAY, end=NEXT))
    app = house.app.id
    live = mine.create(app, Text("", "live"), did, True, None)
    frozen = mine.create(app, Text("", "frozen"), did, False, None)
    house.load([paid(f"{DAY} 11:00", "b")])
    house.build()
    assert mine.known(app, InCohort("live")).version == live.saved.version
    before = served.LIVE_FOR
    served.LIVE_FOR = timedelta()
    try:
        assert mine.known(app, InCohort("live")).version > live.saved.version
        assert mine.known(app, InCohort("frozen")).version == frozen.saved.version
        assert len(mine.persons(app, live.saved.id)) == 2
    finally:
        served.LIVE_FOR = before
    assert {one.saved.name.en: one.size for one in mine.of(app)} == {"live": 2, "frozen": 1}
    assert mine.refresh(app, frozen.saved.id).size == 2


def those_of(cohort: str) -> Definition:
    """Those who paid and are in a cohort, which stays asked for by its name."""
    return Definition(
        did=Did("pay_success", start=DAY, end=NEXT, where=Filter(cohort=cohort, operator="is"))
    )


def test_one_that_is_made_of_itself_is_named(
    pipeline: Pipeline,
    new_app: Callable[..., House],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that was free again can lead back to the cohort: refused by its name, and nobody waits for ever."""
    house = new_app()
    house.load([paid(f"{DAY} 10:00")])
    house.build()
    mine, app = cohorts_of(pipeline, questions(pipeline, settings)), house.app.id
    did = Definition(did=Did("pay_success", start=DAY, end=NEXT))
    first = mine.create(app, Text("", "one"), did, True, None)
    mine.create(app, Text("", "two"), those_of("one"), True, None)
    mine.remove(app, first.saved.id, None)
    monkeypatch.setattr(served, "LIVE_FOR", timedelta(days=1))
    again = mine.create(app, Text("", "one"), those_of("two"), True, None)
    monkeypatch.setattr(served, "LIVE_FOR", timedelta())
    with pytest.raises(Refused) as refused:
        mine.refresh(app, again.saved.id)
    assert (refused.value.code, refused.value.facts["got"]) == ("cohort_of_itself", "one")


def test_two_that_lead_to_each_other_do_not_wait_for_each_other(
    pipeline: Pipeline,
    new_app: Callable[..., House],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both are computed at once, by the site and by a command, which know nothing of each other."""
    house = new_app()
    house.load([paid(f"{DAY} 10:00")])
    house.build()
    executor, app = questions(pipeline, settings), house.app.id
    mine, others = cohorts_of(pipeline, executor), cohorts_of(pipeline, executor)
    did = Definition(did=Did("pay_success", start=DAY, end=NEXT))
    first = mine.create(app, Text("", "one"), did, True, None)
    two = mine.create(app, Text("", "two"), those_of("one"), True, None)
    mine.remove(app, first.saved.id, None)
    monkeypatch.setattr(served, "LIVE_FOR", timedelta(days=1))
    one = mine.create(app, Text("", "one"), those_of("two"), True, None)
    monkeypatch.setattr(served, "LIVE_FOR", timedelta())
    at_once, codes = threading.Barrier(2), list[str]()

    def compute(of: served.Cohorts, cohort: int) -> None:
        at_once.wait(60)
        try:
            of.refresh(app, cohort)
        except Refused as error:
            codes.append(error.code)

    asked = ((mine, one.saved.id), (others, two.saved.id))
    threads = [threading.Thread(target=compute, args=some, daemon=True) for some in asked]
    for one_of_both in threads:
        one_of_both.start()
    for one_of_both in threads:
        one_of_both.join(120)
    assert codes == ["cohort_of_itself"] * 2


def test_the_size_is_kept_day_by_day(asking: Any, pipeline: Pipeline) -> None:
    """Once a day, as it was at the last time; days on which nobody asked have no row."""
    one = made(asking, "course", {"did": {"event": "pay_success", **RANGE}}, live=True)["id"]
    post(asking, f"cohorts/{one}/refresh", {})
    app = pipeline.records.apps.named(asking[1].rpartition("/")[2])
    day = today(app.timezone)
    assert get(asking, f"cohorts/{one}/sizes", "reader").json() == {
        "sizes": [{"day": str(day), "size": 3}]
    }
    saved = pipeline.records.cohorts.get(app.id, one)
    for n, size in ((9, 5), (2, 4), (2, 6)):
        pipeline.records.cohorts.computed(
            app.id, one, saved.version, size=size, day=day - timedelta(days=n), now=now()
        )
    lines = ["day,size", f"{day - timedelta(days=9)},5", f"{day - timedelta(days=2)},6", f"{day},3"]
    found = get(asking, f"cohorts/{one}/sizes?format=csv", "reader")
    assert found.text == "\n".join([*lines, ""])
    assert get(asking, f"cohorts/{one}/sizes", "stranger").status_code == 404
    assert get(asking, f"cohorts/{one}/sizes?format=xml").json()["field"] == "format"
    assert get(asking, "cohorts/9999/sizes").status_code == 404
    post(asking, f"cohorts/{one}/remove", {})
    assert get(asking, f"cohorts/{one}/sizes").status_code == 404
    with pytest.raises(NotFound):
        pipeline.records.cohorts.sizes(app.id, one)
