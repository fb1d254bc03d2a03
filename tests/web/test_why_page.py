"""The page that says why a user is counted by a funnel: from the list behind a figure, and for whoever is typed."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import urlencode

from tests.measure.events.test_by_hand import DAY
from tests.measure.funnels.asking import happened
from tests.web.store_site import Site, site

__all__ = ["site"]

FUNNEL = {
    "kind": "funnel", "window": "1h", "from": DAY, "to": DAY,
    "steps": [{"event": "add_favorite"}, {"event": "add_to_cart"}, {"event": "pay_success"}],
}  # fmt: skip
TEXT = json.dumps(FUNNEL)


def get(site: Site, path: str, language: str = "en", **given: str) -> str:
    address = f"/a/{site.house.app.name}/{path}?{urlencode(given)}"
    found = site.client.get(address, headers={"accept-language": language})
    assert found.status_code == 200, found.text
    return html.unescape(found.text)


def test_from_the_list_behind_a_figure_to_the_rule(site: Site) -> None:
    site.house.load(happened("A: v0 c5 p130. B: v0 v90 c95", DAY))
    site.house.build()
    listed = get(site, "persons/behind", question=TEXT, at='["dropped",{"step":2}]')
    links = re.findall(r'class="why" href="([^"]+)"', listed)
    assert len(links) == 2
    site_person = site.house.person("device", "A")
    (link,) = [one for one in links if one.endswith(f"person=p{site_person}")]
    page = html.unescape(site.client.get(link, headers={"accept-language": "en"}).text)
    assert "Got to step 2 of 3" in page
    assert (
        "Step 3 (Payment success) came 2h 10m 0s after step 1 (Add to favorites); the window is 1 hour."
        in page
    )
    other = get(
        site, "persons/why", "zh", question=TEXT, person=f"p{site.house.person('device', 'B')}"
    )
    assert "到达第 2 步（共 3 步）" in other
    assert "历次尝试" in other


def test_of_retention_and_of_events(site: Site) -> None:
    """From the list behind a cell, and of a row, in both languages; whoever is not counted can be asked about there."""
    site.house.load(happened("K: v0 c5. L: v0", DAY))
    site.house.build()
    retention = {
        "kind": "retention", "first": {"event": "add_favorite"}, "return": {"event": "add_to_cart"}, "periods": 1,
        "from": DAY, "to": DAY,
    }  # fmt: skip
    cell = {
        "question": json.dumps(retention),
        "at": f'["retained_users",{{"day":"{DAY}","days_later":0}}]',
    }
    number = site.house.person("device", "K")
    (link,) = re.findall(
        rf'class="why" href="([^"]+person=p{number})"', get(site, "persons/behind", **cell)
    )
    page = html.unescape(site.client.get(link, headers={"accept-language": "en"}).text)
    assert "Returned: Day 0" in page
    assert "To the query" in page
    other = get(site, "persons/why", "zh", **cell, person=f"p{site.house.person('device', 'L')}")
    assert "未计入" in other
    assert "所问的周期内未发生“加入购物车”。" in other
    events = {
        "kind": "events", "events": [{"event": "add_to_cart"}], "measures": [{"aggregate": "total"}],
        "from": DAY, "to": DAY,
    }  # fmt: skip
    row = {"question": json.dumps(events), "at": '["",{}]'}
    assert "Counted, with 1 event" in get(site, "persons/why", **row, person=f"p{number}")
    assert 'name="at" value="["",{}]"' in get(site, "persons/why", **row)


def sent(site: Site, value: str) -> Any:
    here = f"/a/{site.house.app.name}/persons/why"
    mark = re.search(r'name="csrf" value="([^"]+)"', get(site, "persons/why", question=TEXT))
    assert mark is not None
    body = urlencode({"question": TEXT, "csrf": mark[1], "type": "device", "value": value})
    head = {"content-type": "application/x-www-form-urlencoded", "accept-language": "en"}
    return site.client.post(here, content=body, headers=head, follow_redirects=False)


def test_anybody_can_be_asked_about(site: Site) -> None:
    """What was typed stands in no address; nobody found is said at the field."""
    site.house.load(happened("A: v0 c5. Z: p3", DAY))
    site.house.build()
    page = get(site, "funnels", question=TEXT)
    assert "Ask about one user" in page
    here, found = f"/a/{site.house.app.name}/persons/why", sent(site, "Z")
    number = site.house.person("device", "Z")
    assert (found.status_code, found.headers["location"]) == (
        303, f"{here}?{urlencode({'question': TEXT, 'person': f'p{number}'})}",
    )  # fmt: skip
    told = get(site, "persons/why", question=TEXT, person=f"p{number}")
    assert "Step 1 (Add to favorites) didn't happen in the period." in told
    for value in ("", "nobody-at-all"):
        assert 'aria-invalid="true"' in sent(site, value).text
