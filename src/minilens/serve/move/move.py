"""A move: copy while events are loaded, then hold loading still for as long as it takes to copy the rest, compare, and
switch.

What is copied is what differs, partition by partition (`warehouse.copying`): a move that was ended anywhere goes on
with what is missing. Receiving never stops, and reports are answered from the source, also after the switch, until
Minilens is started with the other warehouse. The source is left as it is.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from minilens.load.erasure import ONE_AT_A_TIME
from minilens.load.pipeline import Pipeline
from minilens.period import now_ms
from minilens.serve.move import progress as kept
from minilens.serve.move.progress import Progress
from minilens.serve.move.refusals import MoveFailed, check_target
from minilens.serve.move.reports import Comparison
from minilens.settings import Settings
from minilens.warehouse.copying import Copy
from minilens.warehouse.engine import Engine
from minilens.warehouse.of_apps import RowsOfApp, app_of, sums_of_apps
from minilens.warehouse.slices import Partition, counts, partitions
from minilens.warehouse.standing import left_for, note, shown, standing

#: Rounds while events are loaded: each copies what came during the one before. Then, or once one is as short as that
#: (seconds) or hardly shorter than the one before, loading waits for the last.
MOST_ROUNDS, SHORT, SHORTER = 6, 5.0, 0.7
#: Seconds longer that old builds stay once apps have been compared: to delete those of one app numbers the parts of all
#: anew, so that all would be asked again. Not for ever, since old builds take room.
SWEPT_LATER = 1800.0
#: With loading held still a partition is the same at the latest after so many tries.
TRIES = 3
#: Seconds between two looks whether work is under way that must be over first, and those of all looks.
LOOK, LOOKS = 0.5, 120.0


class Stopped(Exception):
    """The move was told to stop; begun again it goes on."""


@dataclass
class Move:
    """From the warehouse of `pipeline` to `target`, which is open and up to date. `rehearsal`: all but the switch."""

    pipeline: Pipeline
    settings: Settings
    target: Engine
    rehearsal: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    fault: Callable[[str], None] = lambda point: None  # tests interrupt here
    progress: Progress = field(init=False)
    _comparison: Comparison | None = None

    def __post_init__(self) -> None:
        """Check what can be checked, and write down in the target that it is being filled; Refused."""
        before, source = kept.read(self.settings.data), self.pipeline.engine
        there = check_target(source, self.target, before)
        ends = shown(source.dsn), shown(self.target.dsn)
        move = standing(source).move or (before.move if before else "") or secrets.token_hex(8)
        goes_on = there.state == "filling"
        same = goes_on and before and (before.source, before.target) == ends
        noted = before.noted if before and same else {}
        self.progress = Progress(move, *ends, now_ms(), noted=noted)
        if not goes_on:
            note(self.target, move, "filling", shown(source.dsn))
        self._keep()

    def run(self) -> None:
        """All of it; what ends it is told by `progress`."""
        try:
            self._copy_while_loading()
            self._wait_and_switch()
        finally:
            self.pipeline.builder.swept_later = 0.0
            if self._comparison:
                self._comparison.close()
            self.progress.paused, self.progress.ended = 0, now_ms()
            self._keep()

    def _copy_while_loading(self) -> None:
        last = float("inf")
        for n in range(1, MOST_ROUNDS + 1):
            began = time.monotonic()
            self.progress.round = n
            with closing(self.pipeline.engine.on_one_thread()) as source:
                self._round(source)
            with self.pipeline.building.held():  # none is swept at this moment either
                self.pipeline.builder.swept_later = SWEPT_LATER
            self._compare_beforehand()
            took = time.monotonic() - began
            if took < SHORT or took > last * SHORTER:
                return
            last = took

    def _round(self, source: Engine) -> list[Partition]:
        """Copy what differs of all that changed since the last round; partitions that were not the same in the end."""
        self.go_on()
        here, told = partitions(source), self.progress
        copy = Copy(source, self.target, self._copied, self.fault)
        for key, one in sorted(partitions(self.target).items()):
            if key not in here:
                copy.drop(one)
                self._written(one)
                told.noted.pop(key, None)
        due = [one for _, one in sorted(here.items()) if told.noted.get(one.key) != one.signature]
        told.round_began, told.rows, told.of_rows = now_ms(), 0, sum(one.rows for one in due)
        different = []
        for one in due:
            told.noted.pop(one.key, None)
            copied = told.copied
            if copy.match(one):
                told.noted[one.key] = one.signature
            else:
                different.append(one)
            if told.copied != copied:
                self._written(one)
            told.rows += one.rows
            self._keep()
            self.go_on()
        return different

    def _wait_and_switch(self) -> None:
        """Once nothing is half done: the rest, the comparison, the switch; loading waits meanwhile."""
        until = time.monotonic() + LOOKS
        while True:
            with self._held():
                if not self._half_done():
                    self._finish()
                    return
            if time.monotonic() > until:
                raise MoveFailed(
                    "装载、删除用户或解除隔离一直未完成，暂不切换；请查看 minilens doctor，稍后再次执行",
                    "Loading, an erasure or a release from quarantine never finished, so nothing was switched; see "
                    "minilens doctor, and run this again later",
                )
            self.stop.wait(LOOK)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Nothing is loaded, made, erased, let in or swept."""
        with self.pipeline.still(), ONE_AT_A_TIME:
            began = time.monotonic()
            self.progress.paused, self.pipeline.moving = now_ms(), True
            try:
                yield
            finally:
                self.progress.pause = round((time.monotonic() - began) * 1000)
                self.progress.paused, self.pipeline.moving = 0, False

    def _half_done(self) -> bool:
        """Whether something was begun whose end stands on what this warehouse remembers of the beginning."""
        self.go_on()
        loader = self.pipeline.loader
        chunk = any(
            folder.intended(one.id) > one.loaded
            for folder in map(loader.opened, loader.places())
            for one in folder.segments()
        )
        return chunk or self.pipeline.erasing or self.pipeline.quarantine.unfinished

    def _finish(self) -> None:
        source = self.pipeline.engine
        self._make_same(source)
        self._compare()
        copied = self.progress.copied
        if self._round(source) or self.progress.copied != copied:
            raise MoveFailed(
                "比较期间数据有变化，没有切换；请再次执行",
                "Data changed while the two were compared, so nothing was switched; run this again",
            )
        self.fault("compared")
        self.progress.state = "rehearsed"
        if not self.rehearsal:
            switch(source, self.target, self.progress.move, self.fault)
            self.progress.state = "ended"

    def _make_same(self, source: Engine) -> None:
        """The last rounds, until no partition differs, also of those that were found the same long ago."""
        for _ in range(TRIES):
            different = [one.key for one in self._round(source)]
            here, there = counts(source), counts(self.target)
            different += sorted(
                key for key in here.keys() | there.keys() if here.get(key) != there.get(key)
            )
            if not different:
                return
            for key in different:
                self.progress.noted.pop(key, None)
        raise MoveFailed(
            f"复制后仍不一致：{', '.join(different[:3])}。没有切换",
            f"Still not the same after copying: {', '.join(different[:3])}. Nothing was switched",
        )

    def _compare_beforehand(self) -> None:
        """Ask about the apps whose rows are all there, so that less is left for when loading waits."""
        noted, sums = self.progress.noted, sums_of_apps(self.target)

        def is_same(app: int, rows: RowsOfApp) -> bool:
            return rows.noted(noted) and rows.sums == sums.get(app, frozenset())

        self.progress.state = "comparing"
        self._keep()
        self.comparison.beforehand(is_same)
        self.progress.state = "copying"

    def _compare(self) -> None:
        """Ask whatever was not found the same beforehand of both, now that nothing changes."""
        self.progress.state = "comparing"
        self._keep()
        before, self.progress.reports = self.comparison.asked, 0
        self.comparison.run()
        self.progress.questions_of_pause = self.comparison.asked - before

    @property
    def comparison(self) -> Comparison:
        """Of the source and the target, over connections of its own."""
        if self._comparison is None:
            dsns, memory = (self.pipeline.engine.dsn, self.target.dsn), self.settings.memory_mb
            here, there = (Engine(dsn, memory_mb=memory) for dsn in dsns)
            self._comparison = Comparison(self.pipeline, here, there, self._compared, self.go_on)
        return self._comparison

    def _compared(self) -> None:
        self.progress.reports += 1
        self.progress.questions = self.comparison.asked
        if self.progress.reports % 20 == 0:
            self._keep()
        self.go_on()

    def _copied(self, rows: int) -> None:
        self.progress.copied += rows
        self.go_on()

    def _written(self, one: Partition) -> None:
        """The target's partition is another one: what was asked of its app does not count."""
        if self._comparison and (app := app_of(one)) is not None:
            self._comparison.forget(app)

    def go_on(self) -> None:
        """Stopped where it is to end."""
        if self.stop.is_set():
            raise Stopped

    def _keep(self) -> None:
        kept.write(self.settings.data, self.progress)


def switch(
    source: Engine, target: Engine, move: str, fault: Callable[[str], None] = lambda point: None
) -> None:
    """From now on the target counts. A kill in between leaves neither to be started by mistake: done again, it ends."""
    if standing(source).state != "left":
        note(source, move, "left", shown(target.dsn))
    source.seal.close(left_for(shown(target.dsn), standing(source).at))
    fault("left")
    note(target, move, "holds", shown(source.dsn))
