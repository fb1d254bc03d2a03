"""What can be sent: each kind of content once, by its name."""

from __future__ import annotations

from minilens.deliver.contents import cohorts, funnels, health, kpis, report, reviews
from minilens.deliver.contents.content import Asking, Content
from minilens.errors import Refused, did_you_mean
from minilens.records.store import Records

#: Name → what can be sent, in the order in which a form offers it.
KINDS: dict[str, Content] = {
    one.name: one
    for one in (
        health.HEALTH_CHECK,
        kpis.KPIS,
        funnels.FUNNELS,
        cohorts.COHORTS,
        reviews.WEEK,
        reviews.MONTH,
    )
}

__all__ = ["KINDS", "Asking", "Content", "find"]


def find(name: str, records: Records, app: int) -> Content:
    """The content of that name: one of KINDS, or `report:` and the address of a report of the app (NotFound where it
    has none such). Refused, naming `content`, where there is none."""
    if name.startswith(report.PREFIX):
        return report.content_of(name, records, app)
    if name in KINDS:
        return KINDS[name]
    raise Refused("unknown_choice", "content", got=name[:40], hint=did_you_mean(name, KINDS))
