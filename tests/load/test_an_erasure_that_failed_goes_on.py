"""An erasure that fails in the middle is finished by the server itself; what is erased does not stay on the disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from minilens.errors import EngineFailed
from minilens.identity.lookup import look_up
from minilens.load.removal import HIDDEN
from minilens.serve.tasks import TASKS, resume_erasures
from minilens.settings import Settings
from tests.examples import at_length
from tests.load.test_erasure import LI, actors, eraser, named, story
from tests.pipeline import Happening, House, at

pytestmark = pytest.mark.waits  # as in test_erasure

#: The others when there is time: each is two erasures.
POINTS = (
    ("ordered", "listed", "events", "stones", "forgotten", "finished")
    if at_length()
    else ("events", "finished")
)
CARRIED_OUT = "SELECT count() FROM erased WHERE app = {app:UInt32} AND key = 0"
#: Rows of an app that lie on the disk, hidden ones among them; a partition names the app first.
ON_DISK = """
SELECT sum(rows) FROM system.parts WHERE database = currentDatabase() AND active AND table = {table:String}
    AND splitByChar('-', partition_id)[1] = toString({app:UInt32})"""


def failing_at(point: str) -> Callable[[str], None]:
    def fault(where: str) -> None:
        if where == point:
            raise EngineFailed("the disk is full")

    return fault


def test_what_fails_in_the_middle_is_finished_by_a_task(house: House, settings: Settings) -> None:
    people = {point: ("wechat-unionid", point) for point in POINTS}
    house.load(
        [*story(), *(Happening(at("2026-03-02 10:00"), device=p, session=p, identity=who) for p, who in people.items())]
    )  # fmt: skip
    house.build()
    resume_erasures(house.pipeline, settings)
    engine, secret = house.pipeline.engine, house.pipeline.secret
    for n, (point, who) in enumerate(people.items(), 1):
        subject = look_up(engine, house.app.id, f"wechat-unionid={point}", secret)
        with pytest.raises(EngineFailed):
            replace(eraser(house), fault=failing_at(point)).erase(house.app.id, subject)
        assert house.rows(CARRIED_OUT) == [(n - 1,)], point
        resume_erasures(house.pipeline, settings)
        assert house.rows(CARRIED_OUT) == [(n,)], point
        house.build()
        assert not named(house) & actors(house, who, ("device", point)), point
    assert named(house) & actors(house, LI), "everybody else is there"


def test_one_under_way_is_left_alone(house: House) -> None:
    """The task comes while somebody's erasure is in its last part."""
    house.load(story())
    house.build()
    eraser(
        house
    ).complete()  # orders of files before: the warehouse was emptied since, the records were not
    seen = []

    def look(where: str) -> None:
        if where == "finished":
            seen.append(eraser(house).complete())

    subject = look_up(
        house.pipeline.engine, house.app.id, "wechat-unionid=u-li", house.pipeline.secret
    )
    replace(eraser(house), fault=look).erase(house.app.id, subject)
    assert seen == [0]
    assert house.rows(CARRIED_OUT) == [(1,)]
    for table in HIDDEN:
        rows = house.rows(f"SELECT count() FROM {table} WHERE app = {{app:UInt32}}")
        of = {"app": house.app.id, "table": table}
        on_disk = sum(row[0] for row in house.pipeline.engine.rows_of_shards(ON_DISK, of))
        assert [(on_disk,)] == rows, table


def test_it_is_looked_for_each_minute() -> None:
    assert [task.every for task in TASKS if task.do is resume_erasures] == [30.0]


def test_one_that_fails_keeps_no_other_back(house: House) -> None:
    """The oldest fails each time; the ones after it are carried out all the same, and it is, once it can be."""
    people = {name: ("wechat-unionid", name) for name in ("first", "second", "third")}
    house.load(
        [*story(), *(Happening(at("2026-03-02 10:00"), device=p, session=p, identity=who) for p, who in people.items())]
    )  # fmt: skip
    house.build()
    eraser(house).complete()
    ((before,),) = house.rows(CARRIED_OUT)
    for name in people:
        subject = look_up(
            house.pipeline.engine, house.app.id, f"wechat-unionid={name}", house.pipeline.secret
        )
        with pytest.raises(EngineFailed):
            replace(eraser(house), fault=failing_at("listed")).erase(house.app.id, subject)
    points = []

    def once(where: str) -> None:
        points.append(where)
        if points.count("listed") == 1 and where == "listed":
            raise EngineFailed("of this one alone")

    with pytest.raises(EngineFailed, match="of this one alone"):
        replace(eraser(house), fault=once).complete()
    assert house.rows(CARRIED_OUT) == [(int(str(before)) + 2,)]
    assert eraser(house).complete() == 1
    house.build()
    for name, who in people.items():
        assert not named(house) & actors(house, who, ("device", name)), name
