"""Cohorts in a real browser before a real server, by keyboard alone, wide and on a phone: made in each way, used as a
filter, renamed, frozen, removed."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.browser.looks import assert_looks_right
from tests.browser.owner import PATIENCE, owner_at
from tests.serve.server import Server, key_of

pytestmark = pytest.mark.waits

HERE = "/a/shop/persons/cohorts"
#: So long ago that it was on a day before today, wherever the day begins.
DAYS_AGO = 3 * 86_400_000
#: As many as Tab may be pressed until a field of the page has the focus.
MOST_TABS = 250


def visited(one: Server, device: str, name: str, **props: Any) -> None:
    """A device opens a page, three days ago, and does something on it."""
    began = time.time_ns() // 1_000_000 - DAYS_AGO
    told = (
        {"n": name, "ty": "profile"}
        if name == "profile_set"
        else {"n": name, "p": "pages/a", "s": device}
    )
    events = [
        {"id": str(uuid.uuid4()), "n": "page_view", "t": began, "s": device, "p": "pages/a"},
        {"id": str(uuid.uuid4()), "t": began + 1, "pr": props, **told},
    ]
    body = {
        "v": 1, "k": key_of(one), "d": device, "sent": time.time_ns() // 1_000_000, "ev": events,
    }  # fmt: skip
    answer = httpx.post(f"{one.url}/v1/collect", json=body, timeout=60).json()
    assert answer["accepted"] == len(events), answer


@pytest.fixture(scope="module")
def shop(running: Server) -> Server:
    """Two add to their favourites, one of them is of level gold; a third only looks."""
    visited(running, "a", "add_favorite")
    visited(running, "b", "add_favorite")
    visited(running, "a", "profile_set", level="gold")
    visited(running, "c", "profile_set", level="silver")
    running.settle()
    return running


@pytest.fixture(params=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, shop: Server) -> Iterator[Page]:
    """A page of an owner, who complains about nothing."""
    with owner_at(browser, shop, request.param, "en-GB") as made:
        yield made


def reached(page: Page, wanted: Locator) -> Locator:
    """Press Tab until a field has the focus."""
    found = (
        wanted.element_handle()
    )  # looking for it by its role after each key takes ten times as long
    for _ in range(MOST_TABS):
        there, focused = found.evaluate("e => [e.isConnected, e === document.activeElement]")
        if focused:
            return wanted
        if not there:
            found = wanted.element_handle()
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by keyboard: {wanted}")


def typed(page: Page, field: Locator, text: str) -> None:
    """Replace what a field has."""
    reached(page, field)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def pressed(page: Page, button: Locator) -> None:
    """A button or a box, by the space bar."""
    reached(page, button)
    page.keyboard.press("Space")


def part(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title)


def row(page: Page, name: str) -> Locator:
    """The line of a cohort in the list."""
    return page.locator("ul.rows > li").filter(has=page.locator("a.named", has_text=name))


def make(page: Page, shop: Server, title: str, name: str) -> Locator:
    """Its form, with the name typed in."""
    page.goto(f"{shop.url}{HERE}")
    form = part(page, title)
    typed(page, form.get_by_label("Cohort name"), name)
    return form


def filtered_by(page: Page, shop: Server, name: str) -> str:
    """The address of a report under a filter by a cohort, added in the bar."""
    page.goto(f"{shop.url}/a/shop/overview?period=7d&compare=none&view=table")
    pressed(page, page.get_by_role("button", name="Filter", exact=True))
    editor = page.locator("#filter")
    reached(page, editor.get_by_label("Field"))
    page.keyboard.type("Cohort")
    pressed(page, editor.get_by_role("checkbox", name=name))
    pressed(page, editor.get_by_role("button", name="Add filter"))
    page.wait_for_url("**filter=cohort**")
    expect(page.locator(".chip:not([hidden])")).to_contain_text(
        f"Cohort is {name}", timeout=PATIENCE
    )
    return page.url


def figures(page: Page) -> list[str]:
    """What the table of the trend says."""
    page.wait_for_selector("#overview-trend [data-state=shown]")
    page.wait_for_selector("lazy-card[aria-busy]", state="detached")
    return page.locator("#overview-trend tbody td").all_inner_texts()


def by_what_users_did(page: Page, shop: Server, name: str) -> None:
    form = make(page, shop, "By what users did", name)
    typed(page, form.get_by_label("Event", exact=True), "add_favorite")
    pressed(page, form.get_by_label("Live: computed again"))
    pressed(page, form.get_by_role("button", name="Create cohort"))
    expect(row(page, name)).to_contain_text("2 users", timeout=PATIENCE)


def by_a_property(page: Page, shop: Server, name: str) -> None:
    form = make(page, shop, "By a property of users", name)
    typed(page, form.get_by_label("Property"), "level")
    typed(page, form.get_by_label("Value"), "gold")
    pressed(page, form.get_by_role("button", name="Create cohort"))
    expect(row(page, name)).to_contain_text("1 user", timeout=PATIENCE)


def of_a_list(page: Page, shop: Server, name: str) -> None:
    form = make(page, shop, "From a list of identities", name)
    text = "device\na\nc\nnobody\n"
    file = FilePayload(name="list.csv", mimeType="text/csv", buffer=text.encode())
    form.get_by_label("Choose a CSV file").set_input_files(file)
    expect(form.get_by_label("Identities")).to_have_value(text, timeout=PATIENCE)
    pressed(page, form.get_by_role("button", name="Create cohort"))
    expect(page.get_by_role("status")).to_contain_text("nobody", timeout=PATIENCE)
    expect(row(page, name)).to_contain_text("2 users", timeout=PATIENCE)


def in_two(page: Page, shop: Server, name: str, one: str, other: str) -> None:
    form = make(page, shop, "Of other cohorts", name)
    reached(page, form.get_by_label("Condition"))
    page.keyboard.type("In all")
    inside = form.get_by_role("group", name="In", exact=True)
    pressed(page, inside.get_by_label(one))
    pressed(page, inside.get_by_label(other))
    pressed(page, form.get_by_role("button", name="Create cohort"))
    expect(row(page, name)).to_contain_text("1 user", timeout=PATIENCE)


def renamed_and_frozen(page: Page, shop: Server, name: str, later: str) -> None:
    page.goto(f"{shop.url}{HERE}")
    edit = row(page, name)
    pressed(page, edit.get_by_label(f"Edit: {name}"))
    typed(page, edit.get_by_label("Chinese name"), later)
    typed(page, edit.get_by_label("English name"), later)
    pressed(page, edit.get_by_label("Live: computed again"))
    pressed(page, edit.get_by_role("button", name="Save", exact=True))
    expect(row(page, later)).to_contain_text("Frozen", timeout=PATIENCE)


def removed(page: Page, shop: Server, name: str) -> None:
    page.goto(f"{shop.url}{HERE}")
    pressed(page, page.get_by_label(f"Remove: {name}"))
    pressed(page, row(page, name).get_by_role("button", name="Remove", exact=True))
    expect(row(page, name)).to_have_count(0, timeout=PATIENCE)


def test_made_used_renamed_frozen_and_removed(page: Page, shop: Server) -> None:
    """What was a filter by the old name is one by the new."""
    mark = uuid.uuid4().hex[:6]
    fans, gold, known, both, later = (
        f"{one} {mark}" for one in ("Fans", "Gold", "Known", "Both", "Friends")
    )
    by_what_users_did(page, shop, fans)
    by_a_property(page, shop, gold)
    of_a_list(page, shop, known)
    in_two(page, shop, both, fans, known)
    filtered = filtered_by(page, shop, fans)
    before = figures(page)
    assert "2" in before
    renamed_and_frozen(page, shop, fans, later)
    expect(row(page, both)).to_contain_text(later, timeout=PATIENCE)
    page.goto(filtered)
    expect(page.locator(".chip:not([hidden])")).to_contain_text(
        f"Cohort is {later}", timeout=PATIENCE
    )
    assert figures(page) == before
    for name in (both, later, gold, known):
        removed(page, shop, name)


def test_wrong_forms_say_what_is_missing(page: Page, shop: Server) -> None:
    """The field, in words; nothing overflows, every control is a thumb high on a phone."""
    made = f"One {uuid.uuid4().hex[:6]}"
    form = make(page, shop, "From a list of identities", made)
    typed(page, form.get_by_label("Identities"), "device=a")
    pressed(page, form.get_by_role("button", name="Create cohort"))
    expect(row(page, made)).to_contain_text("1 user", timeout=PATIENCE)
    form = make(page, shop, "Of other cohorts", "Nobody")
    pressed(page, form.get_by_role("button", name="Create cohort"))
    expect(part(page, "Of other cohorts").get_by_role("alert")).to_have_text(
        "Choose at least one cohort", timeout=PATIENCE
    )
    form = make(page, shop, "By a property of users", "Empty")
    typed(page, form.get_by_label("Property"), "level")
    pressed(page, form.get_by_role("button", name="Create cohort"))
    expect(part(page, "By a property of users").get_by_role("alert")).to_be_visible(
        timeout=PATIENCE
    )
    assert_looks_right(page, HERE)
    removed(page, shop, made)
