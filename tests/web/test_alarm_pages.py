"""The pages of alarms: turned on by one tap, shown with their course, acknowledged with a note; rules by a form."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.errors import Refused
from minilens.measure.alarms.course import Side
from minilens.period import now
from minilens.records.store import AlarmSettings
from minilens.reference.events import BUILT_IN
from minilens.reports.alarm_definition import (
    AlarmDefinition,
    BandAlarm,
    ChangeAlarm,
    FatigueAlarm,
    KpisAlarm,
    ThresholdAlarm,
)
from minilens.reports.alarm_facts import (
    AlarmFacts,
    FatigueFacts,
    MissingFacts,
    Place,
    ReleaseFacts,
    SeriesFacts,
    WorseFacts,
    encoded,
)
from minilens.reports.alarm_targets import decoded
from minilens.reports.alarm_targets import encoded as rule_body
from minilens.reports.kpi_definition import KpiDefinition, KpiMeasure, KpiRatio, KpiTime
from minilens.reports.kpis import encoded as kpi_body
from minilens.text import Text
from minilens.web.alarms.typed import settings
from tests.web.cast import CAFE, Theatre, mark

Client = TestClient[Litestar]
HERE = "/a/cafe/alarms"
EN, ZH = {"accept-language": "en"}, {"accept-language": "zh"}
HOUR = 3_600_000
#: 2026-11-24 10:00 in Shanghai, a Tuesday.
AT = 1_795_485_600_000


def press(client: Client, path: str = "", **form: Any) -> Any:
    form |= {"csrf": mark(client, "/account")}
    return client.post(HERE + path, data=form, headers=EN, follow_redirects=False)


def kept(theatre: Theatre) -> list[AlarmDefinition]:
    return [decoded(one.body) for one in theatre.records.alarm_rules.of(CAFE.id)]


def orders(side: Side = "low", value: float = 190) -> SeriesFacts:
    course = [Place(AT - n * HOUR, 500.0, 420.2, 610.7) for n in range(5, 0, -1)]
    return SeriesFacts(
        "band", "订单", "Orders", "count", "hour", side, AT, value, 420.2, 610.7, 512, 8, None,
        [*course, Place(AT, value, 420.2, 610.7)],
    )  # fmt: skip


def found(theatre: Theatre, facts: AlarmFacts, subject: str = "number") -> int:
    """An open alarm of a rule."""
    rules = theatre.records.alarm_rules
    there = rules.of(CAFE.id)
    rule = there[0] if there else rules.create(
        CAFE.id, [(Text("规则", "Rule"), '{"kind":"kpis"}')], now=now(), by=None
    )[0]  # fmt: skip
    since = now() - timedelta(hours=1)
    theatre.records.alarms.found(CAFE.id, rule.id, subject, encoded(facts), since, now=now())
    return theatre.records.alarms.open(CAFE.id)[0].id


def text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page)))


def test_one_tap_turns_on_the_usual_rules_once(theatre: Theatre, owner: Client) -> None:
    assert "Turn on the usual alarms" in owner.get(HERE, headers=EN).text
    assert press(owner, "/rules/usual").headers["location"].endswith("/alarms/rules?done=made")
    assert [type(one).__name__ for one in kept(theatre)] == [
        "MissingAlarm", "KpisAlarm", "ReleaseAlarm",
    ]  # fmt: skip
    press(owner, "/rules/usual")
    assert len(kept(theatre)) == 3
    assert "Turn on the usual alarms" not in owner.get(f"{HERE}/rules", headers=EN).text
    assert "3 rules are watched" in text(owner.get(HERE, headers=EN).text)


def test_an_open_alarm_is_said_with_what_is_usual_and_drawn(
    theatre: Theatre, owner: Client
) -> None:
    number = found(theatre, orders())
    said = text(owner.get(HERE, headers=EN).text)
    assert "Orders is low" in said
    assert "190 at Tue 11-24 10:00–11:00" in said
    assert "Tuesdays 10:00–11:00: usually 421–610 (8 weeks)" in said
    zh = text(owner.get(f"{HERE}/{number}", headers=ZH).text)
    assert "订单偏低" in zh
    assert "星期二 10:00–11:00 通常为 421–610（近 8 周）" in zh
    page = owner.get(HERE, headers=EN).text
    assert (page.count('class="outside"'), page.count('class="band"')) == (1, 1)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (MissingFacts(AT, 57.4, 80, 8, weekly=True), "No data is coming in"),
        (MissingFacts(AT, 57.4, 80, 8, weekly=True), "57 events in the quietest of 8 weeks"),
        (MissingFacts(AT, 57.4, 80, 9, weekly=False), "57 events on the quietest of 9 days"),
        (
            ReleaseFacts("2.1", "2.0", 60, 800, [WorseFacts("errors", "api_error", 0.15, 0.02)]),
            "API error: 15.00% of users, was 2.00%",
        ),
        (
            ReleaseFacts("2.1", "2.0", 60, 800, [WorseFacts("load", "", 2.1, 1.0)]),
            "Load time: 2.1s, was 1.0s",
        ),
        (FatigueFacts("2026-11-23", 0.5, 0.25, 0.01, 0.02, 3.5), "CPC: 0.5, 0.25 in the 7 days before"),
        (FatigueFacts("2026-11-23", frequency=3.5, tired=False), "Ads are shown too often"),
        (
            SeriesFacts("threshold", "加载", "Load time", "seconds", "day", "high", AT, 4.0, None, 3.0, limit=3.0),
            "Limit: 3.0s",
        ),
        (
            SeriesFacts("change", "订单", "Orders", "count", "day", "high", AT, 150, None, 130, 100, 8, 0.3),
            "Tuesdays: 100 at the median of 8 weeks; now +50%",
        ),
    ],
)  # fmt: skip
def test_every_kind_is_said_in_both_languages(
    theatre: Theatre, owner: Client, facts: AlarmFacts, said: str
) -> None:
    found(theatre, facts)
    assert said in text(owner.get(HERE, headers=EN).text)
    assert owner.get(HERE, headers=ZH).status_code == 200


def test_a_note_is_kept_and_shown(theatre: Theatre, owner: Client) -> None:
    number = found(theatre, orders())
    done = press(owner, f"/{number}/acknowledge", note="A sale <b>")
    assert done.headers["location"].endswith("?done=acknowledged")
    page = owner.get(HERE, headers=EN).text
    assert "A sale &lt;b&gt;" in page
    assert "Acknowledged" in page
    wrong = press(owner, f"/{number}/acknowledge", note="x" * 401)
    assert wrong.status_code == 422
    assert owner.get(f"{HERE}/999", headers=EN).status_code == 404
    theatre.records.alarms.resolve([number], now=now() + timedelta(minutes=90))
    over = text(owner.get(HERE, headers=EN).text)
    assert "History" in over
    assert "1h 30m" in over


def test_who_may_what(theatre: Theatre, owner: Client) -> None:
    number = found(theatre, orders())
    for who, acknowledges, writes in (("viewer", 403, 403), ("analyst", 303, 403)):
        client = theatre.client(who)
        assert client.get(HERE, headers=EN).status_code == 200
        assert client.get(f"{HERE}/rules", headers=EN).status_code == 200
        assert press(client, f"/{number}/acknowledge").status_code == acknowledges
        assert press(client, "/rules/usual").status_code == writes


def test_rules_are_made_changed_turned_off_and_removed(theatre: Theatre, owner: Client) -> None:
    form = {
        "zh": "慢",
        "en": "Slow",
        "kind": "threshold",
        "what": "load_time",
        "side": "above",
        "value": "3s",
    }
    made = press(owner, "/rules", **form, length="hour")
    assert made.headers["location"].endswith("?done=made")
    assert kept(theatre) == [ThresholdAlarm(KpiMeasure("load_time"), "above", 3, "hour")]
    page = owner.get(f"{HERE}/rules", headers=EN).text
    assert ("Load time · &gt; 3.0s · by the hour" in page, 'value="3"' in page) == (True, True)
    change = {
        "zh": "慢",
        "kind": "change",
        "what": "shares",
        "by": "visits",
        "side": "below",
        "share": "40%",
    }
    assert press(owner, "/rules/1", **change, length="day").status_code == 303
    ratio = KpiRatio(KpiMeasure("shares"), KpiMeasure("visits"))
    assert kept(theatre) == [ChangeAlarm(ratio, 0.4, "below", "day")]
    assert 'value="40%"' in owner.get(f"{HERE}/rules", headers=EN).text
    press(owner, "/rules/1", zh="慢", kind="fatigue", cap="4")
    assert kept(theatre) == [FatigueAlarm(4)]
    press(owner, "/rules/1", zh="慢", kind="kpis")
    assert kept(theatre) == [KpisAlarm()]
    press(owner, "/rules/1", zh="慢", kind="band", what="visits")
    assert kept(theatre) == [BandAlarm(KpiMeasure("visits"))]
    assert press(owner, "/rules/1/off").headers["location"].endswith("?done=off")
    assert "Turn on: 慢" in owner.get(f"{HERE}/rules", headers=EN).text
    assert press(owner, "/rules/1/on").status_code == 303
    assert press(owner, "/rules/1/burn").status_code == 404
    assert press(owner, "/rules/1/remove").status_code == 303
    assert kept(theatre) == []


def test_a_rule_over_events_calls_them_by_their_titles(theatre: Theatre, owner: Client) -> None:
    rule = ThresholdAlarm(KpiTime("start_checkout", "pay_success"), "above", 60, "day")
    made = [(Text("付款慢", "Slow payment"), rule_body(rule))]
    theatre.records.alarm_rules.create(CAFE.id, made, now=now(), by=None)
    start, end = BUILT_IN["start_checkout"], BUILT_IN["pay_success"]
    assert f"{start.en} → {end.en} · > 1m 0s" in text(owner.get(f"{HERE}/rules", headers=EN).text)
    assert f"{start.zh} → {end.zh} · > 1 分 0 秒" in text(
        owner.get(f"{HERE}/rules", headers=ZH).text
    )


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"zh": "", "en": ""}, "Enter a value"),
        ({"kind": "alarm"}, "Alarm when"),
        ({"what": "sales"}, "Number can't be sales"),
        ({"kind": "threshold", "side": "both"}, "Direction"),
        ({"kind": "threshold", "side": "above", "value": "much"}, "much"),
        ({"kind": "change", "share": "1%"}, "Change of at least"),
        ({"kind": "fatigue", "cap": "0"}, "Frequency at most"),
        ({"what": "spend", "length": "hour"}, "by the day only"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    theatre: Theatre, owner: Client, form: dict[str, str], said: str
) -> None:
    given = {"zh": "慢", "kind": "band", "what": "visits"} | form
    answer = press(owner, "/rules", **given)
    assert answer.status_code == 422
    wrong = [
        re.sub("<[^>]+>", "", one)
        for one in re.findall(r'class="wrong"[^>]*>(.*?)</p>', answer.text)
    ]
    assert any(said in html.unescape(one) for one in wrong), wrong
    assert kept(theatre) == []


def test_where_alarms_go_and_when_not(theatre: Theatre, owner: Client) -> None:
    done = press(owner, "/rules/settings", quiet_from="22:00", quiet_to="08:00")
    assert done.headers["location"].endswith("?done=saved")
    assert theatre.records.alarm_rules.settings(CAFE.id) == AlarmSettings((), (1320, 480))
    assert 'value="22:00"' in owner.get(f"{HERE}/rules", headers=EN).text
    assert press(owner, "/rules/settings", quiet_from="25:00", quiet_to="08:00").status_code == 422
    assert press(owner, "/rules/settings", channels="7").status_code == 422
    assert settings({}, ["1"]) == AlarmSettings((1,))
    with pytest.raises(Refused):
        settings({"quiet_from": "22:00"}, [])


def test_a_rule_with_bands_says_how_small_a_fault_it_shows(theatre: Theatre, owner: Client) -> None:
    theatre.first = (now() - timedelta(days=100)).date()
    press(owner, "/rules/usual")
    made = {one.body: one.id for one in theatre.records.alarm_rules.of(CAFE.id)}
    kpis, missing = made['{"kind":"kpis"}'], made['{"kind":"missing"}']
    page = owner.get(f"{HERE}/rules", headers=EN).text
    assert f'hx-get="{HERE}/smallest/{kpis}"' in page
    assert f"{HERE}/smallest/{missing}" not in page
    at = f"{HERE}/smallest/{kpis}"
    assert "This app has no KPI yet." in owner.get(at, headers=EN).text
    body = kpi_body(KpiDefinition(source=KpiMeasure(measure="visits"), target=9e6, period="month"))
    theatre.records.kpis.create(CAFE.id, Text("访问", "Visits"), body, None, now=now(), by=None)
    told = text(owner.get(at, headers=EN).text)
    assert "Visits · by the hour" in told
    assert re.search(r"Busiest hour \(\w{3} \d\d:00–\d\d:00\) [\d,.k]+ [\d,.k]+ \(−?-?\d+%\)", told)
    assert re.search("最忙时段（周.+?）.*中等时段（周", text(owner.get(at, headers=ZH).text))
    assert owner.get(f"{HERE}/smallest/999", headers=EN).status_code == 404
