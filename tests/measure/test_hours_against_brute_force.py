"""The hours of any days, counted by brute force: before those days are made again as well as after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from hypothesis import given

from minilens.measure.days.run import answer
from minilens.period import Range
from tests import by_name
from tests.examples import costly
from tests.measure.histories import History
from tests.measure.oracle import OPENS, Oracle, Part, counted
from tests.measure.tails import as_of_the_build, known_of, short_sessions, split, with_newest
from tests.measure.test_against_brute_force import same
from tests.pipeline import LATER, OF_TREND, Happening, House

Houses = Callable[..., House]
Rows = list[tuple[object, ...]]
LONG_AFTER = datetime(2030, 1, 1, tzinfo=UTC)


class Hours(Oracle):
    """The measures of a trend by the hour."""

    def of(self, over: Range) -> Rows:
        """A row for each hour that the clock of these days strikes."""
        firsts = self._first_hours()
        return [self._hour(day, start, firsts) for day in over for start in self._strikes(day)]

    def _strikes(self, day: date) -> list[datetime]:
        moment = datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)
        found = []
        while moment.astimezone(self.zone).date() == day:
            found.append(moment)
            moment += timedelta(hours=1)
        return found

    def _within(self, ts: int, start: datetime) -> bool:
        return start <= datetime.fromtimestamp(ts / 1000, UTC) < start + timedelta(hours=1)

    def _first_hours(self) -> list[int]:
        found: dict[int, int] = {}
        for h in self.events:
            if h.name == "page_view" and h.traffic == "release":
                who = self.person[h.id]
                found[who] = min(found.get(who, h.ts), h.ts)
        return list(found.values())

    def _hour(self, day: date, start: datetime, firsts: list[int]) -> tuple[object, ...]:
        begun = [
            session
            for session, events in self.runs
            if session.traffic == "release" and session.day == day
            and self._within(next(h.ts for h in events if h.name in OPENS), start)
        ]  # fmt: skip
        end = (start + timedelta(hours=1)).timestamp() * 1000
        part = Part(
            self.person,
            [h for h in self.events if h.traffic == "release" and self._within(h.ts, start)],
            begun,
            sum(ts < end for ts in firsts),
            sum(self._within(ts, start) for ts in firsts),
        )
        return start.astimezone(self.zone), *counted(part)


def expected(built: list[Happening], tail: list[Happening], zone: str, over: Range) -> Rows:
    return as_of_the_build(oracle.of(over) for oracle in known_of(Hours, built, tail, zone))


@costly(3, 300)
@given(given=with_newest())
def test_every_hour(new_app: Houses, given: tuple[History, date]) -> None:
    """Make everything before a day and part of it; the rest of that day and what follows is the tail."""
    history, newest = short_sessions(given[0]), given[1]
    arrived = Oracle(history.arrived, history.zone)
    built, tail = split(history, newest)
    house = new_app(history.zone)
    house.load(built)
    house.build()
    house.load(tail)
    busy = sorted({arrived.day(h) for h in history.arrived})
    spans = [Range(newest, newest), *(Range(day, day + timedelta(days=1)) for day in busy[:3])]
    for over in spans:
        same(asked(house, over), expected(built, tail, history.zone, over))
    house.build()
    for over in spans:
        whole = Hours(history.arrived, history.zone)
        same(asked(house, over), whole.of(over))


def asked(house: House, over: Range) -> Rows:
    """The hours as the product counts them."""
    query = by_name.query(house.app.id, OF_TREND, over, ("hour",), timezone=house.app.timezone)
    return list(answer(house.pipeline.engine, query, today=LATER, as_of=LONG_AFTER).rows)
