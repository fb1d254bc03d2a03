"""Windows of the browser, used by one test after another.

A new window costs more processor time than most tests: its process, its cache, its compiled scripts. So a
window is kept with its one page, and what a test has done to it is taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page

SIZES = {"desk": (1440, 980), "phone": (360, 740)}


@dataclass(frozen=True)
class Look:
    """How somebody looks at the console. `moves`: they have not asked for less motion."""

    size: str
    language: str
    theme: str
    moves: bool = False


@dataclass
class Window:
    """A window with one page. `kept`: another test may have it afterwards."""

    look: Look
    page: Page
    kept: bool = True
    _heard: list[tuple[str, Callable[[Any], None]]] = field(default_factory=list)

    def listen(self, event: str, hear: Callable[[Any], None]) -> None:
        """Hear what the page says, until the window is given back."""
        self.page.on(event, hear)  # type: ignore[call-overload]
        self._heard.append((event, hear))

    def clear(self) -> None:
        """Take back what a test has done to it; whatever it listened to ends."""
        context, page = self.page.context, self.page
        for event, hear in self._heard:
            page.remove_listener(event, hear)
        self._heard.clear()
        for other in context.pages:
            if other != page:
                other.close()
        page.unroute_all(behavior="ignoreErrors")
        context.set_offline(False)
        context.clear_permissions()
        page.goto("about:blank")
        context.clear_cookies()
        width, height = SIZES[self.look.size]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(media="null", color_scheme=_scheme(self.look))


class Windows:
    """Those that no test has just now."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[Look, list[Window]] = {}

    def new(self, look: Look) -> Window:
        """A window that nobody has had and nobody will have."""
        width, height = SIZES[look.size]
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN" if look.language == "zh" else "en-GB",
            color_scheme=_scheme(look),
            reduced_motion="no-preference" if look.moves else "reduce",
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        return Window(look, page, kept=False)

    def take(self, look: Look) -> Window:
        """A window that looks like this."""
        free = self._free.setdefault(look, [])
        window = free.pop() if free else self.new(look)
        window.kept = True
        return window

    def give_back(self, window: Window) -> None:
        """For the next; one that is not kept, or whose page is gone, is closed."""
        if window.kept and not window.page.is_closed():
            window.clear()
            self._free[window.look].append(window)
        else:
            window.page.context.close()


def _scheme(look: Look) -> Any:
    return "dark" if look.theme == "dark" else "light"
