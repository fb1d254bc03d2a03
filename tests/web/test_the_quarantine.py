"""What waits in quarantine on its page and by API: seen masked, defined, let in, dropped; the real store below."""

from __future__ import annotations

import re
import uuid

import pytest

from minilens.period import now, now_ms
from minilens.records.event_content import Field
from tests.pipeline import Happening
from tests.web.cast import mark
from tests.web.store_site import Site
from tests.web.store_site import site as empty

__all__ = ["empty"]

DAY = 86_400_000


@pytest.fixture
def site(empty: Site) -> Site:
    """Cups and a phone number that wait since yesterday, and a slip."""
    moment = now_ms() - DAY
    props = (
        '{"cups": 2, "phone": "13700001234", "size": "大", "at": "2026-03-02T09:00:00Z", "mix": 1}'
    )
    empty.house.load(
        [
            Happening(moment, "cup", device="a", props=props),
            Happening(
                moment + 1, "cup", device="b", props='{"cups": 1.5, "mix": "x", "none": null}'
            ),
            Happening(moment + 2, "slip", device="b"),
            Happening(moment + 3, device="b", session="s"),
        ]
    )
    return empty


def test_what_waits_is_shown_masked_with_the_fields_that_came(site: Site) -> None:
    listed = site.get()
    assert re.findall(r'<b class="mono"><bdi>(\w+)</bdi>', listed) == ["cup", "slip"]
    assert "2 events" in listed
    assert "can be let in" not in listed
    page = site.get("/event?event=cup&reason=undeclared")
    assert "13700001234" not in page
    fields = re.findall(r'<bdi class="mono">(\w+)</bdi></th><td>([\w ]+?)(?: <|<)', page)
    assert fields == [
        ("cups", "number"), ("mix", "text"), ("at", "time"), ("phone", "text"), ("size", "text"),
    ]  # fmt: skip
    assert "several types" in page
    assert "Define and let in" in page


def test_an_event_is_defined_from_a_sample_and_let_in(site: Site) -> None:
    assert site.send("/release", event="cup", reason="undeclared", zh=" ").status_code == 422
    assert site.counted("cup") == 0
    form = {"event": "cup", "reason": "undeclared", "zh": "一杯"}
    wrong = {"field.cups": "1", "type.cups": "price"}
    assert site.send("/release", **form, **wrong).status_code == 422
    some = {
        "field.cups": "1",
        "type.cups": "number",
        "zh.cups": "杯数",
        "field.at": "1",
        "type.at": "time",
    }
    done = site.done(site.send("/release", **form, **some))
    assert done.startswith("2 events “cup” were let in.")
    assert site.counted("cup") == 2
    again = site.send("/release", event="cup", reason="undeclared")
    assert "None of the events" in site.done(again)
    assert site.get("/event?event=cup&reason=undeclared").count("No event cup is in quarantine")
    held = site.house.pipeline.records.events.fields(site.house.app.id)
    assert [(one.name, one.zh, one.type) for one in held.values()] == [
        ("at", "at", "time"), ("cups", "杯数", "number"),
    ]  # fmt: skip
    entries = site.house.pipeline.records.audit.entries(
        apps=(site.house.app.id,), action="quarantine"
    )
    assert [(one.action, one.details) for one in entries] == [
        ("quarantine.release", {"event": "cup", "reason": "undeclared", "events": 2})
    ]


def test_dropping_wants_a_reason(site: Site) -> None:
    refused = site.send("/drop", event="slip", reason="undeclared", why="")
    assert refused.status_code == 422
    assert "Enter a value" in refused.text
    done = site.send("/drop", event="slip", reason="undeclared", why="a typo\nof 1.2")
    assert site.done(done) == "1 event “slip” was dropped."
    (entry,) = site.house.pipeline.records.audit.entries(
        apps=(site.house.app.id,), action="quarantine.drop"
    )
    assert entry.details["why"] == "a typo of 1.2"
    assert site.send("/drop", event="slip", reason="undeclared", why="x").status_code == 404


def test_what_counts_undeclared_is_defined_and_what_is_silent_is_told(site: Site) -> None:
    house = site.house
    house.pipeline.records.definitions.create(house.app.id, "refill", "续杯", now=now())
    house.pipeline.records.apps.set_undeclared(house.app.id, "open", now=now())
    house.load([Happening(now_ms() - DAY, "wild", device="a")])
    assert "can be let in" in site.get()  # the app is open now
    assert re.findall(r'<b class="mono"><bdi>(\w+)</bdi></b><br>', site.get()) == ["wild", "refill"]
    assert site.send("/define", event="wild", zh="").status_code == 422
    assert site.done(site.send("/define", event="wild", zh="野")) == "“wild” is defined."
    house.build()
    found = re.findall(r'<b class="mono"><bdi>(\w+)</bdi></b><br>', site.get(language="zh"))
    assert found == ["refill"]


def test_programs_do_the_same(site: Site) -> None:
    (cup, slip) = site.api("", "report:read").json()["groups"]
    assert (cup["event"], cup["events"], cup["ready"], slip["event"]) == ("cup", 2, False, "slip")
    detail = site.api("?event=cup", "report:read").json()["groups"][0]
    assert detail["fields"][0] == {
        "name": "cups", "type": "number", "filled": 1.0, "values": ["1.5", "2"], "mixed": False,
    }  # fmt: skip
    assert "13700001234" not in str(detail)
    assert site.api("/release", "report:read", event="cup").status_code == 403
    nothing = site.api("/release", "admin", event="cup").json()
    assert nothing == {"loaded": 0, "duplicate": 0, "dropped": 0, "waiting": 2}
    fields = [{"name": "cups", "type": "number"}]
    bad = site.api(
        "/release", "admin", event="cup", zh="一杯", fields=[{"name": "Cups", "type": "x"}]
    )
    assert (bad.status_code, bad.json()["field"]) == (422, "fields[0].name")
    done = site.api("/release", "admin", event="cup", zh="一杯", fields=fields).json()
    assert done == {"loaded": 2, "duplicate": 0, "dropped": 0, "waiting": 0}
    assert site.api("/release", "admin", event=["cup"]).status_code == 422
    assert site.api("/drop", "admin", event="slip").json()["field"] == "why"
    assert site.api("/drop", "admin", event="slip", why="x").json()["dropped"] == 1
    assert site.api("?event=slip", "report:read").json() == {"groups": []}


def test_servers_and_imports_are_strict_where_the_owner_says_so(site: Site) -> None:
    records, app = site.house.pipeline.records, site.house.app
    assert records.apps.named(app.name).strict == ("tracker",)
    form = {"undeclared": "open", "undeclared_server": "strict", "undeclared_import": "strict"}
    form["csrf"] = mark(site.client, "/account")
    sent = site.client.post(f"/a/{app.name}/settings/events", data=form, follow_redirects=False)
    assert sent.status_code == 303
    assert records.apps.named(app.name).strict == ("server", "import")
    batches = site.house.batches([Happening(now_ms() - DAY, "from_server", device="x")])
    from minilens.spool.record import encode
    from minilens.spool.writer import frame

    for via in ("server", "tracker"):
        batches[0].via = via
        batches[0].events[0].id = str(uuid.uuid4())
        site.house.writer.write(frame(encode(batches[0])))
    site.house.pipeline.loader.drain()
    assert site.counted("from_server") == 1
    assert "from_server" in site.get()


def test_fields_not_of_their_type_are_told_and_counted_as_they_came(site: Site) -> None:
    house, moment = site.house, now_ms() - DAY
    fields = [Field("price", "价格", "number"), Field("sku", "货号", "text")]
    house.pipeline.records.events.declare(house.app.id, "tea", "茶", fields, now=now())
    sent = ['{"price": "18元"}', '{"price": 18, "sku": ["a"]}', '{"price": 18}']
    house.load([Happening(moment + n, "tea", device="t", props=one) for n, one in enumerate(sent)])
    assert site.counted("tea") == 1
    for language, words in (("en", "expected number, got text"), ("zh", "应为数值，收到文本")):
        assert words in site.get(language=language)
    page = site.get("/event?event=tea&reason=field_type")
    rows = re.findall(
        r"<bdi class=\"mono\">(\w+)</bdi></th><td>(\w+)</td><td>(\w+)</td><td>1<", page
    )
    assert rows == [("price", "number", "text"), ("sku", "text", "list")]
    assert "sku: expected text, got list" in page
    assert "Count as they came" in page
    assert 'action="' + site.page + '/release"' not in page  # the field is still one of the event
    (group,) = site.api("?event=tea", "report:read").json()["groups"]
    wrong = {"field": "price", "came": "text", "declared": "number", "events": 1}
    assert group["wrong"][0] == wrong
    assert (group["reason"], group["ready"]) == ("field_type", False)
    refused = site.api("/release", "admin", event="tea", reason="undeclared", anyway=True)
    assert (refused.status_code, refused.json()["field"]) == (422, "anyway")
    assert "None of the events" in site.done(
        site.send("/release", event="tea", reason="field_type")
    )
    assert site.done(site.send("/anyway", event="tea")).startswith("2 events “tea” were let in.")
    assert site.counted("tea") == 3
    assert site.api("/release", "admin", event="tea", anyway=True).json()["loaded"] == 0
    (entry,) = house.pipeline.records.audit.entries(apps=(house.app.id,), action="quarantine")
    assert entry.details == {"event": "tea", "reason": "field_type", "events": 2, "anyway": True}
