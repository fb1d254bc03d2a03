"""axe-core looks at the pages: nothing serious or critical, at both widths, in both languages and themes."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from minilens.period import now, today
from tests.browser.conftest import Opener
from tests.browser.everywhere import at_both_ends
from tests.browser.looks import AXE, violations, wider
from tests.web.cast import CAFE

pytestmark = pytest.mark.waits


def test_the_checker_is_the_one_listed() -> None:
    listed = AXE.with_name("VENDOR.md").read_text("utf-8")
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() in listed


@at_both_ends
def test_overview(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    page = seen.open("/a/cafe/overview?filter=province:is:广东&measure=visits")
    seen.through()
    assert violations(page) == []
    page.locator("[popovertarget=filter]").click()
    page.locator(".suggested:not([aria-busy]) input").first.wait_for()
    page.wait_for_timeout(250)  # until it is no longer dimmed
    assert violations(page) == []


@at_both_ends
def test_live(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    address = "/a/cafe/live?filter=province:is:广东&compare=week&page=pages/menu/menu"
    page = seen.open(address, "live-visits")
    seen.through()
    page.locator(".events li").first.wait_for()
    assert violations(page) == []
    page.locator("[popovertarget=filter]").click()
    page.locator(".suggested:not([aria-busy]) input").first.wait_for()
    page.wait_for_timeout(250)  # until it is no longer dimmed
    assert violations(page) == []


@pytest.mark.parametrize(("size", "theme"), [("desk", "light"), ("phone", "dark")])
def test_annotations_and_the_guide(visit: Opener, size: str, theme: str) -> None:
    seen = visit(size, "zh", theme)
    day = today(CAFE.timezone) - timedelta(days=5)
    seen.site.theatre.records.annotations.create(CAFE.id, day, "双十一", now=now(), by=1)
    page = seen.open("/a/cafe/overview?view=table")
    page.get_by_role("button", name="添加标注", exact=True).click()
    page.locator(".annotations").wait_for()
    assert violations(page) == []
    page.goto(f"{seen.site.address}/guide/report")
    assert violations(page) == []
    wide = wider(page)
    assert wide <= 0
    assert seen.complaints == []


def test_a_wrong_script_would_be_seen(visit: Opener) -> None:
    """The checker does find what is wrong: a button without a name."""
    page = visit("desk", "en").open("/a/cafe/overview")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any("button-name" in one for one in violations(page))
