"""Days that are made again for those alone who became one hold what they hold when they are made whole."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial as of

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import EngineFailed
from minilens.load import build as building
from minilens.load import merges
from minilens.load.build import BUILT
from minilens.load.partial import of_days
from tests import side_by_side
from tests.examples import costly
from tests.measure.test_against_brute_force import Houses
from tests.pipeline import Happening, House, at

MINUTE, DAY = 60_000, 86_400_000
START = at("2026-11-14 20:00")
PHONES, DAYS = 14, 4
NAMES = ("page_view",) * 5 + ("app_launch", "app_show", "page_leave", "share", "tap", "profile")
#: What else a build keeps that tells of its days.
LAST_HELD = {
    "persons": "SELECT person, argMax(first_day, version) AS first FROM persons WHERE app = {app:UInt32} "
    "GROUP BY person HAVING first < '2149-06-06' ORDER BY person",
    "touches": "SELECT person, argMax(tuple(t.* EXCEPT (app, person, version)), version) FROM first_touches AS t "
    "INNER JOIN (SELECT person, argMax(first_day, version) AS first FROM persons WHERE app = {app:UInt32} "
    "GROUP BY person) AS p USING (person) WHERE app = {app:UInt32} "
    "GROUP BY person HAVING argMax(t.day, version) = any(first) ORDER BY person",
}


def story(dice: random.Random) -> list[Happening]:
    """Some days of few phones, few of which say whose they are; launches over midnight and without a number too."""
    found = []
    for n in range(dice.randint(40, 140)):
        ts = START + dice.randint(0, DAYS * DAY)
        phone, name = dice.randrange(PHONES), dice.choice(NAMES)
        who = (
            ("applet-wechat", f"o{phone // 2}") if phone % 3 == 0 and dice.random() < 0.8 else None
        )
        found.append(
            Happening(
                ts, "tap" if name == "profile" else name, device=f"d{phone}", identity=who,
                session=dice.choice(("", f"s{phone}-{ts // (9 * 60 * MINUTE)}", f"t{phone}-{n % 3}")),
                page=dice.choice(("pages/a", "pages/b")), query=dice.choice(("", "scene=x1", "id=7")),
                duration=dice.choice((None, 900, 65_000)) if name == "page_leave" else None,
                traffic=dice.choice(("release",) * 5 + ("trial",)), scene=dice.choice((1001, 1047, 1089)),
                province=dice.choice(("", "上海")), app_version=dice.choice(("1.0", "1.1")), seq=dice.choice((0, n)),
                profile='{"level":"a"}' if name == "profile" else "", props=f'{{"n":{n % 4}}}', brand="Apple",
            )
        )  # fmt: skip
    return found


def signed_in(dice: random.Random, when: int) -> list[Happening]:
    """On a later day phones say whose they are."""
    phones = dice.sample(range(PHONES), dice.randint(1, 6))
    return [
        Happening(when + n * MINUTE, device=f"d{phone}", identity=("applet-wechat", f"o{phone // 2}"))
        for n, phone in enumerate(phones)
    ]  # fmt: skip


def held(house: House) -> dict[str, list[tuple[object, ...]]]:
    """All that the builds which hold have written, without their numbers."""
    engine, found = house.pipeline.engine, dict[str, list[tuple[object, ...]]]()
    for table in BUILT[:-1]:
        sql = (
            "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String} "
            "AND name != 'build' ORDER BY position"
        )
        columns = []
        for name, kind in engine.rows(sql, {"table": table}):
            is_set, is_json = kind.startswith("AggregateFunction"), kind.startswith("JSON")
            read = f"arraySort(bitmapToArray({name}))" if is_set else name
            columns.append(f"toJSONString({name})" if is_json else read)
        found[table] = house.rows(
            f"SELECT {', '.join(columns)} FROM {table} WHERE app = {{app:UInt32}} AND (day, build) IN "
            "(SELECT day, max(build) FROM builds WHERE app = {app:UInt32} GROUP BY day) ORDER BY ALL"
        )
    return found | {name: house.rows(sql) for name, sql in LAST_HELD.items()}


@pytest.fixture(scope="module")
def partial() -> Iterator[list[bool]]:
    """Of each build, whether it was for some persons only."""
    seen: list[bool] = []

    def noted(*, partial: bool) -> str:
        seen.append(partial)
        return of_days(partial=partial)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(building, "of_days", noted)
        yield seen


def all_days(house: House) -> list[date]:
    rows = house.rows("SELECT DISTINCT day FROM builds WHERE app = {app:UInt32} ORDER BY day")
    return [day for (day,) in rows if isinstance(day, date)]


def made_whole(houses: Sequence[House]) -> None:
    """Every day that they have, once more."""
    houses[0].pipeline.builder.make_all({house.app.id: all_days(house) for house in houses})


def compared(house: House) -> None:
    """What holds, and the same made whole."""
    before = held(house)
    side_by_side.wait(made_whole, house)
    house.build()
    after = held(house)
    for table in before:
        assert before[table] == after[table], table


@costly(1, 100)
@given(seeds=st.lists(st.integers(0, 10**6), min_size=3, max_size=3, unique=True))
def test_the_same_as_made_whole(new_app: Houses, partial: list[bool], seeds: list[int]) -> None:
    """Sign-ins on a later day, again on another one, a merge by hand, and what takes it back."""
    side_by_side.together(*(of(lived, new_app("Asia/Shanghai"), partial, seed) for seed in seeds))


def lived(house: House, partial: list[bool], seed: int) -> None:
    """One of them. All load and make in step, so that whether persons are made apart is everybody's."""
    dice = random.Random(seed)
    house.load(story(dice))
    house.build()
    for later in (DAYS + 1, DAYS + 3):
        partial.clear()
        house.load(signed_in(dice, START + later * DAY))
        restated = [one for one in house.pipeline.pending.all().values() if not one.whole]
        house.build()
        assert any(partial) == bool(restated)
        compared(house)
    sql = "SELECT argMax(person, version) FROM person_map WHERE app = {app:UInt32} GROUP BY actor"
    now = sorted({int(str(row[0])) for row in house.rows(sql)})
    one, other = dice.sample(now, 2)
    doors = (house.pipeline.engine, house.pipeline.pending, house.pipeline.counter, house.app.id)
    number = merges.merge(*doors, gone=one, into=other)
    house.build()
    compared(house)
    assert merges.undo(*doors, version=number)
    house.build()
    compared(house)


def test_a_day_with_more_events_is_made_whole(house: House, partial: list[bool]) -> None:
    house.load([Happening(START, device="d1"), Happening(START + 1, device="d2")])
    house.build()
    later = Happening(START + 3 * DAY, device="d1", identity=("applet-wechat", "o1"))
    house.load([later, Happening(START + 2, device="d3")])
    partial.clear()
    house.build()
    assert not any(partial)
    compared(house)


def test_after_a_failure_the_same_persons_wait(
    house: House, partial: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    house.load(
        [
            Happening(START, device=f"d{n}", identity=("applet-wechat", "o1") if n else None)
            for n in range(2)
        ]
    )
    house.build()
    house.load([Happening(START + 3 * DAY, device="d0", identity=("applet-wechat", "o1"))])
    with monkeypatch.context() as patched:
        patched.setattr(building, "confirm_build", failing)
        with pytest.raises(EngineFailed):
            house.build()
    partial.clear()
    house.build()
    assert any(partial)
    compared(house)


def failing(*_: object) -> None:
    raise EngineFailed("the disk is full")
