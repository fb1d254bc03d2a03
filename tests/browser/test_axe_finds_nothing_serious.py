"""axe-core looks at the pages: nothing serious or critical, at both widths, in both languages and themes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.browser.conftest import Opener

pytestmark = pytest.mark.serial

VENDOR = Path(__file__).parent / "vendor"
AXE = VENDOR / "axe-4.11.0.min.js"

RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" … ")}`)"""


def test_the_checker_is_the_one_listed() -> None:
    listed = (VENDOR / "VENDOR.md").read_text("utf-8")
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() in listed


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_overview(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    page = seen.open("/a/cafe/overview?filter=province:is:广东&measure=visits")
    seen.through()
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(RUN) == []
    page.locator("[popovertarget=filter]").click()
    page.locator(".suggested input").first.wait_for()
    assert page.evaluate(RUN) == []


def test_a_wrong_script_would_be_seen(visit: Opener) -> None:
    """The checker does find what is wrong: a button without a name."""
    page = visit("desk", "en").open("/a/cafe/overview")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    page.evaluate(AXE.read_text("utf-8"))
    assert any("button-name" in one for one in page.evaluate(RUN))
