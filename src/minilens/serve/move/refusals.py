"""What keeps a move from beginning, or from ending."""

from __future__ import annotations

from minilens.errors import MinilensError, Refused
from minilens.serve.move.progress import Progress
from minilens.text import Language
from minilens.warehouse.address import address
from minilens.warehouse.engine import Engine
from minilens.warehouse.migrate import pending, steps
from minilens.warehouse.slices import partitions
from minilens.warehouse.standing import Standing, shown, standing

#: What a copy takes on the disk beside what it is in the source: parts that wait to be merged.
ROOM = 1.3
_FREE = "SELECT sum(free_space) FROM system.disks WHERE type = 'Local'"


class MoveFailed(MinilensError):
    """A move cannot go on; nothing was switched."""

    def __init__(self, zh: str, en: str) -> None:
        self._zh = zh
        super().__init__(en)

    def message(self, language: Language) -> str:
        """The same in the caller's language."""
        return self._zh if language == "zh" else str(self)


def check_addresses(source: str, target: str) -> None:
    """Refused where the two cannot be the ends of a move."""
    if shown(source) == shown(target):
        raise Refused("move_to_itself", "to")
    if address(source).embedded and address(target).embedded:
        raise Refused("move_between_folders", "to")


def check_schema(target: Engine) -> None:
    """Refused where the target has an older schema: it is somebody's, and not to be upgraded by the way."""
    if 0 < len(pending(target)) < len(steps()):
        raise Refused("move_older", "to", got=shown(target.dsn))


def check_target(source: Engine, target: Engine, before: Progress | None) -> Standing:
    """How the target stands; Refused where it holds what is of no move from the source, or has no room."""
    there, here = standing(target), standing(source)
    ours = bool(before and there.state == "filling" and there.move == before.move)
    earlier = there.state == "left" and there.move == here.move  # all of this was there once
    held = partitions(target)
    if not (ours or earlier) and (there.state != "holds" or any(one.rows for one in held.values())):
        raise Refused("move_not_empty", "to", got=shown(target.dsn))
    size = sum(one.bytes for one in partitions(source).values())
    need = int(size * ROOM) - sum(one.bytes for one in held.values())
    free = sum(int(row[0]) for row in target.rows_of_shards(_FREE))
    if free < need:
        raise Refused(
            "move_no_room", "to", got=shown(target.dsn), free=free >> 20, need=-(-need >> 20)
        )
    return there
