"""When an app's last event came: to the moment, and not to the hour that the ledger knows."""

from minilens.serve import status
from tests.pipeline import Happening, House, at

HOUR = 3_600_000


def last(house: House) -> int:
    return status.store(house.pipeline.engine).last_event[house.app.id]


def test_it_is_the_moment_of_the_newest_event_whatever_was_loaded_last(house: House) -> None:
    late, early = at("2026-10-05 10:58:30"), at("2026-10-05 10:02:00")
    house.load([Happening(ts=late)])
    assert last(house) == late + 1000  # received a second after it happened
    house.load([Happening(ts=early)])
    assert last(house) == late + 1000
    house.load([Happening(ts=at("2026-10-04 23:00:00"))])
    assert last(house) == late + 1000


def test_what_came_later_and_was_not_stored_is_known_by_its_hour(house: House) -> None:
    first = Happening(ts=at("2026-10-05 10:20:00"))
    house.load([first])
    house.load([Happening(ts=at("2026-10-05 12:40:00"), id=first.id)])  # the same event again
    assert last(house) == at("2026-10-05 12:00:00")


def test_an_app_without_events_has_none(house: House) -> None:
    assert house.app.id not in status.store(house.pipeline.engine).last_event
