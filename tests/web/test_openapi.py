"""The description of the report API says what is true, and each report has its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.measure.query import TRAFFIC
from minilens.period import COMPARES, EVERY_GRAIN
from minilens.reports import REPORTS
from minilens.reports.parameter import Parameter
from minilens.reports.parameters import PARAMETERS, SORT_BY
from minilens.reports.parameters import parameters as parameters_of
from minilens.reports.report import Report

Client = TestClient[Litestar]
READER = {"Authorization": "Bearer reader"}
ROOT = "/api/v1/apps/{app}/reports"
ASK = "/api/v1/apps/{app}/ask"
QUESTIONS = "/api/v1/apps/{app}/questions"
OF_QUESTIONS = (
    "questions", "save_question", "change_question", "remove_question", "saved_question", "asked_questions",
)  # fmt: skip
NOTES = "/api/v1/apps/{app}/annotations"
MERGES = tuple(
    f"/api/v1/apps/{{app}}/identities/{one}"
    for one in (
        "merges",
        "merges/{merge}/undo",
        "conflicts",
        "largest",
        "broken",
        "types",
        "order",
        "blocked",
        "blocked/remove",
        "handed-on",
    )
)
#: What is done about who is who.
OF_IDENTITIES = (
    "merges", "conflicts", "largest_persons", "broken_persons", "merge_persons", "undo_merge", "identity_types",
    "change_identity_type", "order_identity_types", "block_identity", "unblock_identity",
    "handed_on_numbers", "change_handed_on_number",
)  # fmt: skip
PERSONS = tuple(
    f"/api/v1/apps/{{app}}/persons/{do}"
    for do in ("export", "erase", "find", "{person}", "{person}/events")
)
VIRTUAL = ("list_virtual_events", "preview_virtual_event", "save_virtual_event")
VIRTUALS = tuple(f"/api/v1/apps/{{app}}/virtual-events{part}" for part in ("", "/preview"))
OF_SHOPS = ("page_types", "set_page_types", "make_ready_events")
SHOPS = tuple(f"/api/v1/apps/{{app}}/{part}" for part in ("page-types", "ready-events"))
KPIS = tuple(f"/api/v1/apps/{{app}}/kpis{rest}" for rest in ("", "/{kpi}", "/{kpi}/remove"))
ALARMS = (
    "/api/v1/apps/{app}/alarms", "/api/v1/apps/{app}/alarms/{alarm}/acknowledge",
    *(f"/api/v1/apps/{{app}}/alarm-rules{rest}" for rest in ("", "/usual", "/settings", "/{rule}", "/{rule}/remove")),
)  # fmt: skip
RULES = "/api/v1/apps/{app}/alarm-rules"
MESSAGES = (
    *(
        f"/api/v1/apps/{{app}}/subscriptions{rest}"
        for rest in (
            "",
            *(f"/{{subscription}}{do}" for do in ("", "/pause", "/resume", "/now", "/remove")),
        )
    ),
    *(f"/api/v1/apps/{{app}}/sends{rest}" for rest in ("", "/{send}")),
)
FEEDS = tuple(f"/api/v1/apps/{{app}}/feeds{rest}" for rest in ("", "/{feed}/revoke"))
REVIEWS = tuple(
    f"/api/v1/apps/{{app}}/{end}"
    for end in ("reviews", "checklist", "changes", "reviews/{grain}/{day}")
)
COHORTS = tuple(
    f"/api/v1/apps/{{app}}/cohorts{end}"
    for end in (
        "",
        *(f"/{{cohort}}/{do}" for do in ("change", "refresh", "remove", "persons", "sizes")),
    )
)
OPENS = "/api/v1/apps/{app}/links/opens"
LINKS = ("/v1/links", "/v1/links/{code}", "/v1/costs", "/v1/rates", "/v1/content")
ASKED = (
    "ask", "ask_persons", "ask_touches", "ask_why", "cohorts", "create_cohort", "change_cohort", "refresh_cohort",
    "remove_cohort", "cohort_persons", "cohort_sizes", "create_links", "links", "link", "put_costs", "costs",
    "put_rates", "rates",
    "put_content", "content",
    "kpis", "create_kpi", "change_kpi", "remove_kpi", "changes",
    "feeds", "create_feed", "revoke_feed", "link_opens",
    "reviews", "review", "write_review", "checklist", "change_checklist",
    "alarms", "acknowledge_alarm", "alarm_rules", "create_alarm_rule", "create_usual_alarm_rules", "set_alarm_settings",
    "change_alarm_rule", "remove_alarm_rule",
    "subscriptions", "create_subscription", "change_subscription", "pause_subscription", "resume_subscription",
    "send_subscription", "remove_subscription", "sends", "sent_message",
)  # fmt: skip
CHANNELS = tuple(
    f"/api/v1/apps/{{app}}/channels{rest}"
    for rest in ("", "/{channel}", "/{channel}/test", "/{channel}/remove")
)
OF_CHANNELS = ("channels", "create_channel", "change_channel", "test_channel", "remove_channel")
OF_PERSONS = ("export_person", "erase_person", "find_person", "person", "person_events")
QUARANTINED = ("list_quarantine", "release_quarantine", "drop_quarantine")
QUARANTINE = tuple(f"/api/v1/apps/{{app}}/quarantine{part}" for part in ("", "/release", "/drop"))
#: It changes nothing.
CHECK = "/api/v1/apps/{app}/plan/check"
EVENTS = (
    "/api/v1/apps/{app}/events",
    CHECK,
    "/api/v1/apps/{app}/fields",
    "/api/v1/apps/{app}/fields/{field}/values",
    *(
        f"/api/v1/apps/{{app}}/events/{{event}}{do}"
        for do in ("", "/publish", "/back", "/retire", "/restore")
    ),
)
OF_EVENTS = (
    "events", "event", "create_event", "save_event", "event_fields", "field_values", "set_field_values",
    "check_plan",
)  # fmt: skip
#: What makes something answers 201.
CREATED = (
    NOTES, QUESTIONS, EVENTS[0], COHORTS[0], KPIS[0], MESSAGES[0], CHANNELS[0], FEEDS[0], LINKS[0], RULES,
    f"{RULES}/usual",
)  # fmt: skip
every_report = pytest.mark.parametrize("report", REPORTS.values(), ids=lambda r: r.name)


@pytest.fixture
def described(stranger: Client) -> Any:
    """The whole description; no token is needed to read it."""
    return stranger.get("/api/v1/openapi.json").json()


def references(part: Any) -> Iterator[str]:
    """Every `$ref` within."""
    if isinstance(part, dict):
        yield from (v for k, v in part.items() if k == "$ref")
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def parameters(described: Any, report: str) -> dict[str, Any]:
    """The parameters of a report by name."""
    listed = described["paths"][f"{ROOT}/{report}"]["get"]["parameters"]
    found = {one["name"]: one for one in listed}
    assert len(found) == len(listed)
    return found


def test_there_is_an_address_for_the_list_and_for_each_report(described: Any) -> None:
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {
        *(ROOT, NOTES, OPENS, *PERSONS, *MERGES, *QUARANTINE),
        *(f"{ASK}{end}" for end in ("", "/persons", "/touches", "/why")),
        *(*COHORTS, *KPIS, *MESSAGES, *CHANNELS, *FEEDS, *LINKS, *REVIEWS, *ALARMS),
        *(f"{QUESTIONS}{end}" for end in ("", "/{question}", "/{question}/remove", "/asked")),
        f"{ROOT}/{{report}}",
        *(*PERSONS, *MERGES, *QUARANTINE),
        *EVENTS,
        *VIRTUALS,
        *SHOPS,
        *(f"{ROOT}/{name}" for name in REPORTS),
    }
    ids = [one["operationId"] for path in described["paths"].values() for one in path.values()]
    assert sorted(ids) == sorted(
        [
            "reports",
            *ASKED,
            *OF_QUESTIONS,
            "annotations",
            "annotate",
            *OF_PERSONS,
            *QUARANTINED,
            *OF_CHANNELS,
            *OF_EVENTS,
            *(f"{do}_event" for do in ("publish", "back", "retire", "restore")),
            *OF_IDENTITIES,
            *VIRTUAL,
            *OF_SHOPS,
            *REPORTS,
        ]
    )


def test_what_is_referred_to_is_there(described: Any) -> None:
    found = set(references(described))
    assert len(found) >= 3
    for reference in found:
        part = described
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]
        assert part


def test_refusals_are_described_in_one_shape(described: Any) -> None:
    every = [(path, *one) for path, item in described["paths"].items() for one in item.items()]
    for path, method, operation in every:
        answers, success = (
            operation["responses"],
            "201" if path in CREATED and method == "post" else "200",
        )
        of_changes = {"409"} & set(answers)  # somebody else's change
        open_to_all = path == LINKS[1]
        assert (set(answers) | ({"400", "401", "403"} if open_to_all else set())) - of_changes == {
            success, "400", "401", "403", "404", "413", "429", "500", "503",
        } | ({"422"} if path != ROOT else set())  # fmt: skip
        assert not of_changes or method != "get"
        assert (
            "409" in answers or method == "get" or path not in (*EVENTS, QUESTIONS) or path == CHECK
        )
        for status, answer in answers.items():
            if status != success:
                assert set(answer["content"]) == {"application/problem+json"}
        assert "Retry-After" in answers["503"]["headers"]
        assert operation.get("security") == (None if open_to_all else [{"token": []}])
    problem = described["components"]["schemas"]["Problem"]["properties"]
    assert {"code", "field", "message", "hint", "request_id", "status"} == set(problem)


@every_report
def test_a_report_has_its_arguments_and_forms(described: Any, report: Report) -> None:
    found = parameters(described, report.name)
    assert set(found) == {"app", *(one.name for one in parameters_of(report))}
    forms = described["paths"][f"{ROOT}/{report.name}"]["get"]["responses"]["200"]["content"]
    assert [form.rpartition(".")[2] for form in forms] == ["application/json", "text/csv", "sheet"]
    for name, one in found.items():
        assert one["description"] if name != "app" else one["required"]


def test_closed_lists_are_closed_and_the_rest_is_for_lists_alone(described: Any) -> None:
    trend, pages = (parameters(described, f"overview.{name}") for name in ("trend", "pages"))
    for name, known in (("grain", EVERY_GRAIN), ("compare", COMPARES), ("traffic", TRAFFIC)):
        assert trend[name]["schema"]["enum"] == list(known)
    assert pages["sort"]["schema"]["enum"] == list(REPORTS["overview.pages"].measures)
    assert trend["filter"]["schema"]["type"] == "array"
    of_lists = {"sort", "order", "top", "offset", "rest", "search"}
    assert of_lists <= set(pages)
    assert not of_lists & set(trend)
    assert "grain" not in pages


def examples(one: Parameter, report: Report) -> list[str]:
    """Values that are right by the description."""
    found = [*one.choices(report), one.default(report), one.example]
    return [value for value in found if value]


def beside(one: Parameter, value: str, report: Report) -> dict[str, str]:
    """The argument; of the ends of another range both, as one alone says nothing."""
    ends = {a.name: a.example for a in parameters_of(report) if a.name.startswith("compare_")}
    if one is SORT_BY:  # a change is one against another range
        return {"compare": "previous", one.name: value}
    return ends | {one.name: value} if one.name in ends else {one.name: value}


@every_report
def test_what_is_described_is_taken_and_what_is_not_is_refused(
    stranger: Client, report: Report
) -> None:
    address = f"/api/v1/apps/cafe/reports/{report.name}"
    for one in parameters_of(report):
        for value in examples(one, report):
            answer = stranger.get(address, params=beside(one, value, report), headers=READER)
            assert answer.status_code == 200, (one.name, value, answer.text[:300])
            assert not one.pattern or re.search(one.pattern, value)
        if (one.choices(report) and one.name != "lang") or one.kind in ("date", "moment", "number"):
            answer = stranger.get(address, params=beside(one, "none such", report), headers=READER)
            assert (answer.status_code, answer.json()["field"]) == (422, one.name), one.name


def test_every_argument_is_of_some_report_and_is_said_in_both_languages() -> None:
    had = {one for report in REPORTS.values() for one in parameters_of(report)}
    assert had == set(PARAMETERS)
    for one in PARAMETERS:
        assert one.description.en
        assert re.search(r"[\u4e00-\u9fff]", one.description.zh)


def test_the_description_names_no_place_outside(described: Any) -> None:
    assert not re.search(r"https?://", json.dumps(described))
