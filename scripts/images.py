"""Makes the pictures of the guide, in docs/images, from a demo of its own: `python scripts/images.py [FOLDER]`.

The demo is made from a fixed seed, so that pictures differ by their days and by what the console has become. It needs a
Chromium (scripts/debian.sh).
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext, sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
CHROMIUM = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
EVENTS = 200_000
FUNNEL = (
    '{"kind":"funnel","steps":[{"event":"page_view"},{"event":"add_to_cart"},{"event":"start_checkout"},'
    '{"event":"pay_success"}],"window":"1d","period":"30d"}'
)


@dataclass(frozen=True)
class Picture:
    """A page as it is looked at. `part`: only this element of it. `phone`: let in by a code, on a small screen."""

    path: str
    language: str
    theme: str
    part: str = ""
    phone: bool = False


#: Name of the file → what it shows. Pages without an app are of the whole server.
PICTURES = {
    "overview-light": Picture("overview?measure=visitors", "en", "light"),
    "overview-dark-zh": Picture("overview?measure=visitors", "zh", "dark"),
    "provinces": Picture("audience", "en", "light", "#audience-provinces .card"),
    "provinces-zh": Picture("audience", "zh", "light", "#audience-provinces .card"),
    "retention": Picture("traffic", "en", "light", "#traffic-retention .card"),
    "retention-zh": Picture("traffic", "zh", "light", "#traffic-retention .card"),
    "funnel": Picture(f"funnels?question={quote(FUNNEL)}", "en", "light", "#answered .card"),
    "funnel-zh": Picture(f"funnels?question={quote(FUNNEL)}", "zh", "light", "#answered .card"),
    "phone": Picture("overview?period=7d", "en", "light", phone=True),
    "phone-zh": Picture("overview?period=7d", "zh", "light", phone=True),
}


@contextmanager
def demo() -> Iterator[str]:
    """A demo that runs; the address by which one signs in."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        minilens = Path(sys.executable).parent / "minilens"
        command = [str(minilens), "demo", "--port", str(port), "--events", str(EVENTS)]
        # a phone needs an address that is not this machine's own
        told = {"MINILENS_DATA": folder, "MINILENS_PUBLIC_URL": f"http://minilens.example:{port}"}
        started = subprocess.Popen(
            command, env=os.environ | told, stdout=subprocess.PIPE, text=True, start_new_session=True
        )  # fmt: skip
        try:
            assert started.stdout
            said = next(line for line in started.stdout if "/sign-in?code=" in line)
            code = said.rpartition("/sign-in?code=")[2].strip()
            yield f"http://minilens.example:{port}/sign-in?code={code}"
        finally:
            os.killpg(started.pid, signal.SIGTERM)
            started.wait(30)


def main(folder: Path) -> int:
    """Make them all."""
    folder.mkdir(parents=True, exist_ok=True)
    with demo() as door, sync_playwright() as playwright:
        found = next(path for path in CHROMIUM if Path(path).exists())
        rules = "--host-resolver-rules=MAP minilens.example 127.0.0.1"
        browser = playwright.chromium.launch(
            executable_path=found, args=["--headless", "--no-sandbox", "--disable-gpu", rules]
        )
        owner = browser.new_context()
        page = owner.new_page()
        page.goto(door)
        page.locator("form button").first.click()
        page.wait_for_url("**/a/**")
        app = page.url.partition("/a/")[0] + "/a/" + page.url.partition("/a/")[2].partition("/")[0]
        for name, picture in PICTURES.items():
            take(browser, owner, f"{app}/", picture, folder / f"{name}.png")
        browser.close()
    print(f"{len(PICTURES)} pictures are in {folder}")
    return 0


def take(browser: Browser, owner: BrowserContext, app: str, picture: Picture, file: Path) -> None:
    """One of them."""
    width, height = (390, 780) if picture.phone else (1440, 900)
    if picture.part:
        width, height = 1280, 3000  # the bar that stays in sight would cover it
    seen = browser.new_context(
        viewport={"width": width, "height": height},
        storage_state=None if picture.phone else owner.storage_state(),
        color_scheme="dark" if picture.theme == "dark" else "light",
        locale="zh-CN" if picture.language == "zh" else "en-GB",
        reduced_motion="reduce",
    )
    page = seen.new_page()
    address = f"{app}{picture.path}"
    there = f"{address}{'&' if '?' in address else '?'}lang={picture.language}"
    page.goto(link(owner, app, there) if picture.phone else there)
    page.wait_for_url("**/a/**")
    page.wait_for_selector("[data-state]")
    if picture.part:
        page.locator(picture.part.partition(" ")[0]).scroll_into_view_if_needed()
        page.locator(f"{picture.part}[data-state]").wait_for()
    page.wait_for_selector("lazy-card[aria-busy]", state="detached")
    page.wait_for_timeout(1500)  # charts grow
    shot = page.locator(picture.part) if picture.part else page
    shot.screenshot(path=file)
    seen.close()


def link(owner: BrowserContext, app: str, view: str) -> str:
    """What the code shown to the owner says."""
    page = owner.new_page()
    page.goto(view)
    page.locator("[popovertarget=phone]").click()
    page.locator("#phone svg").wait_for()
    said = page.locator("#phone pre").text_content() or ""
    page.close()
    found = re.search(r"\S+/phone\?code=\S+", said)
    assert found
    return found[0]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES))
