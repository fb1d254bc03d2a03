"""Costs of advertising: days replaced as a whole, nothing changed by the same again, sums that come to the whole."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from minilens.errors import Refused
from minilens.records.cost_content import NewCost
from minilens.records.costs import units
from minilens.records.store import Records

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TODAY, ONE, TWO = date(2026, 11, 22), date(2026, 11, 20), date(2026, 11, 21)


@pytest.fixture
def app(records: Records) -> int:
    return records.apps.create("cafe", timezone="Asia/Shanghai", now=NOW).id


def new(day: date = ONE, cost: str = "12.34", **more: Any) -> NewCost:
    return NewCost(**{"day": day, "cost": Decimal(cost), "campaign": "Spring", **more})


def put(records: Records, app: int, *some: NewCost, **more: Any) -> list[str]:
    done = records.costs.put(app, some, today=TODAY, now=NOW, **more)
    return [f"{one.day:%d} {one.state}" for one in done]


def kept(records: Records, app: int) -> list[tuple[int, str, str]]:
    return [
        (one.day.day, one.campaign, units(one.cost)) for one in records.costs.of(app, ONE, TODAY)
    ]


def test_the_same_again_changes_nothing_and_a_corrected_day_is_replaced(
    records: Records, app: int
) -> None:
    some = (new(), new(campaign="Summer", clicks=3), new(TWO, "0.000001"))
    assert put(records, app, *some) == ["20 added", "21 added"]
    before = records.costs.of(app, ONE, TODAY)
    assert put(records, app, *reversed(some)) == ["20 unchanged", "21 unchanged"]
    assert records.costs.of(app, ONE, TODAY) == before
    corrected = (new(cost="13"), some[2])
    said = records.costs.preview(app, corrected, today=TODAY)
    assert records.costs.of(app, ONE, TODAY) == before
    assert put(records, app, *corrected) == ["20 replaced", "21 unchanged"]
    assert (said[0].before, said[0].after) == ((("CNY", 24_680_000),), (("CNY", 13_000_000),))
    assert kept(records, app) == [(20, "Spring", "13"), (21, "Spring", "0.000001")]
    assert len(records.audit.entries(action="costs")) == 2


def test_other_sources_days_apps_and_where_it_is_asked_campaigns_stay(
    records: Records, app: int
) -> None:
    other = records.apps.create("shop", timezone="Asia/Shanghai", now=NOW).id
    put(records, app, new(), new(campaign="Summer"), new(source="tencent"), new(TWO))
    put(records, other, new())
    assert put(records, app, new(cost="1"), replaces="campaigns") == ["20 replaced"]
    assert sorted(kept(records, app)) == [
        (20, "Spring", "1"), (20, "Spring", "12.34"), (20, "Summer", "12.34"), (21, "Spring", "12.34"),
    ]  # fmt: skip
    assert kept(records, other) == [(20, "Spring", "12.34")]
    assert records.costs.days(app) == (ONE, TWO)


def test_sums_of_any_breakdown_come_to_the_whole(records: Records, app: int) -> None:
    some = [
        new(day, f"{n}.{n}01", campaign=f"c{n % 3}", creative=str(n), currency=("CNY", "USD")[n % 2], clicks=n or None)
        for n in range(9) for day in (ONE, TWO)
    ]  # fmt: skip
    put(records, app, *some)
    whole = {
        row["currency"]: (row["cost"], row["clicks"])
        for row in records.costs.summed(app, ONE, TWO, ("currency",))
    }
    for by in ("campaign", "creative", "day", "landing", "source"):
        apart = records.costs.summed(app, ONE, TWO, (by, "currency"))
        for currency, (cost, clicks) in whole.items():
            rows = [row for row in apart if row["currency"] == currency]
            assert sum(row["cost"] for row in rows) == cost
            assert sum(row["clicks"] or 0 for row in rows) == clicks
    assert records.costs.summed(app, TODAY, TODAY, ("currency",)) == []


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"day": date(2026, 11, 24)}, "day", "bad_shape"),
        ({"day": date(1999, 12, 31)}, "day", "bad_shape"),
        ({"cost": "-1"}, "cost", "out_of_range"),
        ({"cost": "100000001"}, "cost", "out_of_range"),
        ({"cost": "0.0000001"}, "cost", "bad_shape"),
        ({"cost": "NaN"}, "cost", "bad_value"),
        ({"cost": "Infinity"}, "cost", "bad_value"),
        ({"clicks": -1}, "clicks", "out_of_range"),
        ({"currency": "RM"}, "currency", "bad_shape"),
        ({"creative": "x" * 129}, "creative", "too_long"),
    ],
)
def test_what_is_wrong_is_named_with_its_row(
    records: Records, app: int, more: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        put(records, app, new(TWO), new(**more))
    assert (caught.value.field, caught.value.code) == (f"costs[1].{field}", code)
    assert caught.value.message("zh") != caught.value.message("en")
    assert records.costs.of(app, date(1990, 1, 1), date(2030, 1, 1)) == []


def test_one_advertisement_stands_once(records: Records, app: int) -> None:
    with pytest.raises(Refused) as caught:
        put(records, app, new(), new(cost="1", currency="cny"))
    assert (caught.value.field, caught.value.code) == ("costs[1]", "twice")
    for some in ((), [new()] * 100_001):
        with pytest.raises(Refused):
            put(records, app, *some)


def test_how_files_are_read_is_remembered_by_source(records: Records, app: int) -> None:
    from minilens.records.cost_mappings import CostMapping

    one = CostMapping(columns={"cost": "消耗"}, unit="fen", source="tencent")
    records.cost_mappings.keep(app, one, now=NOW)
    later = NOW.replace(minute=1)
    other = msgspec.structs.replace(one, source="")
    records.cost_mappings.keep(app, other, now=later)
    changed = msgspec.structs.replace(one, unit="yuan")
    records.cost_mappings.keep(app, changed, now=NOW.replace(minute=2))
    assert records.cost_mappings.of(app) == [changed, other]
    assert records.cost_mappings.find(app, "tencent") == changed
    assert records.cost_mappings.find(app + 1, "tencent") is None
