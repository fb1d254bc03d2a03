"""A program asks through our client: figures, arguments, files, annotations, refusals."""

from __future__ import annotations

from datetime import date

import httpx
import pytest

from minilens.client import ApiError, Client
from minilens.client.connection import Connection, written
from minilens.period import now
from minilens.reports import REPORTS
from tests.render.read_back import from_xlsx
from tests.web.cast import CAFE, Theatre


def test_rows_are_those_of_the_address(cafe: Client, http: httpx.Client) -> None:
    answer = cafe.traffic.trend(
        from_=date(2026, 10, 1), to="2026-10-07", compare="week", grain="day"
    )
    said = http.get(
        "/api/v1/apps/cafe/reports/traffic.trend?from=2026-10-01&to=2026-10-07&compare=week&lang=en"
    ).json()
    assert (answer.from_, answer.to, answer.title) == ("2026-10-01", "2026-10-07", "Trend")
    assert [row["visits"] for row in answer.rows] == [row["visits"] for row in said["rows"]]
    assert isinstance(answer.rows[0]["visits"], int)
    assert answer.compared is not None
    assert answer.compared.rows == said["compared"]["rows"]
    assert answer.as_of.tzinfo is not None


def test_lists_say_how_many_there_are_and_what_is_left(cafe: Client) -> None:
    answer = cafe.traffic.pages(period="7d", top=3, rest=True, sort="visits", order="desc")
    assert answer.values is not None
    assert (len(answer.rows), answer.values.found) == (3, 12)
    assert answer.values.rest is not None
    shown = sum(row["visits"] or 0 for row in answer.rows)
    assert shown + (answer.values.rest["visits"] or 0) > shown


def test_arguments_are_written_as_an_address_has_them() -> None:
    given = {
        "from_": date(2026, 10, 1), "rest": True, "top": 5, "filter": ["a:is:1", "b:is:2"], "search": None,
    }  # fmt: skip
    assert written(given) == [
        ("from", "2026-10-01"), ("rest", "1"), ("top", "5"), ("filter", "a:is:1"), ("filter", "b:is:2"),
    ]  # fmt: skip


def test_a_report_is_a_file_as_well(cafe: Client) -> None:
    csv = cafe.file("traffic.pages", "csv", period="7d").decode()
    assert csv.startswith("page,visits,")
    assert csv.count("\n") == 13
    sheet = cafe.file("overview.entries", "xlsx", period="7d")
    assert len(from_xlsx(sheet, REPORTS["overview.entries"].measures).now) == 12


def test_what_can_be_asked_is_listed(cafe: Client) -> None:
    found = cafe.listing()
    assert "Visits" in {m.title for one in found.reports for m in one.measures}
    assert "province" in {one.name for one in found.fields}


def test_what_happened_is_written_and_read(theatre: Theatre, http: httpx.Client) -> None:
    scopes = ("admin", "report:read")
    token = theatre.records.tokens.create(CAFE.id, scopes, now=now(), name="deployer")
    with Client("http://testserver.local", token, "cafe", http=http) as cafe:
        made = cafe.annotate("1.4.0 发布", date(2026, 10, 3))
        assert [one.text for one in cafe.annotations("2026-10-01", "2026-10-31")] == ["1.4.0 发布"]
        assert cafe.annotations(to=date(2026, 10, 2)) == []
        assert cafe.annotate("1.4.0 发布", "2026-10-03").id == made.id


def test_persons(theatre: Theatre, http: httpx.Client) -> None:
    token = theatre.records.tokens.create(CAFE.id, ("admin",), now=now(), name="care")
    with Client("http://testserver.local", token, "cafe", http=http) as cafe:
        number = cafe.find_person("wechat-unionid=o6_li")
        portrait = cafe.person(number)
        assert (portrait.facts.person, portrait.facts.totals.visits) == ("p12", 1_234)
        assert [one.merge for one in portrait.merges] == [5021, 5001]
        line = cafe.person_events(number, event="pay_success")
        assert [(one.name, one.value) for one in line.events] == [("pay_success", "19.9000")]
        assert cafe.person_events(number, before=line.older or "").older is None
        with pytest.raises(ApiError) as refused:
            cafe.person("p99")
        assert refused.value.code == "no_such_person"


@pytest.mark.parametrize(
    ("arguments", "code", "field", "hint"),
    [
        ({"sort": "visit"}, "unknown_measure", "sort", "visits"),
        ({"from_": "2026-02-30"}, "bad_date", "from", ""),
    ],
)
def test_a_refusal_says_what_is_wrong(
    cafe: Client, arguments: dict[str, str], code: str, field: str, hint: str
) -> None:
    with pytest.raises(ApiError) as refused:
        cafe.traffic.pages(**arguments)  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.field, refused.value.status) == (code, field, 422)
    assert hint in refused.value.hint
    assert refused.value.request_id


def test_a_wrong_token_is_refused(http: httpx.Client) -> None:
    with pytest.raises(ApiError, match="wrong_token"):
        Client("http://testserver.local", "nonsense", "cafe", http=http).live.online()


def busy(answers: list[httpx.Response], waited: list[float]) -> Connection:
    """A server that gives these answers, one after another, and a client that does not really wait."""
    told = iter(answers)
    http = httpx.Client(
        transport=httpx.MockTransport(lambda request: next(told)), base_url="http://server"
    )
    return Connection(http, "a/b", sleep=waited.append)


def test_it_comes_back_when_a_server_says_when() -> None:
    waited: list[float] = []
    again = httpx.Response(503, headers={"retry-after": "2"})
    asked = busy([again, again, httpx.Response(200, content=b"a,b\n")], waited)
    assert asked.content("reports/x", {}) == b"a,b\n"
    assert waited == [2, 2]


@pytest.mark.parametrize(
    ("headers", "most"), [({"retry-after": "3600"}, 0), ({}, 0), ({"retry-after": "1"}, 3)]
)
def test_it_does_not_wait_for_ever(headers: dict[str, str], most: int) -> None:
    waited: list[float] = []
    answer = httpx.Response(429, headers=headers, text="<html>a proxy</html>")
    with pytest.raises(ApiError) as refused:
        busy([answer] * 9, waited).content("reports/x", {})
    assert (refused.value.code, refused.value.status) == ("not_from_minilens", 429)
    assert len(waited) == most


def test_the_name_of_an_app_stays_one_part_of_the_address() -> None:
    seen: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.raw_path)
        return httpx.Response(200)

    http = httpx.Client(transport=httpx.MockTransport(answer), base_url="https://server/below")
    Connection(http, "../x?y").content("reports", {})
    assert seen == [b"/below/api/v1/apps/..%2Fx%3Fy/reports"]


def test_events_are_defined_checked_and_let_in(theatre: Theatre, http: httpx.Client) -> None:
    token = theatre.records.tokens.create(1, ("admin",), now=now())
    owner = Client("http://testserver.local", token, "cafe", language="en", http=http)
    of = owner.definitions
    fields = [{"name": "size", "zh": "杯型", "type": "text"}]
    made = of.create_event(name="cup", zh="一杯", way="api", fields=fields)
    assert (made.number, made.status) == (1, "draft")
    note = of.save_event("cup", way="api", fields=fields, note="x", revision=made.revision)
    assert of.publish_event("cup", revision=note.revision).status == "published"
    assert [one.name for one in of.events().events] == ["cup"]
    named = of.set_field_values("size", values=[{"value": "s", "zh": "小杯", "en": "Small"}])
    assert of.field_values("size").values == named.values
    assert of.event_fields().fields[0].used_by == ["cup"]
    checked = of.check_plan(file="api_events: []\nvalues: []\n")
    assert checked.differences == ["removed cup", "values.size.s: 小杯 / Small → none"]
    assert not of.check_plan(file="sample: 1.0\n").same
    with pytest.raises(ApiError, match="line 2") as refused:
        of.check_plan(file="sample: 1.0\ncolour: red\n")
    assert refused.value.field == "colour"
    assert of.list_virtual_events().events == []
    kept = of.list_quarantine(event="tea_order").groups[0]
    assert (kept.event, kept.reason) == ("tea_order", "undeclared")
    assert of.release_quarantine(event="tea_order").loaded == 0
    question = {"kind": "events", "events": [{"event": "cup"}]}
    saved = owner.save_question(question, zh="杯")
    assert saved.id not in [one.id for one in owner.remove_question(saved.id)]


def test_a_question_is_saved_changed_and_asked(http: httpx.Client, theatre: Theatre) -> None:
    token = theatre.records.tokens.create(CAFE.id, ("admin", "report:read"), now=now())
    client = Client("http://testserver.local", token, "cafe", language="en", http=http)
    question = {"kind": "events", "events": [{"event": "share"}]}
    saved = client.save_question(question, "分享", "Shares")
    changed = client.change_question(saved, {**question, "grain": "whole"})
    assert (
        getattr(changed.question, "grain", ""),
        changed.zh,
        changed.changed > saved.changed,
    ) == (
        "whole",
        "分享",
        True,
    )
    with pytest.raises(ApiError) as refused:
        client.change_question(saved, question)
    assert refused.value.code == "changed_meanwhile"
    assert [one.id for one in client.questions()] == [saved.id]
    assert len(client.saved(saved.id).rows) == 1
