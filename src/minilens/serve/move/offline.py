"""A move where no server runs: the command opens the warehouse itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from minilens.errors import Refused
from minilens.load.replay import rewind_all
from minilens.serve.hosts import open_here
from minilens.serve.move.running import Moves, finished_switch, told
from minilens.settings import Settings
from minilens.warehouse.engine import Engine
from minilens.warehouse.migrate import migrate
from minilens.warehouse.standing import note, standing


@contextmanager
def opened(settings: Settings, to: str) -> Iterator[Moves | None]:
    """The warehouse, to be moved; None where a switch that was killed had only to be ended, which is done."""
    if _ended(settings, to):
        yield None
        return
    pipeline = open_here(settings)
    moves = Moves(pipeline, settings)
    try:
        yield moves
    finally:
        moves.close()
        pipeline.close()


def _ended(settings: Settings, to: str) -> bool:
    source = Engine(settings.warehouse_dsn, memory_mb=settings.memory_mb)
    try:
        if standing(source).state == "left":
            target = Engine(to, memory_mb=settings.memory_mb)
            try:
                return finished_switch(source, target, settings)
            finally:
                target.close()
    finally:
        source.close()
    return False


def answered(settings: Settings, asked: dict[str, str]) -> dict[str, Any]:
    """What is asked of a move that no process carries on."""
    if asked["do"] == "cancel":
        Moves.cancel(settings, asked["to"])
    return told(settings, running=False)


def returned(settings: Settings) -> int:
    """Have the warehouse of the settings count again; how many segments are loaded again at the start."""
    engine = Engine(settings.warehouse_dsn, memory_mb=settings.memory_mb)
    try:
        migrate(engine)
        before = standing(engine)
        if before.state != "left":
            raise Refused("not_left")
        note(engine, before.move, "holds", before.other)
    finally:
        engine.close()
    pipeline = open_here(settings)
    try:
        return rewind_all(pipeline.spool, others=pipeline.loader.others())
    finally:
        pipeline.close()
