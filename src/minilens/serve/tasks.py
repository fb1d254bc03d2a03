"""What the engine process does regularly: the whole list."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TypeVar

from minilens.deliver.pictures import Pictures
from minilens.load.loader import Place
from minilens.load.pipeline import Pipeline
from minilens.period import now_ms
from minilens.serve import clock
from minilens.serve.archives import keeping
from minilens.serve.backup.backup import sweep
from minilens.settings import Settings
from minilens.spool import test_mode
from minilens.warehouse.retention import expire, forget_ids

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Task:
    """Something to do every so many seconds. `beside`: it may take long and leaves events alone, so nothing waits for
    it and it waits for nothing."""

    name: str
    every: float
    do: Callable[[Pipeline, Settings], object]
    beside: bool = False


def _each(some: Iterable[Kind], do: Callable[[Kind], object]) -> None:
    """For each of them, whatever becomes of the others; the first failure is raised at the end."""
    failed: Exception | None = None
    for one in some:
        try:
            do(one)
        except Exception as error:
            failed = failed or error
    if failed:
        raise failed


def note_clock(pipeline: Pipeline, settings: Settings) -> None:
    """Note that it is now: see `clock`."""
    clock.note(settings.data, now_ms())


def _may_drop(settings: Settings) -> bool:
    """Whether the clock has gone on evenly for long enough to drop things by their age."""
    try:
        return clock.note(settings.data, now_ms()).settled()
    except OSError:  # what cannot be noted is not known
        return False


def sweep_spool(pipeline: Pipeline, settings: Settings) -> None:
    """Delete segments that were loaded long enough ago, those of a finished import at once; and events of test mode."""
    by_age = _may_drop(settings)
    limit = now_ms() / 1000 - settings.spool_hours * 3600

    def sweep_one(place: Place) -> None:
        folder = pipeline.loader.opened(place)
        if folder.name.startswith("import-"):
            folder.finish()
        elif by_age:
            folder.sweep(limit)

    _each(pipeline.loader.places(), sweep_one)
    test_mode.sweep(pipeline.spool, now_ms())


def sweep_pictures(pipeline: Pipeline, settings: Settings) -> None:
    """Delete pictures of messages that can be fetched no longer."""
    if _may_drop(settings):
        Pictures(settings.data, settings.secret, settings.public_url).sweep(now_ms())


def forget(pipeline: Pipeline, settings: Settings) -> None:
    """Drop ids older than trackers may send."""
    if not _may_drop(settings):
        return
    forget_ids(pipeline.engine, days=settings.late_days * 2)


def retain(pipeline: Pipeline, settings: Settings) -> None:
    """Drop months of raw events that are older than they are to be kept; none that is to be archived first."""
    if settings.keep_months and _may_drop(settings):
        _each(
            pipeline.records.apps.all(archived=True),
            lambda app: expire(
                pipeline.engine,
                app.id,
                months=settings.keep_months,
                spared=keeping.not_archived(pipeline, settings, app),
            ),
        )


def sweep_backups(pipeline: Pipeline, settings: Settings) -> None:
    """Let go of what killed backups had put aside."""
    sweep(settings.data)


def forget_erased(pipeline: Pipeline, settings: Settings) -> None:
    """Take erased persons out of what was received, as soon as a receiver has gone on to the next file."""
    replace(pipeline.eraser, still=pipeline.loading.held).forget_spool()


def resume_erasures(pipeline: Pipeline, settings: Settings) -> None:
    """Finish erasures that failed in the middle: whoever ordered one need not know how far it came."""
    replace(pipeline.eraser, still=pipeline.at_rest).complete()


def resume_release(pipeline: Pipeline, settings: Settings) -> None:
    """Finish a release from quarantine that failed in the middle: nobody has to ask for another one."""
    pipeline.quarantine.resume()


TASKS = (
    Task("note the clock", 60.0, note_clock),
    Task("sweep backups", 60.0, sweep_backups),
    Task("sweep the spool", 60.0, sweep_spool),
    Task("forget erased persons", 60.0, forget_erased),
    Task("finish erasures", 30.0, resume_erasures),
    Task("finish releases", 60.0, resume_release),
    Task("forget old ids", 3600.0, forget),
    Task("retain events", 3600.0, retain),
    Task("sweep pictures", 3600.0, sweep_pictures),
    Task("archive months", 3600.0, keeping.keep_due, beside=True),
)


def _do(task: Task, pipeline: Pipeline, settings: Settings) -> None:
    with nullcontext() if task.beside else pipeline.tidying.step():
        task.do(pipeline, settings)


async def run(pipeline: Pipeline, settings: Settings, more: Sequence[Task] = ()) -> None:
    """Do each when it is due, for ever, and `more` as well, on threads of their own: those of the site are for whoever
    clicks. One that fails, whatever the reason, is tried when it is due again. Cancelled, it ends with the last of
    those under way."""
    every = (*TASKS, *more)
    beside = [[task] for task in every if task.beside]
    lines = [[task for task in every if not task.beside], *beside]
    threads = ThreadPoolExecutor(len(lines), "tasks")
    try:
        await asyncio.gather(*(_run(line, pipeline, settings, threads) for line in lines))
    finally:
        threads.shutdown(wait=False, cancel_futures=True)  # the loop must not stand still
        await asyncio.to_thread(threads.shutdown)


async def _run(
    tasks: Sequence[Task], pipeline: Pipeline, settings: Settings, threads: ThreadPoolExecutor
) -> None:
    loop = asyncio.get_running_loop()
    due = {task.name: 0.0 for task in tasks}
    while True:
        for task in tasks:
            if time.monotonic() >= due[task.name]:
                due[task.name] = time.monotonic() + task.every
                try:
                    await loop.run_in_executor(threads, _do, task, pipeline, settings)
                except Exception as error:
                    pipeline.failures.failed(task.name, error)
                else:
                    pipeline.failures.worked(task.name)
        await asyncio.sleep(1)
