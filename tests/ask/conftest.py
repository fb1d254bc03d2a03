"""Asks the questions of a file of situations, each of an app of its own in which they all happened."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from tests.ask.stories import Case
from tests.pipeline import House, build_together, load_together
from tests.web.sites import site

#: Asks one of the cases, by its name; in English unless told.
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def houses(request: pytest.FixtureRequest, new_app: Callable[..., House]) -> dict[str, House]:
    """The app of each case of the file; every other one is made, the others are read from what came in."""
    cases: dict[str, Case] = request.module.CASES
    made = {name: new_app(case.zone) for name, case in cases.items()}
    stories = {n: case.happened() for n, case in enumerate(cases.values())}
    load_together({n: some for n, some in stories.items() if some}, list(made.values()))
    build_together(list(made.values())[::2])
    return made


@pytest.fixture(scope="module")
def client(pipeline: Pipeline, settings: Settings) -> Iterator[TestClient[Any]]:
    """A site over the pipeline."""
    with (
        site(console(pipeline, settings, questions(pipeline, settings))) as app,
        TestClient(app) as opened,
    ):
        yield opened


@pytest.fixture(scope="module")
def ask(
    request: pytest.FixtureRequest,
    pipeline: Pipeline,
    houses: dict[str, House],
    client: TestClient[Any],
) -> Ask:
    """`ask(name)`, `ask(name, question, lang="zh")`: the answer; of bytes they are the body."""
    cases: dict[str, Case] = request.module.CASES
    tokens = {
        name: pipeline.records.tokens.create(house.app.id, ("report:read",), now=now())
        for name, house in houses.items()
    }

    def asked(name: str, question: object = None, lang: str = "en") -> Any:
        given = cases[name].asked() if question is None else question
        body = given if isinstance(given, bytes) else json.dumps(given)
        headers = {"Authorization": f"Bearer {tokens[name]}"}
        address = f"/api/v1/apps/{houses[name].app.name}/ask?lang={lang}"
        return client.post(address, content=body, headers=headers)

    return asked
