"""What is printed is what the bar says, whole, within the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.conftest import Opener

pytestmark = pytest.mark.waits

A4 = {"width": 794 - 90, "height": 1123}
WIDER = """() => [...document.querySelectorAll('.card, canvas, table')]
    .filter((one) => one.offsetParent !== null && one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.className)"""


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_all_cards_come_without_being_looked_at(visit: Opener, size: str) -> None:
    page = visit(size, "en").open("/a/cafe/overview?filter=province:is:广东")
    page.wait_for_selector(".bones", state="detached")
    assert page.locator("lazy-card [data-state=shown]").count() == 4


def test_nothing_runs_past_the_paper(visit: Opener, tmp_path: Path) -> None:
    page = visit("desk", "en").open("/a/cafe/overview?measure=visits")
    page.wait_for_selector(".bones", state="detached")
    pdf = page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True, print_background=True)
    assert pdf.startswith(b"%PDF")
    page.set_viewport_size(A4)  # type: ignore[arg-type]
    page.emulate_media(media="print")
    assert page.evaluate(WIDER) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_table_keeps_to_its_card_and_the_moment_is_said(visit: Opener, language: str) -> None:
    page = visit("desk", language).open("/a/cafe/overview?view=table")
    page.set_viewport_size(A4)  # type: ignore[arg-type]
    page.emulate_media(media="print")
    table, card = (
        page.locator(f"#overview-trend {part}").bounding_box() for part in ("table", ".card")
    )
    assert table
    assert card
    assert table["x"] + table["width"] <= card["x"] + card["width"]
    said = page.locator("time-ago").evaluate("(e) => getComputedStyle(e, '::after').content")
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d \(Asia/Shanghai\)", said)


def test_figures_of_before_are_not_on_paper(visit: Opener) -> None:
    page = visit("desk", "en").open("/a/cafe/overview")
    page.route("**/overview/trend?period=7d", lambda route: None)
    page.get_by_role("link", name="7 days", exact=True).click()
    page.wait_for_selector("#overview-trend[data-old]")
    page.emulate_media(media="print")
    assert page.locator("#overview-trend line-chart").is_hidden()
    assert page.locator("#overview-trend footer").is_hidden()
