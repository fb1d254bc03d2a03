"""The comparison on the same weekdays: in the bar, on the card, by API and by command."""

from __future__ import annotations

import html
import re
from datetime import date

from litestar import Litestar
from litestar.testing import TestClient

Client = TestClient[Litestar]
TREND = "/a/cafe/overview/trend"
READER = {"Authorization": "Bearer reader"}
DAYS = "from=2026-11-02&to=2026-11-08"


def test_the_menu_turns_it_on_and_off(owner: Client) -> None:
    page = html.unescape(owner.get("/a/cafe/overview?lang=en&period=7d").text)
    assert (
        '<a class="apart" href="?period=7d&match=weekdays" aria-label="Match weekdays: off">'
        in page
    )
    page = html.unescape(owner.get("/a/cafe/overview?lang=en&period=7d&match=weekdays").text)
    assert '<a class="apart" href="?period=7d" aria-label="Match weekdays: on">' in page
    assert "Previous period · by weekday" in page
    assert f'src="{TREND}?period=7d&match=weekdays"' in page
    for none in ("compare=none", "period=year_to_date&grain=month", "compare_from=2026-01-01"):
        assert 'class="apart"' not in owner.get(f"/a/cafe/overview?{none}").text
    assert 'class="apart"' in owner.get("/a/cafe/live?compare=day").text


def test_the_card_says_which_days_are_compared(owner: Client) -> None:
    card = owner.get(f"{TREND}?{DAYS}&compare=year&match=weekdays&lang=en").text
    assert "compared with 3 Nov 2025 – 9 Nov 2025 (same weekdays, Mon – Sun)" in card
    card = owner.get(f"{TREND}?{DAYS}&compare=year&match=weekdays&lang=zh").text
    assert "对比 2025年11月3日 – 2025年11月9日（同星期，周一 – 周日）" in card
    assert "same weekdays" not in owner.get(f"{TREND}?{DAYS}&compare=year&lang=en").text


def test_programs_ask_for_it(stranger: Client) -> None:
    address = f"/api/v1/apps/cafe/reports/overview.trend?{DAYS}&compare=month&match=weekdays"
    compared = stranger.get(address, headers=READER).json()["compared"]
    assert (compared["from"], compared["to"]) == ("2026-10-05", "2026-10-11")
    assert date.fromisoformat(compared["from"]).weekday() == date(2026, 11, 2).weekday()
    wrong = stranger.get(address.replace("match=weekdays", "match=weekday"), headers=READER).json()
    assert (wrong["field"], wrong["hint"]) == ("match", "weekdays")


def test_the_address_for_programs_carries_it(owner: Client) -> None:
    card = html.unescape(owner.get(f"{TREND}?{DAYS}&match=weekdays").text)
    found = re.search(r'"(http[^"]*/api/v1/[^"]*)"', card)
    assert found
    assert "match=weekdays" in found[1]
    plain = html.unescape(owner.get(f"{TREND}?{DAYS}").text)
    assert "match=" not in re.search(r'"(http[^"]*/api/v1/[^"]*)"', plain)[1]  # type: ignore[index]
