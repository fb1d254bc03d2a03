"""No text is missing in zh or en, and none is kept that nobody uses."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(str(files("minilens")))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def used() -> set[str]:
    rooms = ("render", "deliver", "web")
    methods = [("templates/**.html", "jinja2"), *((f"{room}/**.py", "python") for room in rooms)]
    found = extract_from_dir(ROOT, methods, {}, keywords={"_": None})
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def held(language: str) -> dict[str, str]:
    with (ROOT / "locale" / language / "minilens.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_texts_are_complete(language: str) -> None:
    texts = held(language)
    assert len(used()) > 50
    assert used() - texts.keys() == set()
    assert texts.keys() - used() == set()
    assert [key for key, text in texts.items() if not text] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_text_stands_once(language: str) -> None:
    """Of two translations it would be chance which one is read."""
    lines = (ROOT / "locale" / language / "minilens.po").read_text(encoding="utf-8").splitlines()
    texts = [line for line in lines if line.startswith("msgid ") and line != 'msgid ""']
    assert [text for text in set(texts) if texts.count(text) > 1] == []


def test_chinese_is_chinese() -> None:
    assert [key for key, text in held("zh").items() if not CHINESE.search(text)] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_places_to_fill_are_the_same(language: str) -> None:
    place = re.compile(r"%\(\w+\)s|\{\w+\}")
    for key, text in held(language).items():
        assert sorted(place.findall(text)) == sorted(place.findall(key)), key


def test_templates_hold_no_text_of_their_own() -> None:
    """Chinese stands only where a language names itself."""
    for path in sorted((ROOT / "templates").glob("*.html")):
        for line in path.read_text("utf-8").splitlines():
            assert CHINESE.findall(line.replace("中文", "")) == [], path.name
