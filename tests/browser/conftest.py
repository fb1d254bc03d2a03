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
from litestar import Litestar
from playwright.sync_api import Browser, Page, sync_playwright

from minilens.period import now
from minilens.web.auth.guard import COOKIE
from minilens.web.console import Console
from minilens.web.reports.pollers import Streams
from tests.browser.windows import Look, Window, Windows
from tests.serve.server import Server, server
from tests.web.cast import Theatre
from tests.web.sites import begin_anew
from tests.web.sites import site as free_site

#: Chromium without the browser around the page takes little more than half of the processor time.
CHROMIUM = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


#: Cells of tables that a style made something else: they no longer fill their column, and their text is cut.
NO_CELLS = """[...document.querySelectorAll('tr > *')]
    .filter((cell) => getComputedStyle(cell.parentElement).display === 'table-row')
    .filter((cell) => !['table-cell', 'none'].includes(getComputedStyle(cell).display))
    .map((cell) => `no cell of its table: ${cell.outerHTML.slice(0, 80)}`)"""


@dataclass(frozen=True)
class Served:
    """A server that listens, its site, and the console that the site holds."""

    address: str
    server: uvicorn.Server
    app: Litestar
    held: Console


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
        self.settled()
        self.complaints += self.page.evaluate(NO_CELLS)
        return self.page

    def settled(self) -> Page:
        """Wait until no card is being fetched."""
        self.page.wait_for_timeout(50)
        self.page.wait_for_selector("lazy-card[aria-busy], .htmx-request", state="detached")
        return self.page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    there = [path for path in CHROMIUM if path.exists()]
    if not there:
        pytest.skip(f"there is no {CHROMIUM[0]}")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=there[0], args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """One server for all tests of the process: a window that it has filled once need not fetch the files again."""
    theatre = Theatre()
    with free_site(theatre.console()) as app, socket.socket() as door:
        held: Console = app.state["console"]
        theatre.close()
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield Served(f"http://127.0.0.1:{port}", server, app, held)
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server of this process, with its warehouse and an app named `shop`: others are made by who needs them."""
    data = tmp_path_factory.mktemp("running") / "data"
    with server(data, MINILENS_WEBHOOK_NETWORKS="127.0.0.0/8") as one:
        yield one


@pytest.fixture
def site(served: Served) -> Iterator[Site]:
    """The site over a cast of this test alone."""
    theatre = Theatre()
    begin_anew(served.app, served.held, theatre.console())
    streams: Streams = served.app.state["streams"]
    yield Site(served.address, theatre, streams)
    until = time.monotonic() + 60
    while streams.listeners or served.server.server_state.tasks:
        assert time.monotonic() < until, "somebody still asks or listens to the test before"
        time.sleep(0.01)
    theatre.close()


Opener = Callable[..., Visit]


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    """The windows of this process."""
    return Windows(browser)


@pytest.fixture
def visit(windows: Windows, site: Site) -> Iterator[Opener]:
    """Opens a signed-in window: `visit("phone", "en", "dark")`.

    `fresh`: one of its own, for what cannot be taken back: scripts put into every page, a clock. `moves`: of
    somebody who has not asked their system for less motion.
    """
    taken: list[Window] = []

    def opened(
        size: str = "desk", language: str = "zh", theme: str = "light", who: str = "owner",
        *, fresh: bool = False, moves: bool = False,
    ) -> Visit:  # fmt: skip
        look = Look(size, language, theme, moves=moves)
        window = windows.new(look) if fresh else windows.take(look)
        taken.append(window)
        visit = Visit(window.page, site)
        window.listen("console", lambda m: complain(visit, m.type, m.text))
        window.listen("pageerror", lambda error: complain(visit, "error", str(error)))
        theatre = site.theatre
        secret = theatre.records.sessions.create(theatre.number(who), now=now())
        window.page.context.add_cookies([{"name": COOKIE, "value": secret, "url": site.address}])
        visit.page.goto(f"{site.address}/healthz")
        visit.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        return visit

    yield opened
    for window in taken:
        windows.give_back(window)


def complain(visit: Visit, kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        visit.complaints.append(f"{kind}: {text}")
