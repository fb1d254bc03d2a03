"""What is wrong with how a page looks, whatever it shows: too wide, too small for a thumb, or closed to a reader."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.examples import at_length

AXE = Path(__file__).parent / "vendor" / "axe-4.11.0.min.js"
_SERIOUS = """async (rules) => (await axe.run(document, { resultTypes: ["violations"], rules })).violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" … ")}`)"""
#: Figures that open users, and hints, have a thumb's height in what stands around them, no part of their box.
_SMALL = """[...document.querySelectorAll('a, button, summary, select, input')]
    .filter((e) => !e.matches('[type=hidden], [type=checkbox], [type=radio]'))
    .filter((e) => e.checkVisibility() && !e.closest('[popover]') && !e.matches('.skip, .hint'))
    .filter((e) => (e.matches('button.persons')
        ? parseFloat(getComputedStyle(e, '::after').height) : e.getBoundingClientRect().height) < 39.5)
    .map((e) => e.outerHTML.slice(0, 100))"""
_LOOK = """() => [innerWidth < 600 ? "phone" : "desk", document.documentElement.lang.slice(0, 2),
    matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"].join("-")"""
#: By test, page and theme: the look in which its colours were asked for.
_coloured: dict[tuple[str, str], str] = {}


def wider(page: Page) -> int:
    """Pixels by which what the page shows is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def too_small(page: Page) -> list[str]:
    """What is to be tapped and less than a thumb high, as HTML."""
    found: list[str] = page.evaluate(_SMALL)
    return found


def violations(page: Page, *, colours: bool = True) -> list[str]:
    """What axe-core finds serious or critical: the rule, and where; without `colours` not whether texts stand out from
    their ground."""
    page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(_SERIOUS, {"color-contrast": {"enabled": colours}})
    return found


def _of_a_new_theme(page: Page, what: Any) -> bool:
    """Whether this page of a test that is run in every look is looked at in its theme for the first time.

    Its colours are the theme's, whatever its size and language, and axe-core takes as long for them as for all else."""
    look: str = page.evaluate(_LOOK)
    test = os.environ["PYTEST_CURRENT_TEST"]
    if at_length() or look not in test:
        return True
    return (
        _coloured.setdefault((test.replace(look, look.rpartition("-")[2]), str(what)), look) == look
    )


def assert_looks_right(page: Page, what: Any) -> None:
    """Fails with `what` it is that looks wrong; MINILENS_PICTURES names a folder that keeps a picture of each."""
    assert wider(page) <= 0, what
    small = too_small(page) if page.evaluate("innerWidth < 600") else []
    assert small == [], (what, small)
    serious = violations(page, colours=_of_a_new_theme(page, what))
    assert serious == [], (what, serious)
    if folder := os.environ.get("MINILENS_PICTURES"):
        name = "-".join(part for part in str(what).replace("?", "/").split("/") if part) or "page"
        page.screenshot(path=f"{folder}/{name[:60]}-{page.evaluate(_LOOK)}.png", full_page=True)
