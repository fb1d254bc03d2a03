"""What an address says of conversions and their money: the event, the one that gives it back, the currency."""

from __future__ import annotations

import re

from minilens.errors import Refused
from minilens.measure.campaigns.query import Earns
from minilens.reports.campaign_parameters import CURRENCY, EVENT, REFUND
from minilens.reports.parts_reader import names
from minilens.reports.report import Report
from minilens.reports.request import Pairs

#: What is paid, and what is paid back, unless something else is said.
PAID, PAID_BACK = "pay_success", "refund_success"
#: As an address says that nothing is paid back.
NOTHING = "-"
_CURRENCY = re.compile(r"[A-Z]{3}").fullmatch


def earning(every: Pairs, report: Report) -> Earns:
    """What an address says; Refused, naming the argument."""
    one = dict(every)
    currency = CURRENCY.read(one, report).upper()
    if currency and not _CURRENCY(currency):
        raise Refused("unknown_choice", CURRENCY.name, got=currency[:40], hint="CNY")
    event = EVENT.read(one, report)
    names(event, EVENT.name)
    refund = REFUND.read(one, report) or usual_refund(event)
    if refund and refund != NOTHING:
        names(refund, REFUND.name)
    if refund == event:
        raise Refused("twice", REFUND.name, got=refund)
    return Earns(event, currency, "" if refund == NOTHING else refund)


def usual_refund(event: str) -> str:
    """What gives an event back where nothing is said: payments have refunds, other events nothing."""
    return PAID_BACK if event == PAID else ""


def earning_pairs(earns: Earns) -> list[tuple[str, str]]:
    """The same as arguments of an address."""
    found = [(EVENT.name, earns.event)]
    if earns.currency:
        found.append((CURRENCY.name, earns.currency))
    if earns.refund != usual_refund(earns.event):
        found.append((REFUND.name, earns.refund or NOTHING))
    return found
