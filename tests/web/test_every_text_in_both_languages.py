"""No text is missing in zh or en, and none is kept that nobody uses."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import cast

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from minilens.render.i18n import texts

ROOT = Path(str(files("minilens")))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


#: A text, or singular and plural of one with a number.
Message = str | tuple[str, ...]
PLURALS = {"zh": 1, "en": 2}
PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")


@functools.cache
def used() -> set[Message]:
    rooms = ("render", "deliver", "web")
    methods = [("templates/**.html", "jinja2"), *((f"{room}/**.py", "python") for room in rooms)]
    found = extract_from_dir(ROOT, methods, {}, keywords={"_": None, "ngettext": (1, 2)})
    return {message for _, _, message, _, _ in found if message}


def held(language: str) -> dict[Message, tuple[str, ...]]:
    """Each text with its forms: one, or of a text with a number as many as the language has."""
    with (ROOT / "locale" / language / "minilens.po").open("rb") as file:
        found = [one for one in read_po(file, locale=language) if one.id]
    return {
        _forms(one.id) if one.pluralizable else str(one.id): _forms(one.string) for one in found
    }


def _forms(of: object) -> tuple[str, ...]:
    return (of,) if isinstance(of, str) else tuple(map(str, cast("Sequence[object]", of)))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_texts_are_complete(language: str) -> None:
    kept = held(language)
    assert len(used()) > 50
    assert used() - kept.keys() == set()
    assert kept.keys() - used() == set()
    assert [key for key, forms in kept.items() if not all(forms)] == []
    assert {len(forms) for key, forms in kept.items() if isinstance(key, tuple)} == {
        PLURALS[language]
    }


def test_english_says_in_the_catalogue_what_it_says_in_code() -> None:
    found = held("en").items()
    assert [key for key, forms in found if forms != _forms(key)] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_text_stands_once(language: str) -> None:
    """Of two translations it would be chance which one is read."""
    lines = (ROOT / "locale" / language / "minilens.po").read_text(encoding="utf-8").splitlines()
    found = [line for line in lines if line.startswith("msgid ") and line != 'msgid ""']
    assert [text for text in set(found) if found.count(text) > 1] == []


def test_chinese_is_chinese() -> None:
    assert [key for key, (text,) in held("zh").items() if not CHINESE.search(text)] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_places_to_fill_are_the_same(language: str) -> None:
    for key, forms in held(language).items():
        whole = key if isinstance(key, str) else key[-1]
        for text in forms:
            if text == key[0]:  # the singular may say its number without a digit
                assert set(PLACE.findall(text)) <= set(PLACE.findall(whole)), key
            else:
                assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(whole)), key


def test_one_is_not_said_as_many() -> None:
    one, more = "%(count)s link", "%(count)s links"
    en, zh = texts("en").ngettext, texts("zh").ngettext
    assert [en(one, more, n) for n in (0, 1, 2)] == [more, one, more]
    assert {zh(one, more, n) for n in (0, 1, 2)} == {"%(count)s 条链接"}


def test_templates_hold_no_text_of_their_own() -> None:
    """Chinese stands only where a language names itself."""
    for path in sorted((ROOT / "templates").glob("*.html")):
        for line in path.read_text("utf-8").splitlines():
            assert CHINESE.findall(line.replace("中文", "")) == [], path.name
