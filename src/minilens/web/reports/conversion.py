"""What a card about campaigns offers besides its rows: events that can count as a conversion, and where rows lead."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.filters import Condition, write
from minilens.records.store import Records
from minilens.reference.events import TECHNICAL
from minilens.reference.link_codes import is_code
from minilens.reports import find
from minilens.reports.event_names import events
from minilens.reports.kinds.breakdown import BreakdownRequest
from minilens.reports.kinds.campaigns import OfCampaigns
from minilens.reports.kinds.costs import CostsRequest
from minilens.reports.request import ReportRequest
from minilens.text import Language

#: Rows of these lead to the page of a campaign, or of a link.
_LEADING = ("campaign", "link")


def offered(
    records: Records, app: int, state: ReportRequest, language: Language
) -> list[tuple[str, str]]:
    """Events by name and title, the one that counts among them; nothing of a card that counts none. May block."""
    if not isinstance(state, OfCampaigns) or state.report.name.endswith(".trend"):
        return []
    return _events(records, app, state.earns.event, language)


@dataclass(frozen=True)
class Counted:
    """What the form of a page about costs offers: events that can count as a conversion by name and title, what the
    chosen one is called, the currencies that have costs, the chosen one among them, and that one."""

    events: list[tuple[str, str]]
    event: str
    currencies: list[str]
    currency: str


def counted(records: Records, app: int, state: ReportRequest, language: Language) -> Counted | None:
    """Of a page about costs; None of others. May block."""
    if not isinstance(state, CostsRequest):
        return None
    every = _events(records, app, state.earns.event, language)
    currency = state.earns.currency or records.rates.of(app).currency
    currencies = sorted({*records.costs.currencies(app), currency})
    return Counted(every, dict(every)[state.earns.event], currencies, currency)


def _events(records: Records, app: int, chosen: str, language: Language) -> list[tuple[str, str]]:
    named = events(records, app)
    titles = {name: text.of(language) for name, text in named.items() if name not in TECHNICAL}
    return list((titles | {chosen: titles.get(chosen, chosen)}).items())


def leads_to(app: str, state: ReportRequest, value: str) -> str:
    """The page about a row that is a campaign or one of its links; nothing of other rows."""
    if not isinstance(state, BreakdownRequest) or not value:
        return ""
    if state.report.name == "traffic.scans" and is_code(value):
        only = write((Condition(DIMENSIONS["link"], "is", (value,)),))
        more = urlencode({"trend.by": "link", "list.by": "link", "filter": only})
        over = state.of(find("campaigns.trend")).at().removesuffix("?")
        return f"/a/{app}/campaigns{over}{'&' if over else '?'}{more}"
    if not isinstance(state, OfCampaigns) or state.by not in _LEADING:
        return ""
    if state.by == "link":
        return f"/a/{app}/links/{value}" if is_code(value) else ""
    found = state.of(find("campaign.trend"))
    assert isinstance(found, OfCampaigns)
    return f"/a/{app}/campaign{found.at(campaign=value)}"
