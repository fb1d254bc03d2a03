"""Why the engine cannot open: written by the engine's process as it ends, read by the door that answers meanwhile."""

from __future__ import annotations

from pathlib import Path

import msgspec

from minilens.data_folder import remove_note
from minilens.errors import CannotStart, EngineFailed, ShardAway
from minilens.period import now_ms
from minilens.text import Language

#: In the data folder.
NAME = "engine-failure.json"


class EngineFailure(msgspec.Struct, frozen=True):
    """The reason in both languages, and since when (milliseconds since 1970) there is one."""

    since: int
    zh: str
    en: str

    def reason(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


def read(data: Path) -> EngineFailure | None:
    """The failure that stands; None where the engine has opened since, or nothing can be read."""
    try:
        return msgspec.json.decode((data / NAME).read_bytes(), type=EngineFailure)
    except (OSError, msgspec.MsgspecError):
        return None


def write(data: Path, error: Exception) -> EngineFailure:
    """Remember it; since when stays as it was while the engine does not open."""
    before = read(data)
    if isinstance(error, CannotStart):
        zh, en = error.message("zh"), error.message("en")
    elif isinstance(error, ShardAway):
        zh, en = f"{error.where[0]}没有响应", f"{error.where[1]} isn't responding"
    elif isinstance(error, OSError) and error.strerror:
        said = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        zh, en = f"数据目录无法使用：{said}", f"The data folder cannot be used: {said}"
    else:
        said = str(error) if isinstance(error, EngineFailed) else f"{type(error).__name__}: {error}"
        zh, en = f"数据仓库无法打开：{said}", f"The warehouse cannot be opened: {said}"
    found = EngineFailure(before.since if before else now_ms(), zh, en)
    try:
        (data / NAME).write_bytes(msgspec.json.encode(found))
    except OSError:  # a full disk: it is in the log, and readers are told less
        remove_note(data / NAME)
    return found


def clear(data: Path) -> None:
    """The engine has opened."""
    remove_note(data / NAME)
