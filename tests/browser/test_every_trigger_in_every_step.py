"""Every trigger and every source starts, collects and reports: from the form to what phones send."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from minilens.records.plan_rules import TRIGGERS
from tests.browser.test_from_the_form_to_the_figures import (
    CELL,
    CELLS,
    DETAIL,
    HOME,
    MOMENTS,
    TAPS,
    VALUES,
    WALK,
    WHERE,
    as_read,
    define,
    newest,
    page,
    phone,
    press,
    shop,
    walked,
)
from tests.serve.server import Server
from tests.tracker.test_a_plan_changes_what_phones_send import Phone

__all__ = ["page", "phone", "shop"]

pytestmark = pytest.mark.waits


def in_steps(tap: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """An event in which a tap that reads sources starts, collects or reports."""
    opens = {"trigger": "pageLoad", "page": HOME, "action": "start"}
    bought = {"trigger": "click", "page": DETAIL, "element": "#buy", "action": "report"}
    steps = [tap | {"action": kind}]
    return [*([opens] if kind != "start" else []), *steps, *([bought] if kind != "report" else [])]


#: The triggers as the walk meets them; the launch was before.
MET = (
    "click", "leavePage", "pageLoad", "pageUnload", "pullDownRefresh", "share", "background", "foreground", "enterPage",
    "switchTab",
)  # fmt: skip
#: Who shared → how often in the walk: from the menu each time it is gone, once by a button.
SHARED = {"menu": 2, "button": 1, "any": 3}
BUTTON = ('page ["onShareAppMessage", {"from": "button"}]',)
ROLES = ("start", "collect", "report")
#: What starts, collects and reports: each three that follow each other, and a launch, which nothing comes before.
CHAINS = (
    *((MET[n], MET[(n + 1) % len(MET)], MET[(n + 2) % len(MET)]) for n in range(len(MET))),
    ("launch", "click", "leavePage"),
    ("background", "foreground", "launch"),
)


def chain(three: tuple[str, ...]) -> list[dict[str, Any]]:
    """Its three actions."""
    return [
        {"trigger": trigger, "action": role, "page": WHERE.get(trigger, ("", ""))[0],
         "element": WHERE.get(trigger, ("", ""))[1], "data": {role: f'"{trigger}"'}}
        for role, trigger in zip(ROLES, three, strict=True)
    ]  # fmt: skip


def by_the_rules(actions: list[dict[str, Any]], fired: list[str]) -> list[dict[str, str]]:
    """What step by step sends of moments that fired, by the rules alone."""
    begun: dict[str, str] | None = None
    sent: list[dict[str, str]] = []
    for moment in fired:
        for one in (action for action in actions if action["trigger"] == moment):
            if one["action"] == "start":
                begun = {}
            if begun is None:
                continue
            begun[one["action"]] = moment
            if one["action"] == "report":
                sent.append(begun)
                begun = None
    return sent


@pytest.mark.long
def test_every_trigger_and_every_source_starts_collects_and_reports(
    shop: Server, page: Page, phone: Phone
) -> None:
    """The walk is gone twice in one launch, so that what comes last is followed by what comes first."""
    define(page, shop, "every_moment", "每个时机", MOMENTS, {"which": "text"})
    press(page, "Save and publish")
    for n, three in enumerate(CHAINS):
        define(page, shop, f"chain_{n}", f"接力{n}", chain(three), dict.fromkeys(ROLES, "text"))
        press(page, "Save and publish")
    types = {name: one[1] for name, one in {**VALUES, **CELL}.items()}
    for kind in ROLES:
        for name, tap in (("in", TAPS[0]), ("cell", CELLS[0])):
            define(page, shop, f"{name}_{kind}", f"{name}分步{kind}", in_steps(tap, kind), types)
            press(page, "Save and publish")
    for who in SHARED:
        action = {"trigger": "share", "from": who, "data": {"which": f'"{who}"'}}
        define(page, shop, f"shared_{who}", f"分享{who}", [action], {"which": "text"})
        press(page, "Save and publish")
    page.wait_for_url("**/manage?done=published")

    home = (f'phone ["route", "switchTab", {{"url": "/{HOME}"}}]',)
    sent = walked(phone, newest(shop), (*WALK, *home, *BUTTON, *WALK))
    # the launch was before the walk, and is not among what was sent in it
    fired = [
        "launch",
        *(one["pr"]["which"] for one in sent["every_moment"] if one["pr"]["which"] != "launch"),
    ]
    assert set(fired) == set(TRIGGERS)
    played: set[tuple[str, str]] = set()
    for n, three in enumerate(CHAINS):
        meant = by_the_rules(chain(three), fired)
        assert [one["pr"] for one in sent.get(f"chain_{n}", [])] == meant, three
        played |= {told for one in meant for told in one.items()}
    assert played == {(role, one) for role in ROLES for one in MET} | {("start", "launch")}
    for kind in ROLES:
        as_read(sent[f"in_{kind}"][0]["pr"])
        assert sent[f"cell_{kind}"][0]["pr"] == {name: one[2] for name, one in CELL.items()}
    assert {who: len(sent[f"shared_{who}"]) for who in SHARED} == SHARED
