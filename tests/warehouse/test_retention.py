"""Old events go; first visits and the days' figures stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from minilens.warehouse.retention import expire
from tests.pipeline import Happening, House, at, days

YEAR = days("2026-01-01", "2026-12-31")


def events(house: House) -> int:
    return int(str(house.rows("SELECT count() FROM events WHERE app = {app:UInt32}")[0][0]))


def test_only_this_apps_old_months_go_and_totals_stay(new_app: Callable[..., House]) -> None:
    house, other = new_app(), new_app()
    for one in (house, other):
        one.load(
            [
                Happening(at(f"2026-{m:02}-15 12:00"), device=f"d{m}", query="id=1", scene=1047)
                for m in (7, 8, 9, 10, 11)
            ]
        )
        one.build()
    before = [house.figures(YEAR, grain) for grain in ("day", "month")]
    assert expire(house.pipeline.engine, house.app.id, months=2, day=date(2026, 11, 22)) == [
        202607,
        202608,
    ]
    assert (events(house), events(other)) == (3, 5)
    for one, kept in ((house, 3), (other, 5)):
        sql = "SELECT dimension, count() FROM day_values WHERE app = {app:UInt32} GROUP BY 1 ORDER BY 1"
        assert one.rows(sql) == [("code", 5), ("query", kept)], "parameters go, codes stay"
    assert [house.figures(YEAR, grain) for grain in ("day", "month")] == before


def test_who_came_before_what_is_kept_is_not_new_again(house: House) -> None:
    house.load([Happening(at("2026-07-15 12:00"), device="d")])
    house.build()
    expire(house.pipeline.engine, house.app.id, months=1, day=date(2026, 11, 22))
    house.load([Happening(at("2026-11-20 12:00"), device="d")])
    for _ in ("before the day is made", "after"):
        table = house.ask(YEAR, "month")
        assert sum(int(str(n)) for n in table.column("new_users")) == 1
        assert table.column("total_users")[-1] == 1
        house.build()
