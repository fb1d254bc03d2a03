"""An argument that the API does not know is refused at every door, and opens every page as before."""

from __future__ import annotations

import re
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from minilens.records.rights import SCOPES
from minilens.reports import REPORTS
from minilens.reports.arguments import check_of_report
from minilens.reports.ready import READY
from tests.web.cast import CAFE, Theatre

Client = TestClient[Litestar]
READER = {"Authorization": "Bearer reader"}
TREND = "/api/v1/apps/cafe/reports/overview.trend"
PAGES = "/api/v1/apps/cafe/reports/overview.pages"
#: What stands in the places of an address; everywhere else a number.
PLACES = {
    "app": "cafe", "grain": "week", "day": "2026-11-16", "person": "p1", "event": "paid", "field": "city",
    "report": f"question.{next(iter(READY))}",
}  # fmt: skip
#: It is open to all and asked by mini programs of any age.
OPEN = "/v1/links/{code}"


@pytest.fixture
def headers(theatre: Theatre) -> dict[str, str]:
    """Those of a program that may do everything."""
    made = theatre.console().records.tokens.create(CAFE.id, tuple(SCOPES), now=now(), lasts=None)
    return {"Authorization": f"Bearer {made}"}


def doors(described: Any) -> list[tuple[str, str, list[str]]]:
    """Method, address and arguments of each operation."""
    return [
        (
            method,
            re.sub(r"\{(\w+)\}", lambda place: PLACES.get(place[1], "1"), path),
            [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"],
        )
        for path, item in described["paths"].items()
        for method, operation in item.items()
        if path != OPEN
    ]


def test_every_door_refuses_an_argument_that_it_does_not_know(
    stranger: Client, headers: dict[str, str]
) -> None:
    every = doors(stranger.get("/api/v1/openapi.json").json())
    assert {"get", "post"} <= {method for method, *_ in every}
    for method, address, _ in every:
        answer = stranger.request(method, f"{address}?lang=en&quibble=7d", headers=headers)
        told = answer.json()
        assert (answer.status_code, told["code"], told["field"], told["message"]) == (
            400, "unknown_argument", "quibble", "There is no argument named quibble",
        ), (method, address)  # fmt: skip
        assert stranger.request(method, f"{address}?quibble=7d").status_code == 401, address


def test_every_argument_that_is_described_is_known(
    stranger: Client, headers: dict[str, str]
) -> None:
    for method, address, names in doors(stranger.get("/api/v1/openapi.json").json()):
        if "/reports/" in address and "question." not in address:
            check_of_report(names, REPORTS[address.rpartition("/")[2]])
        elif names:  # a wrong value is refused as well, but called otherwise
            query = "&".join(f"{name}=~" for name in names)
            answer = stranger.request(method, f"{address}?{query}", headers=headers)
            assert answer.json().get("code") != "unknown_argument", (method, address)


@pytest.mark.parametrize(
    ("query", "status", "code", "field", "zh", "en"),
    [
        (
            "periode=7d", 400, "unknown_argument", "periode",
            "没有名为 periode 的参数；是否想写 period？", "There is no argument named periode; did you mean period?",
        ),
        (
            "period=7d&utm_source=mail", 400, "unknown_argument", "utm_source",
            "没有名为 utm_source 的参数", "There is no argument named utm_source",
        ),
        (
            "step=30", 422, "not_taken", "step",
            "报表 overview.trend 不能用参数 step", "The report overview.trend doesn't take the parameter step",
        ),
        (
            "period=7d&period=30d", 422, "twice", "period", "period 出现了两次", "period is given twice",
        ),
        (
            "pagez.sort=visits", 400, "unknown_argument", "pagez.sort",
            "没有名为 pagez.sort 的参数", "There is no argument named pagez.sort",
        ),
    ],
)  # fmt: skip
def test_a_report_names_the_argument_and_the_nearest_one(
    stranger: Client, query: str, status: int, code: str, field: str, zh: str, en: str
) -> None:
    for language, message in (("zh-CN", zh), ("en-GB", en)):
        told = stranger.get(f"{TREND}?{query}", headers=READER | {"Accept-Language": language})
        assert told.status_code == status
        assert (told.json()["code"], told.json()["field"]) == (code, field)
        assert told.json()["message"] == message


def test_the_address_of_a_page_can_be_asked_of_a_report(stranger: Client) -> None:
    looks = (
        "period=7d&measure=visitors&view=table&entries.sort=visits&filter_field=&filter_join=and"
    )
    assert stranger.get(f"{TREND}?{looks}", headers=READER).status_code == 200
    own = stranger.get(f"{PAGES}?pages.top=3&pages.order=asc", headers=READER).json()["rows"]
    assert own == stranger.get(f"{PAGES}?top=3&order=asc", headers=READER).json()["rows"]
    assert len(own) == 3


@pytest.mark.parametrize("address", [TREND, "/api/v1/apps/cafe/annotations"])
def test_a_language_that_there_is_not_is_refused(stranger: Client, address: str) -> None:
    told = stranger.get(f"{address}?lang=fr", headers=READER)
    assert (told.status_code, told.json()["field"]) == (422, "lang")
    assert stranger.get(f"{address}?lang=", headers=READER).status_code == 200


def test_a_report_that_there_is_not_is_said_before_its_arguments(stranger: Client) -> None:
    address = "/api/v1/apps/cafe/reports/overview.trendd?compare=week"
    assert stranger.get(address, headers=READER).json()["code"] == "unknown_report"


def test_parameters_in_a_body_are_named_by_their_path(
    stranger: Client, headers: dict[str, str]
) -> None:
    of = {"report": "sources.list", "parameters": {"periode": "7d"}}
    body = {**of, "measure": "launches"}
    cohort = {"zh": "甲", "definition": {"any": [{"behind": body}]}}
    told = stranger.post("/api/v1/apps/cafe/cohorts", json=cohort, headers=headers).json()
    assert told["field"] == "definition.any[0].behind.parameters.periode"
    for wrong, field in (
        (of | {"report": "sources.lisst"}, "report"),
        (of | {"report": ""}, "report"),
    ):
        told = stranger.post("/api/v1/apps/cafe/ask/persons", json=wrong, headers=headers).json()
        assert told["field"] == field
    for door, more in (("persons", {}), ("why", {"person": "p1"})):
        told = stranger.post(f"/api/v1/apps/cafe/ask/{door}", json=body | more, headers=headers)
        assert (told.status_code, told.json()["code"]) == (400, "unknown_argument")
        assert (told.json()["field"], told.json()["hint"]) == ("parameters.periode", "period")


@pytest.mark.parametrize("end", ["", "/trend", "/trend.json"])
def test_a_page_opens_with_what_others_add_to_its_address(owner: Client, end: str) -> None:
    assert (
        owner.get(f"/a/cafe/overview{end}?period=7d&utm_source=mail&periode=30d").status_code == 200
    )
