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
from minilens.reports.earning import NOTHING, PAID_BACK, usual_refund
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
    """What the form of a page about costs or campaigns offers: events that can count as a conversion by name and title,
    what the chosen one is called, the currencies that have costs or rates, the chosen one among them, and that one;
    events that can take revenue back, and the one that does: empty as usual, - none."""

    events: list[tuple[str, str]]
    event: str
    currencies: list[str]
    currency: str
    refunds: list[tuple[str, str]]
    refund: str


def counted(records: Records, app: int, state: ReportRequest, language: Language) -> Counted | None:
    """Of a page about costs or campaigns; None of others. May block."""
    if not isinstance(state, CostsRequest | OfCampaigns):
        return None
    earns, rates = state.earns, records.rates.of(app)
    every = _events(records, app, earns.event, language)
    currency = earns.currency or rates.currency
    known = {
        *records.costs.currencies(app),
        *(one.currency for one in rates.rates),
        rates.currency,
        currency,
    }
    usual = earns.refund == usual_refund(earns.event)
    refund = "" if usual else earns.refund or NOTHING
    refunds = [
        one
        for one in _events(records, app, earns.refund or PAID_BACK, language)
        if one[0] != earns.event
    ]
    return Counted(every, dict(every)[earns.event], sorted(known), currency, refunds, refund)


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
