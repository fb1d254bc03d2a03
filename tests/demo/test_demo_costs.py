"""What the demo's ads cost: something on each day on which they brought somebody, and a tired audience at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

from minilens.demo.costs import ADS, PLATFORM, TIRED, TIRED_DAYS, costs
from minilens.measure.costs import fatigue
from minilens.measure.costs.figures import Sums
from minilens.measure.costs.query import Spent
from minilens.records.cost_content import NewCost, checked

from .conftest import Past


def made(past: Past) -> list[NewCost]:
    return costs(past.tally.paid, past.tally.days)


def summed(rows: list[NewCost]) -> dict[date, Sums]:
    found: dict[date, Sums] = defaultdict(Sums)
    for one in rows:
        counts: dict[str, Any] = {
            name: getattr(one, name) for name in ("impressions", "clicks", "conversions", "reach")
        }
        found[one.day].add(
            Spent(one.day, one.campaign, one.millionths, **counts, reaching=one.impressions)
        )
    return found


def test_launches_by_ads_are_those_of_the_history(past: Past) -> None:
    launches = Counter[str]()
    for batch, event in past.events:
        source = batch.sources[0]
        if event.name == "app_launch" and source.source == PLATFORM:
            launches[source.link] += 1
    assert launches
    paid = Counter[str]()
    for (_, key), n in past.tally.paid.items():
        paid[key] += n
    assert all(0.4 * paid[link] < n <= paid[link] for link, n in launches.items()), (
        "some come back, some are too late"
    )
    assert set(launches) <= set(ADS)


def test_each_day_but_the_one_that_runs_has_costs_that_can_be_kept(past: Past) -> None:
    rows, today = made(past), past.tally.days[-1]
    assert {one.day for one in rows} <= set(past.tally.days[:-1])
    assert len({one.day for one in rows}) > 60
    assert len({checked(one, today).key for one in rows}) == len(rows)
    clicks = sum(one.clicks or 0 for one in rows)
    launches = sum(n for (day, _), n in past.tally.paid.items() if day < today)
    assert launches <= clicks < 1.3 * launches
    assert {one.landing for one in rows} == {"article", "mini_program"}


def test_its_audience_is_tired_shortly_before_the_end(past: Past) -> None:
    days = past.tally.days[:-1]
    tired = sorted(days[-n] for n in TIRED_DAYS)
    sums = summed([one for one in made(past) if one.campaign == TIRED])
    assert fatigue.tired(days, sums) == tired
    assert fatigue.too_often(days, sums, 3) == tired
    assert fatigue.tired(days, summed(made(past)))
