"""The one move that a process may have under way, on a thread of its own; what the command asks of it."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import Any

import msgspec

from minilens.errors import MinilensError, Refused
from minilens.load.pipeline import Pipeline
from minilens.load.worker import MOST_REASON, reason_of
from minilens.serve.move import progress as kept
from minilens.serve.move.move import Move, Stopped, switch
from minilens.serve.move.progress import UNDERWAY
from minilens.serve.move.refusals import check_addresses, check_schema
from minilens.settings import Settings
from minilens.warehouse.engine import Engine
from minilens.warehouse.migrate import migrate
from minilens.warehouse.slices import SLICES
from minilens.warehouse.standing import shown, standing

log = logging.getLogger(__name__)


@dataclass
class Moves:
    """`answered` is what the command asks; `close` has it stopped and waits for its end."""

    pipeline: Pipeline
    settings: Settings
    _move: Move | None = None
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, given: list[tuple[str, str]]) -> dict[str, Any]:
        """The same of a command, which sends `to` beside the address: it holds a password."""
        return self.answered({**dict(given), "to": dict(given).get("body", "")})

    def answered(self, asked: dict[str, str]) -> dict[str, Any]:
        """`do` is start (`to`, and `rehearse` where it is not to be switched), status, stop or cancel (`to`)."""
        with self._lock:
            match asked["do"]:
                case "start":
                    self._start(asked["to"], rehearsal=asked.get("rehearse") == "yes")
                case "stop":
                    self._end()
                case "cancel":
                    self._end()
                    self.cancel(self.settings, asked["to"])
        return told(self.settings, running=self.running)

    @property
    def running(self) -> bool:
        """Whether a move is under way in this process."""
        return bool(self._thread and self._thread.is_alive())

    def close(self) -> None:
        """Stop it; begun again it goes on."""
        with self._lock:
            self._end()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for its end, so many seconds at most; whether it came."""
        if self._thread:
            self._thread.join(seconds)
        return not self.running

    def _start(self, to: str, *, rehearsal: bool) -> None:
        source, before = self.pipeline.engine, kept.read(self.settings.data)
        check_addresses(source.dsn, to)
        underway = before and before.state in (*UNDERWAY, "stopped", "failed")
        if self.running or (before and underway and before.target != shown(to)):
            raise Refused("move_underway", "to", got=before.target if before else shown(to))
        target = Engine(to, memory_mb=self.settings.memory_mb)
        try:
            check_schema(target)
            migrate(target)
            if finished_switch(source, target, self.settings):
                target.close()
                return
            self._move = Move(self.pipeline, self.settings, target, rehearsal)
        except BaseException:
            target.close()
            raise
        self._thread = threading.Thread(target=self._run, args=(self._move,), name="move")
        self._thread.start()

    def _run(self, move: Move) -> None:
        told = move.progress
        try:
            move.run()
        except Stopped:
            told.state = "stopped"
        except Exception as error:  # whatever it is: it is told by whoever asks
            told.state = "failed"
            log.error("the move failed", extra={"reason": reason_of(error)}, exc_info=error)
            said = reason_of(error)
            told.why = said, said
            if isinstance(error, MinilensError):
                told.why = error.message("zh")[:MOST_REASON], error.message("en")[:MOST_REASON]
        finally:
            kept.write(self.settings.data, told)
            move.target.close()

    def _end(self) -> None:
        if self._move and self.running:
            self._move.stop.set()
            self.wait()

    @staticmethod
    def cancel(settings: Settings, to: str) -> None:
        """Empty the target again, and forget the move; Refused where there is none."""
        before = kept.read(settings.data)
        if before is None or before.state == "ended" or before.target != shown(to):
            raise Refused("no_move", "to")
        target = Engine(to, memory_mb=settings.memory_mb)
        try:
            if (found := standing(target)).state == "filling" and found.move == before.move:
                for table in (*SLICES, "moves"):
                    target.on_each_shard(f"TRUNCATE TABLE {table}")
        finally:
            target.close()
        kept.forget(settings.data)


def finished_switch(source: Engine, target: Engine, settings: Settings) -> bool:
    """End a switch that was killed between its two halves; False where there was none."""
    here, there = standing(source), standing(target)
    begun = here.state == "left" and here.other == shown(target.dsn)
    if not begun or there.state != "filling" or here.move != there.move:
        return False
    switch(source, target, here.move)
    if before := kept.read(settings.data):
        before.state = "ended"
        kept.write(settings.data, before)
    return True


def told(settings: Settings, *, running: bool) -> dict[str, Any]:
    """How far the move is, as the command shows it; one that no process carries on was interrupted."""
    found = kept.read(settings.data)
    if found is None:
        return {"move": None, "running": False}
    if found.state in UNDERWAY and not running:
        found.state = "stopped"
    body: dict[str, Any] = msgspec.to_builtins(found)
    del body["noted"]
    return {"move": body, "running": running}
