"""After a jump of the clock nothing is dropped by its age until it has gone on evenly for a day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from minilens.load.pipeline import Pipeline
from minilens.period import now_ms
from minilens.serve import clock, tasks
from minilens.serve.clock import DAY, MINUTE, NAME
from minilens.settings import Settings
from tests.pipeline import Happening, House

START = 1_800_000_000_000


def noted(data: Path, *moments: int) -> clock.Clock:
    for moment in moments:
        found = clock.note(data, moment)
    return found


def test_it_settles_after_a_day(tmp_path: Path) -> None:
    hours = [START + n * 60 * MINUTE for n in range(25)]
    assert not noted(tmp_path, *hours[:24]).settled()
    assert noted(tmp_path, hours[24]).settled()
    assert clock.read(tmp_path) == clock.Clock(START, hours[24])


@pytest.mark.parametrize("jump", [40 * DAY, 70 * DAY, -40 * DAY, -2 * 60 * MINUTE])
def test_a_jump_begins_anew_and_is_known(tmp_path: Path, jump: int) -> None:
    noted(tmp_path, *(START + n * DAY // 2 for n in range(5)))
    found = noted(tmp_path, START + 2 * DAY + jump)
    assert (found.settled(), found.jump) == (False, jump)
    assert noted(tmp_path, *(found.seen + n * DAY // 2 for n in range(1, 3))).settled()


def test_an_hour_off_or_a_second_back_is_no_jump(tmp_path: Path) -> None:
    noted(tmp_path, START, START + DAY, START + DAY - 1000, START + DAY + 40 * 60 * MINUTE)
    found = clock.read(tmp_path)
    assert found is not None
    assert (found.settled(), found.jump) == (True, 0)


@pytest.mark.parametrize("text", ["", "{", '{"since": "x"}', "[]"])
def test_a_note_that_cannot_be_read_begins_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    assert noted(tmp_path, START) == clock.Clock(START, START)


def test_nothing_is_dropped_before(
    pipeline: Pipeline, settings: Settings, house: House, tmp_path: Path
) -> None:
    long_ago = now_ms() - 300 * DAY
    house.load([Happening(long_ago)])
    of = replace(settings, data=tmp_path, keep_months=1)
    clock.note(tmp_path, now_ms())

    def left() -> tuple[object, ...]:
        return house.rows(
            "SELECT (SELECT count() FROM events WHERE app = {app:UInt32}), "
            "(SELECT count() FROM ids WHERE app = {app:UInt32})"
        )[0]

    for task in (tasks.forget, tasks.retain, tasks.sweep_spool):
        task(pipeline, of)
    assert left() == (1, 1)
    (tmp_path / NAME).unlink()
    noted(tmp_path, now_ms() - 41 * DAY, now_ms() - 40 * DAY)  # settled, and then the clock jumped
    tasks.retain(pipeline, of)
    tasks.forget(pipeline, of)
    (tmp_path / NAME).unlink()
    (tmp_path / NAME).mkdir()  # it cannot be noted
    tasks.retain(pipeline, of)
    tasks.forget(pipeline, of)
    (tmp_path / NAME).rmdir()
    assert left() == (1, 1)
    noted(tmp_path, now_ms() - DAY, now_ms())
    for task in (tasks.forget, tasks.retain):
        task(pipeline, of)
    assert left() == (0, 0)
