"""What came by campaigns and what it came to, beside a count by brute force; and the persons behind each figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.campaigns.query import CampaignQuery
from minilens.measure.measures import MEASURES
from minilens.measure.persons.query import PersonsQuery, Place
from minilens.measure.persons.run import found
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.period import Range
from minilens.reports import find, read
from minilens.reports.campaigns import GROUPINGS
from tests import by_name
from tests.examples import costly
from tests.measure.filtered_oracle import SAYS, Begun, Filtered, begun
from tests.measure.histories import DAY, History, histories
from tests.measure.oracle import Oracle, ratio
from tests.measure.test_filters_against_brute_force import all_made, picks, scattered
from tests.pipeline import CREATED, LATER, Happening, House, around

AS_OF = AsOf(LATER, CREATED, 1 << 62)
SCANS = (1011, 1047)
VALUES = (("", ""), ("199.00", "CNY"), ("0.5", ""), ("10", "USD"))


@dataclass(frozen=True)
class Came:
    """What came by one value: launches with their first events, visits, and what happened in them."""

    launches: Sequence[Begun]
    visits: Sequence[Happening]
    done: Sequence[Happening]
    person: dict[str, int]
    new: int
    returned: Sequence[Happening] = ()

    def people(self, some: Sequence[Happening]) -> set[int]:
        """Whose they are."""
        return {self.person[h.id] for h in some}

    def bounces(self) -> int:
        """Launches with one visit."""
        return sum(one.session.visits == 1 for one in self.launches)


#: Measure → how it is counted.
OF_CAMPAIGNS: dict[str, Callable[[Came], float | None]] = {
    "launches": lambda c: len(c.launches),
    "scans": lambda c: sum(one.first.scene in SCANS for one in c.launches),
    "visits": lambda c: len(c.visits),
    "visitors": lambda c: len(c.people(c.visits)),
    "new_users": lambda c: c.new,
    "visit_depth": lambda c: ratio(sum(one.session.depth for one in c.launches), len(c.launches)),
    "launch_bounce_rate": lambda c: ratio(c.bounces(), len(c.launches)),
    "conversions": lambda c: len(c.done),
    "converters": lambda c: len(c.people(c.done)),
    "conversion_rate": lambda c: ratio(len(c.people(c.done)), len(c.people(c.visits))),
    "revenue": lambda c: money(c.done),
    "refunds": lambda c: money(c.returned),
    "net_revenue": lambda c: money(c.done) - money(c.returned),
}


def money(some: Sequence[Happening]) -> float:
    """What they come to in CNY, whatever their sign."""
    return sum(abs(float(h.value)) for h in some if h.value and h.currency != "USD")


def paid(history: History) -> History:
    """The same history, in which shares have a value; they are what counts as a conversion here. Half of the returns to
    the foreground are refunds; both may say the number of an order."""

    def put(h: Happening) -> Happening:
        n = sum(h.id.encode())
        if h.name == "app_show" and n % 2:
            return replace(h, name="refund_success", value="-3.5", currency=("CNY", "USD")[n // 5 % 4 == 0],
                           props=number(h, n // 3))  # fmt: skip
        value, currency = VALUES[n // 11 % len(VALUES)]
        return (
            replace(h, value=value, currency=currency, props=number(h, n))
            if h.name == "share"
            else h
        )

    def number(h: Happening, n: int) -> str:
        return f'{{"order_id": "{h.device.split("-")[0]}-{n % 4}"}}' if n % 3 else "{}"

    return History(history.zone, tuple(tuple(map(put, c)) for c in history.chunks))


def came(oracle: Oracle, by: str, value: str, days: set[date]) -> Came:
    """What came by a value."""
    told = Filtered(oracle, picks(((by_name.condition(by, "is", (value,)),),)))
    some = [
        one for one in begun(oracle)
        if one.session.day in days and one.session.traffic == "release" and SAYS[by](one.first, False) == value
    ]  # fmt: skip
    visits, done = (told.events(name, days, "release") for name in ("page_view", "share"))
    new = {
        oracle.person[h.id] for h in visits if told.is_new(oracle.person[h.id], oracle.day(h), "release")
    }  # fmt: skip
    back = [
        h for h in oracle.events
        if h.name == "refund_success" and h.traffic == "release" and oracle.day(h) in days
        and (order := given_back(oracle, h)) and SAYS[by](order, False) == value
    ]  # fmt: skip
    return Came(some, visits, done, oracle.person, len(new), back)


def given_back(oracle: Oracle, refund: Happening) -> Happening | None:
    """The order of a refund: the newest with its number, else the newest of its person."""
    before = [
        h for h in oracle.events
        if h.name == "share" and h.traffic == "release" and refund.ts - 90 * DAY <= h.ts <= refund.ts
    ]  # fmt: skip
    same = [h for h in before if "order_id" in h.props and h.props == refund.props]
    own = [h for h in before if oracle.person[h.id] == oracle.person[refund.id]]
    return max(same or own, key=lambda h: (h.ts, h.seq == 0, h.seq), default=None)


def question(house: House, over: Range, **asked: str) -> CampaignQuery:
    """The list as its address asks for it."""
    given = {
        "from": str(over.start),
        "to": str(over.end),
        "event": "share",
        "refund": "refund_success",
        "top": "all",
        "compare": "none",
    }
    state = read(given | asked, find("campaigns.list"), house.app.timezone, CREATED)
    query = state.query(house.app.id)
    assert isinstance(query, CampaignQuery)
    return query


@costly(2, 40)
@given(history=histories().map(scattered).map(paid), by=st.sampled_from(GROUPINGS), data=st.data())
def test_every_figure_and_its_persons(
    new_app: Callable[..., House], history: History, by: str, data: st.DataObject
) -> None:
    house = all_made(new_app, history)
    arrived = history.arrived
    oracle, over = Oracle(arrived, history.zone), around(arrived, history.zone)
    query = question(house, over, by=by)
    table = run(house.pipeline.engine, query, AS_OF)
    right = {
        value: tuple(count(came(oracle, by, value, set(over))) for count in OF_CAMPAIGNS.values())
        for value in {SAYS[by](h, False) for h in oracle.events} - {""}
    }
    names = list(OF_CAMPAIGNS)
    cells = zip(*(table.column(name) for name in names), strict=True)
    assert dict(zip(table.column(by), cells, strict=True)) == {
        value: row for value, row in right.items() if any(row)
    }
    for row in table.rows:
        for name in data.draw(st.lists(st.sampled_from(names), max_size=3, unique=True)):
            place = Place(name, ((by, row[0]),))
            persons = found(
                house.pipeline.engine, PersonsQuery(query, place, limit=None), AS_OF
            ).person
            cell = row[1 + [one.name for one in query.measures].index(name)]
            if name in ("visitors", "new_users", "converters"):
                assert len(persons) == cell
            elif MEASURES[name].unit in ("count", "number"):
                assert bool(len(persons)) >= bool(cell)
