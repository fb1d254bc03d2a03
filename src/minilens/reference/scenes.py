"""WeChat's scene values: where a launch came from, in both of WeChat's groupings.

`data/scenes.tsv` holds each scene with its group in the newer tree; `data/classic_source_keys.tsv`
holds the 57 flat sources of the older dashboard and of WeChat's own distribution figures. The two
do not map one to one, so both are kept. A code that is in no list is private, retired or newer
than `VERSION`: it is shown as itself and never refused.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    minigame-only · unknown (in no list).
    """

    code: int
    title: Text
    group: Text
    source: ClassicSource
    status: str


def _rows(name: str) -> list[list[str]]:
    text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()[1:]]


def _read_sources() -> dict[int, ClassicSource]:
    return {
        int(key): ClassicSource(int(key), Text(zh, en), tuple(int(code) for code in scenes.split()))
        for key, zh, en, scenes in _rows("classic_source_keys.tsv")
    }


def _read_scenes() -> dict[int, Scene]:
    scenes = {}
    for code, zh, en, group_zh, group_en, key, status in _rows("scenes.tsv"):
        source = CLASSIC_SOURCES[int(key or OTHER)]
        group = Text(group_zh, group_en)
        scenes[int(code)] = Scene(int(code), Text(zh, en), group, source, status)
    return scenes


CLASSIC_SOURCES = _read_sources()
SCENES = _read_scenes()


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
