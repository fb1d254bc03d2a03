"""What the two OpenAPI documents say is asked of a real server, right and wrong: no failure, no other answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as asked
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.examples import at_length
from tests.serve.server import Server, key_of, server

#: `hypothesis`, so that `make test-long` asks at length.
pytestmark = [pytest.mark.waits, pytest.mark.hypothesis]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
#: Seconds until an answer is no longer waited for; ten, as the library would, are few where much else runs.
PATIENCE = 120
LANGUAGES = st.sampled_from(["zh-CN,zh;q=0.9", "en", "*"])


@dataclass
class Doors:
    """A running server, what opens it, and a connection that is kept."""

    one: Server
    key: str
    tokens: list[str]
    session: requests.Session


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    limits = {"MINILENS_KEY_LIMIT": "2000000000", "MINILENS_DEVICE_LIMIT": "2000000000"}
    with server(tmp_path_factory.mktemp("doors") / "data", **limits) as one:
        scopes = ("report:read", "events:write", "admin")
        every = [word for scope in scopes for word in ("--scope", scope)]
        good = one.command("tokens", "create", "shop", *every).split()[-1]
        one.command("payments", "set", "shop", "hmac")
        poor = one.command("tokens", "create", "shop", "--scope", "links:write").split()[-1]
        with requests.Session() as session:
            yield Doors(one, key_of(one), [good, good, good, poor, "made-up", ""], session)


def hurried(landing: int, long: int) -> asked:
    """Every example costs a request, so what fails is not made smaller before a change lands."""
    phases = tuple(Phase) if at_length() else (Phase.explicit, Phase.generate)
    return asked(
        max_examples=long if at_length() else landing, phases=phases, deadline=None,
        database=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip


def walk(
    doors: Doors, document: str, examples: asked, of_reports: asked | None = None, **fixed: Any
) -> set[str]:
    """Ask every operation of a document, right and wrong; the operations that were asked. `of_reports`: how often those
    of reports are asked, which one function answers; as often as the others unless given."""
    described = schemathesis.openapi.from_url(f"{doors.one.url}{document}")
    found, keys = set(), [doors.key, ""]
    for listed in described.get_all_operations():
        assert isinstance(listed, Ok), listed
        operation = listed.ok()
        found.add(operation.label)
        often = of_reports if of_reports and "/reports/" in operation.label else examples
        for mode in GenerationMode:
            some = fixed if "{app}" in operation.label else {}
            strategy = operation.as_strategy(generation_mode=mode, **some)

            @often
            @given(
                case=strategy,
                token=st.sampled_from(doors.tokens),
                language=LANGUAGES,
                key=st.sampled_from(keys),
            )
            def ask(case: Any, token: str, language: str, key: str) -> None:
                if key and isinstance(case.body, dict):
                    case.body["k"] = key
                if key and "k" in (case.query or {}):
                    case.query["k"] = key
                headers = {"Accept-Language": language}
                if token:
                    headers["Authorization"] = f"Bearer {token}"
                case.call_and_validate(
                    session=doors.session, headers=headers, checks=CHECKS, timeout=PATIENCE
                )

            ask()
    return found


def test_the_receiver(doors: Doors) -> None:
    found = walk(
        doors,
        "/v1/openapi.json",
        hurried(30, 1500),
        path_parameters={"app": "shop"},
    )
    assert found == {
        "POST /v1/collect", "POST /v1/events", "POST /v1/login", "GET /v1/config",
        "POST /v1/payments/{app}/wechat", "POST /v1/payments/{app}/hmac",
    }  # fmt: skip


def test_the_report_api_of_an_app(doors: Doors) -> None:
    found = walk(
        doors, "/api/v1/openapi.json", hurried(5, 150), hurried(2, 150), path_parameters={"app": "shop"},
    )  # fmt: skip
    assert len(found) > 9


def test_the_report_api_of_any_name(doors: Doors) -> None:
    assert len(walk(doors, "/api/v1/openapi.json", hurried(1, 30))) > 9


def test_other_methods_are_answered_in_the_same_shape(doors: Doors) -> None:
    for path in ("/v1/collect", "/v1/events", "/v1/login", "/v1/openapi.json"):
        for method in ("GET", "PUT", "PATCH", "DELETE", "OPTIONS"):
            answer = httpx.request(method, f"{doors.one.url}{path}", timeout=PATIENCE)
            if (path, method) != ("/v1/openapi.json", "GET"):
                assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
