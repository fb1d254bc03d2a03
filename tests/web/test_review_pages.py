"""Reviews by pages: looked at, written, printed, refused by the field; the checklist ticked and put away."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.errors import Busy
from minilens.period import milliseconds, now, today
from minilens.reports.alarm_facts import MissingFacts
from minilens.reports.alarm_facts import encoded as encoded_facts
from minilens.reports.kpi_definition import KpiDefinition, KpiMeasure
from minilens.reports.kpis import encoded
from minilens.reports.request import AppContext
from minilens.reports.reviews.days import latest
from minilens.reports.reviews.effect import figure_of
from minilens.reports.reviews.snapshot import Kept, KeptFigure
from minilens.reports.reviews.snapshot import encoded as as_snapshot
from minilens.reports.reviews.whole import ReviewOf
from minilens.text import Text
from tests.web.cast import CAFE, Theatre, mark

Client = TestClient[Litestar]
EN, ZH = {"accept-language": "en"}, {"accept-language": "zh"}
HERE = "/a/cafe/reviews"


def week(before: int = 0) -> date:
    return latest("week", today(CAFE.timezone)) - timedelta(weeks=before)


def press(client: Client, path: str, **form: str) -> Any:
    form |= {"csrf": mark(client, "/account")}
    return client.post(HERE + path, data=form, headers=EN, follow_redirects=False)


def text_of(client: Client, path: str, lang: dict[str, str] = EN) -> str:
    answer = client.get(HERE + path, headers=lang)
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", " ", answer.text)))


def test_the_one_to_be_held_now_leads_to_its_cards(owner: Client) -> None:
    page = owner.get(HERE, headers=EN).text
    for name in ("changes?figure=visitors", "changes?figure=payments", "steps", "effect", "kept"):
        assert f'src="{HERE}/week/{week()}/part/{name}"' in page
    assert f'href="{HERE}/week/{week(1)}"' in page
    monthly = owner.get(f"{HERE}/monthly", headers=ZH).text
    for name in ("verdicts", "campaigns", "cohorts", "articles"):
        assert f"/part/{name}" in monthly
        assert f"/part/{name}" not in page
    sheet = text_of(owner, f"/month/{latest('month', today(CAFE.timezone))}/sheet", ZH)
    assert "按首次访问月份的用户" in sheet
    assert "加码" in monthly


@pytest.mark.parametrize(
    "part",
    [
        "changes?figure=visitors",
        "steps",
        "effect",
        "kept",
        "campaigns",
        "alarms",
        "verdicts",
        "cohorts",
        "articles",
    ],
)
def test_cards_in_both_languages(owner: Client, part: str) -> None:
    for lang in (EN, ZH):
        assert "card-review" in owner.get(f"{HERE}/week/{week()}/part/{part}", headers=lang).text
    assert owner.get(f"{HERE}/week/{week()}/part/mood").status_code == 404


@pytest.mark.parametrize("part", ["changes?figure=visitors", "effect", "kept"])
def test_a_part_whose_questions_wait_says_so(theatre: Theatre, owner: Client, part: str) -> None:
    """And not that its figures can be counted no longer, nor less than there is."""
    press(owner, f"/week/{week(1)}", insight="", friction="", change="Ask", figure="visitors")
    figure = KeptFigure("stages", "v", "", "", "count", KpiMeasure("visitors"), 17, 16)
    kept = as_snapshot(Kept(now(), [figure]))
    theatre.records.snapshots.keep(CAFE.id, "week", week(), kept, now=now())
    theatre.answer = full
    here = f"{HERE}/week/{week()}"
    card = owner.get(f"{here}/part/{part}", headers=EN | {"x-minilens-card": "1"})
    assert card.status_code == 503
    assert 'data-state="queued"' in card.text
    assert owner.get(f"{here}/sheet", headers=EN).status_code == 503


def test_nothing_is_left_out_while_questions_wait(theatre: Theatre) -> None:
    context = AppContext(CAFE.timezone, now())
    one = ReviewOf("month", latest("month", context.today), CAFE.id, context, theatre.records, full)
    for part in (one.steps, one.cohorts, one.campaigns):
        with pytest.raises(Busy):
            part()


def full(*asked: Any) -> Any:
    raise Busy("queued", 2, ahead=3)


def test_what_changed_is_told_with_its_largest_contributions(owner: Client) -> None:
    told = text_of(owner, f"/week/{week()}/part/changes?figure=visitors")
    assert re.search(r"Visitors .* before: ", told)
    assert re.search(r"Page pages/index/index [+−][0-9.,]+k? ", told)


def test_a_review_is_written_and_its_change_measured(theatre: Theatre, owner: Client) -> None:
    me = theatre.number("owner")
    body = encoded(KpiDefinition(KpiMeasure("new_users"), 10))
    kpi = theatre.records.kpis.create(
        CAFE.id, Text("新客", "Newcomers"), body, None, now=now(), by=None
    )
    form: dict[str, str] = {"insight": "Tables\nwork", "friction": "", "change": "Ask <once>"}
    past = f"/week/{week(1)}"
    made = press(owner, past, **form, owner=str(me), figure=f"kpi.{kpi.id}")
    assert made.headers["location"] == f"{HERE}{past}?done=written"
    kept = theatre.records.reviews.get(CAFE.id, "week", week(1))
    assert (kept.insight, kept.change, kept.owner) == ("Tables\nwork", "Ask <once>", me)
    figure = figure_of(kept)
    assert figure is not None
    assert (figure.title.en, figure.asked) == ("Newcomers", KpiMeasure("new_users"))
    theatre.records.kpis.remove(CAFE.id, kpi.id, now=now(), by=None)  # the change keeps its copy
    effect = text_of(owner, f"/week/{week()}/part/effect")
    assert "Ask <once>" in effect
    assert re.search(r"Newcomers · before: [0-9.k]+", effect)
    assert (
        press(owner, past, **(form | {"insight": "New"}), owner="", figure="kept").status_code
        == 303
    )
    again = theatre.records.reviews.get(CAFE.id, "week", week(1))
    assert (again.insight, again.owner, again.figure) == ("New", None, kept.figure)
    assert (
        f'href="{HERE}{past}"' in owner.get(f"{HERE}/week/{week()}").text
    )  # among those of before
    sheet = text_of(owner, f"{past}/sheet", ZH)
    assert ("Ask <once>" in sheet, "变化最大的一步" in sheet) == (True, True)


def test_alarms_of_its_days_stand_in_it(theatre: Theatre, owner: Client) -> None:
    rules = theatre.records.alarm_rules
    rule = rules.create(CAFE.id, [(Text("规则", "Rule"), '{"kind":"kpis"}')], now=now(), by=None)[0]
    of = today(CAFE.timezone)
    here = f"/week/{of}/part/alarms"
    assert "No alarm was open on these days." in text_of(owner, here) or of.weekday() == 0
    facts = MissingFacts(milliseconds(now()), 57.0, 80, 8, weekly=True)
    theatre.records.alarms.found(CAFE.id, rule.id, "", encoded_facts(facts), now(), now=now())
    if of.weekday():  # on Mondays no day of the week is over
        assert "No data is coming in Still open" in text_of(owner, here)
        assert "未恢复" in text_of(owner, f"/week/{of}/sheet", ZH)
    assert "No data is coming in" not in text_of(owner, f"/week/{week(2)}/part/alarms")


def test_what_is_wrong_stands_at_its_field(owner: Client) -> None:
    answer = press(
        owner,
        f"/week/{week()}",
        insight="x" * 1_001,
        friction="mine",
        change="",
        owner="",
        figure="",
    )
    assert answer.status_code == 422
    assert re.search(r'id="w-insight"[^>]*>One insight', answer.text)
    assert ">mine</textarea>" in answer.text
    alone = press(
        owner, f"/week/{week()}", insight="", friction="", change="", owner="", figure="visitors"
    )
    assert 'id="w-change"' in alone.text
    for day in ("2026-99-01", str(today(CAFE.timezone) + timedelta(days=8))):
        assert owner.get(f"{HERE}/week/{day}", headers=EN).status_code == 422


def test_a_snapshot_marks_what_says_something_else_now(theatre: Theatre, owner: Client) -> None:
    """The formula that answers here says more than 17 visitors."""
    source = KpiMeasure("visitors")
    figure = KeptFigure("stages", "visitors", "访问人数", "Visitors", "count", source, 17, 16)
    body = as_snapshot(Kept(now(), [figure]))
    theatre.records.snapshots.keep(CAFE.id, "week", week(2), body, now=now())
    page = owner.get(f"{HERE}/week/{week(2)}/part/kept", headers=EN).text
    assert "Figures that say something else now: 1" in page
    assert re.search(r"<mark>[0-9,]{5,}</mark>", page)
    assert "Nothing is kept" in owner.get(f"{HERE}/week/{week(3)}/part/kept", headers=EN).text


def test_who_may_not_write_reads(theatre: Theatre, owner: Client) -> None:
    press(
        owner, f"/week/{week()}", insight="Tables work", friction="", change="", owner="", figure=""
    )
    viewer, analyst = theatre.client("viewer"), theatre.client("analyst")
    assert "Tables work" in viewer.get(f"{HERE}/week/{week()}").text
    assert "<textarea" not in viewer.get(f"{HERE}/week/{week()}").text
    form = {"insight": "Mine", "friction": "", "change": "", "owner": "", "figure": ""}
    assert press(viewer, f"/week/{week()}", **form).status_code == 403
    assert press(viewer, "/checklist", shown="0").status_code == 403
    assert press(analyst, f"/week/{week()}", **form).status_code == 303


def test_the_checklist_ticks_itself_off(theatre: Theatre, owner: Client) -> None:
    def done() -> int:
        return len(re.findall('class="is-done"', owner.get("/a/cafe/dashboard").text))

    first = done()
    body = encoded(KpiDefinition(KpiMeasure("visitors"), 10))
    theatre.records.kpis.create(CAFE.id, Text("访客", "V"), body, None, now=now(), by=None)
    press(
        owner, f"/week/{week()}", insight="Tables work", friction="", change="", owner="", figure=""
    )
    assert done() == first + 2
    assert press(owner, "/checklist", shown="0").status_code == 303
    assert "card-checklist" not in owner.get("/a/cafe/dashboard").text
    assert 'class="checklist"' in owner.get(f"{HERE}/checklist").text
    assert press(owner, "/checklist", shown="1").status_code == 303
    assert "card-checklist" in owner.get("/a/cafe/dashboard").text
