"""The keys of the console, in the one table from which the dialog is written and by which its rows are pressed.

Each row of the dialog is the link or button that its key stands for, so that a key cannot do anything else.
"""

from __future__ import annotations

from dataclasses import dataclass

from minilens.period import CALENDAR, RECENT
from minilens.records.store import Account
from minilens.render.i18n import translate
from minilens.reports.kinds.days import DaysRequest
from minilens.reports.parameters import SPANS
from minilens.reports.request import ReportRequest
from minilens.reports.tabs import TABS
from minilens.text import Language
from minilens.web.console import App
from minilens.web.reports.toolbar import preset

#: Preset → its key; the same in every tab that has it.
PERIODS = {
    "today": "t", "yesterday": "y", "7d": "w", "30d": "m", "90d": "q",
    "this_week": "i", "last_week": "o", "this_month": "n", "last_month": "b", "year_to_date": "d", "all": "a",
    "1h": "h", "6h": "j", "12h": "k", "24h": "l",
}  # fmt: skip
#: Key → how it is printed, where that is not the letter itself.
PRINTED = {"ArrowLeft": "←", "ArrowRight": "→", "Escape": "Esc", "mod+k": "Ctrl K"}


@dataclass(frozen=True)
class Shortcut:
    """A key, as the browser calls it, and what it does: an address, or a deed of the script (`does`)."""

    key: str
    title: str
    href: str = ""
    does: str = ""
    plain: bool = False

    @property
    def printed(self) -> str:
        """As it stands on the keyboard."""
        return PRINTED.get(self.key, self.key.upper())


@dataclass(frozen=True)
class Group:
    """Keys under a heading."""

    title: str
    keys: tuple[Shortcut, ...]


def shortcuts(
    app: App,
    language: Language,
    state: ReportRequest | None = None,
    *,
    account: Account | None,
    phone: bool = False,
) -> tuple[Group, ...]:
    """Those of a page for whoever looks; without a state those of a page without figures."""
    _ = translate(language)
    found = [
        Group(_("Anywhere"), anywhere(language, state)),
        Group(_("Pages"), tabs(app, language, state, account=account, phone=phone)),
    ]
    if state:
        found.insert(1, Group(_("Period"), periods(state, language)))
    return tuple(found)


def anywhere(language: Language, state: ReportRequest | None) -> tuple[Shortcut, ...]:
    """Those that need no figures, and those of any figures."""
    _ = translate(language)
    found = [
        Shortcut("mod+k", _("Go to a page, report, app or measure"), does="palette"),
        Shortcut("/", _("Search"), does="search"),
        Shortcut("?", _("Keyboard shortcuts"), does="keys"),
    ]
    if state is None:
        return tuple(found)
    cleared = Shortcut(
        "Escape", _("Undo zoom, then clear filters and searches"), state.cleared(), does="clear"
    )
    if not can_compare(state):
        return (*found, cleared)
    compared = state.beside("none" if state.compares else "previous")
    return (*found, Shortcut("x", _("Turn comparison on or off"), compared), cleared)


def can_compare(state: ReportRequest) -> bool:
    """Whether there is anything to turn on or off: nothing lies before all there is."""
    takes = state.report.kind.takes("compare")
    return takes and (state.compares or state.period != "all")


def periods(state: ReportRequest, language: Language) -> tuple[Shortcut, ...]:
    """The presets of the page, and the periods beside the one that is shown."""
    _ = translate(language)
    names = (*RECENT, *CALENDAR, "all") if isinstance(state, DaysRequest) else tuple(SPANS)
    found = [Shortcut(PERIODS[one], preset(one, language), state.over(one)) for one in names]
    sides = (
        ("ArrowLeft", _("The period before"), state.next_to(-1)),
        ("ArrowRight", _("The period after"), state.next_to(1)),
    )
    return (*found, *(Shortcut(key, title, href) for key, title, href in sides if href))


def tabs(
    app: App,
    language: Language,
    state: ReportRequest | None,
    *,
    account: Account | None,
    phone: bool,
) -> tuple[Shortcut, ...]:
    """The pages of the rail by their place in it, and those without figures."""
    _ = translate(language)
    carried = state.carried() if state else ""
    there = [one for one in TABS if one.cards and one.listed]
    found = [
        Shortcut(str(n), one.title.of(language), f"/a/{app.name}/{one.name}{carried}")
        for n, one in enumerate(there[:9], 1)
    ]
    if not phone:
        home = Shortcut("0", _("My home"), f"/a/{app.name}/home", plain=True)
        found.append(home)
    own = [
        one
        for one in TABS
        if one.own and not phone and account is not None and account.may(one.right, app.id)
    ]
    return (
        *found,
        *(
            Shortcut(one.key, one.title.of(language), f"/a/{app.name}/{one.name}", plain=True)
            for one in own
        ),
    )
