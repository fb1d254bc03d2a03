"""How far a move is: kept in a file of the data folder, read by the command, `minilens doctor` and metrics.

Nothing in it is needed for the target to be right: what it notes spares a move that is begun again from reading twice
what is known to be the same.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import msgspec

from minilens.data_folder import remove_note
from minilens.text import Language

#: In the data folder.
NAME = "move.json"
#: `ended`: the warehouse was switched; `rehearsed`: it could have been.
State = Literal["copying", "comparing", "ended", "rehearsed", "stopped", "failed"]
UNDERWAY = ("copying", "comparing")


class Progress(msgspec.Struct):
    """`move` is that of the standing of the two. `rows` of `of_rows` of the present round are the same there; `copied`:
    rows written or deleted there since it was begun.

    `paused`: milliseconds since 1970 since when loading waits, 0 where it does not; `pause`: how long it did, in
    milliseconds. `questions`: asked of both, `questions_of_pause` of them while loading waited. `noted`: partition →
    the parts of the source that the target was found the same with.
    """

    move: str
    source: str
    target: str
    began: int
    state: State = "copying"
    ended: int = 0
    round: int = 1
    round_began: int = 0
    rows: int = 0
    of_rows: int = 0
    copied: int = 0
    reports: int = 0
    questions: int = 0
    questions_of_pause: int = 0
    paused: int = 0
    pause: int = 0
    why: tuple[str, str] = ("", "")
    noted: dict[str, str] = {}

    def reason(self, language: Language) -> str:
        """Why it failed."""
        return self.why[0] if language == "zh" else self.why[1]


def read(data: Path) -> Progress | None:
    """The last move of this data folder; None where there was none."""
    try:
        return msgspec.json.decode((data / NAME).read_bytes(), type=Progress)
    except (OSError, msgspec.MsgspecError):
        return None


def write(data: Path, progress: Progress) -> None:
    """Remember it: all of it or what there was."""
    new = data / f".{NAME}"
    new.write_bytes(msgspec.json.encode(progress))
    os.replace(new, data / NAME)


def forget(data: Path) -> None:
    """There was no move."""
    remove_note(data / NAME)
