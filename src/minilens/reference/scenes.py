"""WeChat's scene values: where a launch came from, in both of WeChat's groupings.

`data/scenes.tsv` holds each scene with its group in the newer tree; `data/classic_source_keys.tsv`
holds the 57 flat sources of the older dashboard and of WeChat's own distribution figures. The two
do not map one to one, so both are kept. A code that is in no list is private, retired or newer
than `VERSION`: it is shown as itself and never refused.

A scene that WeChat moves to another group, or a new one, gets one more row with the day from which that holds
(`from`), so that an update changes no figures of days before. Names are always those of the newest row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from minilens.text import Text

#: The day on which WeChat's lists were read.
VERSION = "2026-07-30"
#: WeChat puts every scene without a source of its own under this key.
OTHER = 10

#: Scenes in which no person opened the mini program.
ROBOTS = {1030: "automated_test", 1129: "crawler", 1203: "load_test", 1408: "background"}
#: Scenes that give away a version other than the released one, or a page seen without signing in.
ENVIRONMENTS = {1017: "trial", 1059: "trial", 1101: "develop", 1154: "preview"}


@dataclass(frozen=True)
class ClassicSource:
    """One of the flat sources. `scenes` is empty for `OTHER`, which takes all the rest."""

    key: int
    title: Text
    scenes: tuple[int, ...]


@dataclass(frozen=True)
class Scene:
    """One scene value.

    `status`: live · deprecated · legacy · undocumented (only the classic source is known) ·
    minigame-only · unknown (in no list). `since`: the first day on which it belongs to this group and source; None
    where it always did.
    """

    code: int
    title: Text
    group: Text
    source: ClassicSource
    status: str
    since: date | None = None


def _rows(name: str) -> list[list[str]]:
    text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()[1:]]


def _read_sources() -> dict[int, ClassicSource]:
    return {
        int(key): ClassicSource(int(key), Text(zh, en), tuple(int(code) for code in scenes.split()))
        for key, zh, en, scenes in _rows("classic_source_keys.tsv")
    }


def read(rows: Iterable[list[str]]) -> tuple[Scene, ...]:
    """Every row of the table; of each scene the oldest first."""
    found = []
    for code, zh, en, group_zh, group_en, key, status, *since in rows:
        source, group = CLASSIC_SOURCES[int(key or OTHER)], Text(group_zh, group_en)
        first = date.fromisoformat(since[0]) if since else None
        found.append(Scene(int(code), Text(zh, en), group, source, status, first))
    return tuple(sorted(found, key=lambda one: (one.code, one.since or date.min)))


def newest(rows: Iterable[Scene]) -> dict[int, Scene]:
    """The last row of each scene."""
    return {one.code: one for one in rows}


def before(rows: Iterable[Scene]) -> tuple[tuple[date, Mapping[int, Scene]], ...]:
    """Each day from which the table is another, the oldest first, with the table of the days before it."""
    every = tuple(rows)
    changes = sorted({one.since for one in every if one.since})
    return tuple(
        (day, newest(one for one in every if one.since is None or one.since < day))
        for day in changes
    )


CLASSIC_SOURCES = _read_sources()
#: All rows, and the newest of each scene.
ROWS = read(_rows("scenes.tsv"))
SCENES = newest(ROWS)


def scene(code: int) -> Scene:
    """What is known of a code; an unlisted one carries its number as its name."""
    known = SCENES.get(code)
    if known:
        return known
    title = Text(f"未知（{code}）", f"unknown ({code})")
    return Scene(code, title, Text("其他", "Other"), CLASSIC_SOURCES[OTHER], "unknown")


def is_robot(code: int) -> str:
    """Why a launch with this scene is no visit of a person, or nothing where it is one."""
    return ROBOTS.get(code, "")


def environment(code: int) -> str | None:
    """trial, develop or preview where the scene alone says so."""
    return ENVIRONMENTS.get(code)
