"""Queries that are saved, opened, changed, pinned, taken away; and what was asked lately; the real store below."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from litestar.testing import TestClient

from minilens.period import now
from minilens.reports.ready import READY
from tests.web.cast import mark, press
from tests.web.store_site import Site, site
from tests.web.test_event_analysis import FORM, QUESTION
from tests.web.test_event_analysis import ask as sent

__all__ = ["site"]


def path(site: Site, rest: str) -> str:
    return f"/a/{site.house.app.name}/{rest}"


def get(site: Site, rest: str, language: str = "en") -> str:
    answer = site.client.get(path(site, rest), headers={"accept-language": language})
    return html.unescape(answer.text)


def saved(site: Site, **form: str) -> Any:
    return sent(site, FORM | form, do=form.pop("do", "save-new"))


def seen(page: str) -> dict[str, str]:
    """What the form says of the saved query that it shows."""
    return dict(re.findall(r'<input type="hidden" name="(saved|changed)" value="([^"]+)">', page))


def test_it_is_saved_opened_changed_and_taken_away(site: Site) -> None:
    assert saved(site).status_code == 422  # a name is missing
    done = saved(site, zh="支付", team="1")
    assert done.status_code == 303, html.unescape(done.text)
    (one,) = site.house.pipeline.records.questions.of(site.house.app.id, site.admin)
    assert (one.name.zh, one.team, json.loads(one.body)) == ("支付", True, QUESTION)
    assert done.headers["location"] == path(site, f"events/ask?saved={one.id}&done=saved")
    page = get(site, f"events/ask?saved={one.id}&done=saved")
    assert "It is a report now" in page
    assert f'src="{path(site, f"question/{one.id}")}"' in page
    assert 'name="x.0.formula" value="m2 / m1"' in page
    again = saved(site, zh="支付", team="1")
    assert again.status_code == 409
    assert 'id="w-zh"' in again.text
    changed = saved(site, **seen(page), zh="支付", en="Paid", top="3", do="save")
    assert changed.status_code == 303, html.unescape(changed.text)
    (one,) = site.house.pipeline.records.questions.of(site.house.app.id, site.admin)
    assert (one.name.en, json.loads(one.body)["top"]) == ("Paid", 3)
    listed = get(site, "events/questions")
    assert "Paid" in listed
    assert "pay_success · total, Revenue" in listed
    remove = {"csrf": mark(site.client, "/account")}
    where = path(site, f"events/questions/{one.id}/remove")
    gone = site.client.post(where, data=remove, follow_redirects=False)
    assert gone.status_code == 303
    assert site.client.get(path(site, f"events/ask?saved={one.id}")).status_code == 404
    assert site.client.get(where, follow_redirects=False).headers["location"] == path(
        site, "events/questions"
    )


def test_the_later_of_two_editors_is_told(site: Site) -> None:
    saved(site, zh="支付")
    (one,) = site.house.pipeline.records.questions.of(site.house.app.id, site.admin)
    page = get(site, f"events/ask?saved={one.id}")
    mine = seen(page)
    assert saved(site, **mine, zh="支付", top="3", do="save").status_code == 303
    late = saved(site, **mine, zh="支付", top="4", do="save")
    assert late.status_code == 409
    text = html.unescape(late.text)
    assert "after you opened it" in text
    assert 'name="top" type="number" min="1" max="10000" value="4"' in text
    assert saved(site, **seen(text), zh="支付", top="4", do="save").status_code == 303
    (one,) = site.house.pipeline.records.questions.of(site.house.app.id, site.admin)
    assert json.loads(one.body)["top"] == 4
    for wrong in ("", "yesterday", "2026-11-22T08:00:00"):
        answer = saved(site, saved=str(one.id), changed=wrong, zh="支付", do="save")
        assert answer.status_code == 409, wrong


def test_it_is_pinned_to_the_home_page(site: Site) -> None:
    saved(site, zh="支付", en="Payments")
    (one,) = site.house.pipeline.records.questions.of(site.house.app.id, site.admin)
    site.house.build()
    card = path(site, f"question/{one.id}")
    shown = site.client.get(card, headers={"X-Minilens-Card": "1", "accept-language": "en"})
    assert shown.status_code == 200
    assert f'name="report" value="question.{one.id}"' in shown.text
    assert "Payments" in shown.text
    assert site.client.get(f"{card}.csv").text.startswith("province,property.sku,m1")
    assert site.client.get(f"{card}.pdf").status_code == 404
    assert site.client.get(f"{card}0").status_code == 404
    form = {"csrf": mark(site.client, "/account"), "report": f"question.{one.id}", "query": "?x=1"}
    assert (
        site.client.post(path(site, "pins"), data=form, follow_redirects=False).status_code == 303
    )
    form["report"] += "0"
    assert (
        site.client.post(path(site, "pins"), data=form, follow_redirects=False).status_code == 404
    )
    home = get(site, "home")
    assert f'src="{card}"' in home
    assert f'href="{path(site, f"events/ask?saved={one.id}")}"' in home
    site.house.pipeline.records.questions.remove(
        site.house.app.id, one.id, now=now(), by=site.admin
    )
    assert "question/" not in get(site, "home")
    assert site.house.pipeline.records.pins.of(site.house.app.id, site.admin) == []


def test_what_one_asked_is_asked_again_by_one_click(site: Site) -> None:
    for top in ("3", "4", "3"):
        assert sent(site, FORM | {"top": top}).status_code == 303
    raw = site.client.get(path(site, "events/questions"), headers={"accept-language": "zh"}).text
    found = re.findall(r'<a class="named" href="([^"]+)">([^<]+)</a>', raw)
    links = [(html.unescape(href), html.unescape(said)) for href, said in found]
    asked = [json.loads(parse_qs(urlsplit(href).query)["question"][0]) for href, _ in links]
    assert [one["top"] for one in asked] == [3, 4]
    assert "pay_success · 次数、Revenue" in links[0][1]
    assert "按省份、sku" in links[0][1]
    assert site.client.get(links[0][0]).status_code == 200


def test_others_own_are_not_seen_and_the_teams_not_changed(site: Site) -> None:
    """An analyst sees the team's, saves them as new, and may not put theirs in their place."""
    saved(site, zh="只给我看")
    saved(site, zh="团队的", team="1")
    records, app = site.house.pipeline.records, site.house.app
    own, team = sorted(records.questions.of(app.id, site.admin), key=lambda one: one.team)
    viewer = records.accounts.create(f"v{app.name}@example.org", "V", now=now())
    records.grants.set(viewer.id, app.id, "viewer", now=now(), by=None)
    with TestClient(site.client.app, raise_server_exceptions=False) as client:
        press(client, f"/sign-in?code={records.sign_ins.create(now=now(), account=viewer.id)}")
        theirs = Site(site.house, client, viewer.id)
        assert client.get(path(site, f"events/ask?saved={own.id}")).status_code == 404
        assert client.get(path(site, f"question/{own.id}")).status_code == 404
        page = get(theirs, f"events/ask?saved={team.id}")
        assert "Save changes" not in page
        assert "For the team" not in page
        assert saved(theirs, **seen(page), zh="x", do="save").status_code == 404
        assert saved(theirs, zh="x", team="1").status_code == 403
        assert saved(theirs, zh="x").status_code == 303
        assert "只给我看" not in get(theirs, "events/questions", "zh")
    assert records.questions.find(app.id, team.id, site.admin) == team


def test_what_every_app_has_is_pinned_and_opened_as_well(site: Site) -> None:
    name = next(iter(READY))
    form = {"csrf": mark(site.client, "/account"), "report": f"question.{name}", "query": ""}
    assert (
        site.client.post(path(site, "pins"), data=form, follow_redirects=False).status_code == 303
    )
    home = get(site, "home")
    assert f'src="{path(site, f"question/{name}")}"' in home
    (page,) = re.findall(rf'href="({path(site, "events/ask")}[^"]+)"', home)
    assert site.client.get(page).status_code == 200
    card = site.client.get(path(site, f"question/{name}"), headers={"X-Minilens-Card": "1"})
    assert card.status_code == 200, card.text
