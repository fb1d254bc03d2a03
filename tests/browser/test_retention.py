"""Retention, stickiness and lifecycle in a real browser: asked by keyboard alone; their looks and axe, wide and on a
phone."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.looks import assert_looks_right
from tests.browser.test_event_management import pressed

pytestmark = pytest.mark.waits

HERE = "/a/cafe"


def asked(page: Page) -> dict[str, Any]:
    """The question in the address."""
    found: dict[str, Any] = json.loads(parse_qs(urlsplit(page.url).query)["question"][0])
    return found


def test_a_question_by_keyboard_alone(visit: Opener) -> None:
    """Who shared within weeks of a first visit, with a condition and a group; a missing event is told at its field."""
    seen = visit("desk", "en")
    page = seen.page
    page.goto(f"{seen.site.address}{HERE}/retention")
    page.locator('[name="s.0.event"]').focus()
    page.keyboard.type("page_view")
    page.locator('[name="s.1.which"]').focus()
    page.keyboard.type("An event")
    expect(page.locator('[name="s.1.event"]')).to_be_visible()
    page.get_by_label("Granularity").focus()
    page.keyboard.type("Week")
    pressed(page, "+ Field")
    page.keyboard.type("Province")
    page.locator('[name="s.1.event"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("form[aria-busy]", state="detached")
    wrong = page.locator('[name="s.1.event"]')
    expect(wrong).to_be_focused()
    expect(page.locator('[id="w-s.1.event"]')).to_have_text("Enter a value")
    page.keyboard.type("share")
    page.keyboard.press("Enter")
    page.wait_for_selector("#answered [data-state=shown]")
    found = asked(page)
    assert (found["first"], found["return"]) == ({"event": "page_view"}, {"event": "share"})
    assert (found["grain"], found["groups"]) == ("week", [{"field": "province"}])
    assert page.locator("#answered tbody tr").count() > 1
    seen.complaints[:] = [one for one in seen.complaints if "422" not in one]
    assert seen.complaints == []


WAYS = {
    "retention": {"kind": "retention", "groups": [{"field": "province"}], "grain": "week", "period": "30d"},
    "stickiness": {"kind": "stickiness", "period": "30d"},
    "lifecycle": {"kind": "lifecycle", "grain": "week", "period": "30d"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("size", "language", "theme"), [("desk", "en", "light"), ("phone", "zh", "dark")]
)
def test_every_look(visit: Opener, size: str, language: str, theme: str) -> None:
    """As they are opened, and with an answer: nothing is wider than the screen, and all is a thumb high."""
    seen = visit(size, language, theme)
    page = seen.page
    for name, question in WAYS.items():
        for query in ("", f"?question={quote(json.dumps(question))}#answer"):
            page.goto(f"{seen.site.address}{HERE}/{name}{query}")
            if query:
                page.wait_for_selector("#answered [data-state=shown]")
                expect(page.locator('[name="grain"]')).to_be_visible()
            assert_looks_right(page, name)
    assert seen.complaints == []
