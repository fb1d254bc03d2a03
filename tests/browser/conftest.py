"""A real browser before a real server over the fixed cast."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from minilens.web.reports.pollers import Streams
from tests.web.cast import Theatre
from tests.web.sites import site as free_site

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SIZES = {"desk": (1440, 980), "phone": (360, 740)}


@dataclass
class Site:
    """Where the server listens, the stage behind it, and who listens to the newest events."""

    address: str
    theatre: Theatre
    streams: Streams


@dataclass
class Visit:
    """A page someone has opened, and what its console complained about."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str, card: str = "overview-trend") -> Page:
        """Go there and wait until the card has come, with those in sight."""
        self.page.goto(self.site.address + path)
        self.page.wait_for_selector(f"#{card} [data-state]")
        self.page.wait_for_selector("lazy-card[aria-busy]", state="detached")
        return self.page

    def through(self) -> Page:
        """Look at the whole page, so that every card comes."""
        self.page.evaluate(
            """async () => { for (let y = 0; y < document.body.scrollHeight; y += 300) {
                scrollTo(0, y); await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go))) }
                scrollTo(0, 0) }"""
        )
        self.page.wait_for_selector(".bones", state="detached")
        return self.settled()

    def settled(self) -> Page:
        """Wait until no card is being fetched."""
        self.page.wait_for_timeout(50)
        self.page.wait_for_selector("lazy-card[aria-busy], .htmx-request", state="detached")
        return self.page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def site() -> Iterator[Site]:
    theatre = Theatre()
    with free_site(theatre.console()) as app, socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
        config = uvicorn.Config(app, log_level="warning", lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield Site(f"http://127.0.0.1:{port}", theatre, app.state["streams"])
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()
    theatre.close()


Opener = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Opener]:
    """TokenGrant a signed-in context: `visit("phone", "en", "dark")`."""
    contexts: list[BrowserContext] = []

    def opened(
        size: str = "desk", language: str = "zh", theme: str = "light", who: str = "owner"
    ) -> Visit:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN" if language == "zh" else "en-GB",
            color_scheme="dark" if theme == "dark" else "light",
        )
        contexts.append(context)
        visit = Visit(context.new_page(), site)
        visit.page.set_default_timeout(20_000)
        visit.page.on("console", lambda m: complain(visit, m.type, m.text))
        visit.page.on("pageerror", lambda error: complain(visit, "error", str(error)))
        visit.page.goto(f"{site.address}/sign-in?code={site.theatre.code(who)}&next=/healthz")
        visit.page.locator("main button").click()
        visit.page.wait_for_url(f"{site.address}/healthz")
        return visit

    yield opened
    for context in contexts:
        context.close()


def complain(visit: Visit, kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        visit.complaints.append(f"{kind}: {text}")
