"""Live figures equal a count by brute force, whatever the zone, the step and the order of arrival."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.days.run import answer
from minilens.measure.query import Query, Traffic
from minilens.measure.span import STEPS, Span, Step, widened
from minilens.measure.table import Table
from tests import by_name
from tests.examples import costly
from tests.measure.histories import PAGES, History, histories
from tests.measure.oracle import Oracle, Part
from tests.measure.oracle import counted as counted_of
from tests.pipeline import CREATED, LATER, Happening, House

Houses = Callable[..., House]
#: Also clocks that are off by half an hour, by three quarters, and one that is changed by half an hour.
ZONES = ("Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")
MINUTE = timedelta(minutes=1)
#: The measures that are asked here.
COMPARED = ("visits", "visit_share", "online")
LENGTHS = tuple(timedelta(minutes=m) for m in (0, 1, 29, 30, 60, 61, 24 * 60, 25 * 60, 33 * 60))


@dataclass(frozen=True)
class Case:
    """A history of a zone, and a question about it."""

    history: History
    span: Span
    other: Span | None
    now: datetime
    step: Step
    page: str
    traffic: Traffic
    only: str


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Ranges that begin at an event, or a little before or after; often across midnight."""
    history = replace(draw(histories()), zone=draw(st.sampled_from(ZONES)))
    step = draw(st.sampled_from(STEPS))

    def moment() -> datetime:
        one = draw(st.sampled_from(history.arrived)).ts
        nudge = draw(st.sampled_from((0, 1, -1, -1_800_000, -86_400_000)))
        return datetime.fromtimestamp((one + nudge) / 1000, UTC)

    def span() -> Span:
        start = moment()
        length = draw(st.sampled_from(LENGTHS)) + timedelta(milliseconds=1)
        return widened(start, start + length, step, history.zone)

    return Case(
        history, span(), span() if draw(st.booleans()) else None,
        draw(st.sampled_from((moment(), datetime(2100, 1, 1, tzinfo=UTC)))), step,
        draw(st.sampled_from(("", "", *PAGES))), draw(st.sampled_from(("release", "release", "trial"))),
        draw(st.sampled_from(("", "", "menu"))),
    )  # fmt: skip


def moments(span: Span, step: Step) -> list[int]:
    """The first millisecond of each bucket."""
    start, end = (round(one.timestamp() * 1000) for one in (span.start, span.end))
    return list(range(start, end, step * 60_000))


def views(case: Case, events: list[Happening], *, page: str) -> list[Happening]:
    """The visits that the question is about."""
    return [
        h
        for h in events
        if h.name == "page_view" and h.traffic == case.traffic and page in ("", h.page)
        and case.only in h.page
    ]  # fmt: skip


def counted(case: Case, seen: list[Happening], span: Span) -> list[int | None]:
    """Visits of each bucket; unknown where it is still to come."""
    width, now = case.step * 60_000, case.now.timestamp() * 1000
    return [
        sum(first <= h.ts < first + width for h in seen) if first <= now else None
        for first in moments(span, case.step)
    ]


def question(case: Case, house: House, of: str = "visits", **more: Any) -> Query:
    filters = ((by_name.condition("page", "contains", (case.only,)),),) if case.only else ()
    return by_name.live(
        house.app.id, case.history.zone, of, case.span, case.now, step=case.step,
        compare=case.other, page=case.page, traffic=case.traffic, filters=filters, **more,
    )  # fmt: skip


def within(seen: list[Happening], start: float, end: float) -> Counter[str]:
    """Visits by page between two milliseconds."""
    return Counter(h.page for h in seen if start <= h.ts < end)


@costly(3, 400)
@given(case=cases())
def test_visits_and_pages_and_who_is_online(new_app: Houses, case: Case) -> None:
    house = new_app(case.history.zone)
    for chunk in case.history.chunks:
        house.load(chunk)
    oracle = Oracle(case.history.arrived, case.history.zone)

    def ask(query: Query) -> Table:
        return answer(house.pipeline.engine, query, today=LATER, as_of=CREATED)

    for one in (case.span, case.other) if case.other else (case.span,):
        local = one.start.astimezone(ZoneInfo(case.history.zone))
        assert (local.minute % case.step, local.second) == (0, 0)
    visits = ask(question(case, house))
    seen = views(case, oracle.events, page=case.page)
    assert visits.column("visits") == counted(case, seen, case.span)
    then = [row[1] for row in visits.compared]
    assert then == (counted(case, seen, case.other) if case.other else [])
    pages(case, ask(question(case, house, "pages", top=2, include_other=True)), oracle)
    here = ask(replace(question(case, house, "online"), filters=()))
    now = case.now.timestamp() * 1000
    recent = [h for h in oracle.events if now - 300_000 <= h.ts < now and h.traffic == case.traffic]
    assert here.rows[0][1:] == counted_of(Part(oracle.person, recent), ("online",))


def pages(case: Case, table: Table, oracle: Oracle) -> None:
    """The list holds what the line adds up to."""
    seen = views(case, oracle.events, page="")
    now, width = case.now.timestamp() * 1000, case.step * 60_000
    start, end = (one.timestamp() * 1000 for one in (case.span.start, case.span.end))
    running = start <= now < end
    until = min(end, start + ((now - start) // width + 1) * width) if running else end
    found = within(seen, start, until)
    order = sorted(found, key=lambda page: (-found[page], page))
    whole = sum(found.values())
    assert [row[:2] for row in table.rows] == [(page, found[page]) for page in order[:2]]
    assert [row[2] for row in table.rows] == [found[page] / whole for page in order[:2]]
    assert (table.total_rows, table.totals) == (len(found), (None, whole, None))
    rest = sum(found[page] for page in order[2:])
    assert table.other == ((None, rest, rest / whole) if len(order) > 2 else None)
    if case.other:
        first, last = (one.timestamp() * 1000 for one in (case.other.start, case.other.end))
        before = within(seen, first, min(last, first + max(now - start, 1)) if running else last)
        assert [row[1] for row in table.compared] == [before[page] for page in order[:2]]
