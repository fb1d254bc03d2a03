"""The two languages: texts from locale/*.po, read at start, and the choice between them."""

from __future__ import annotations

import functools
import gettext
from collections.abc import Callable
from importlib.resources import files
from typing import cast

from babel.messages.pofile import read_po

from minilens.text import LANGUAGES, Language

#: The value of <html lang> and of the Content-Language header.
TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}

Translate = Callable[[str], str]


class Texts(gettext.NullTranslations):
    """The texts of one .po file, read without a compile step."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__()
        self.texts = texts

    def gettext(self, message: str) -> str:
        return self.texts.get(message, message)


@functools.cache
def texts(language: Language) -> Texts:
    """All texts of a language, keyed by their English."""
    path = files("minilens") / "locale" / language / "minilens.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    return Texts({str(m.id): str(m.string) for m in catalog if m.id and m.string})


def translate(language: Language) -> Translate:
    """The function that files call `_`."""
    return texts(language).gettext


def preferred(*wishes: str | None) -> Language:
    """The first wish that names a language we speak; a wish may be an Accept-Language header."""
    for wish in wishes:
        for part in ranked(wish or ""):
            if part[:2] in LANGUAGES:
                return cast("Language", part[:2])
    return "zh"


def ranked(header: str) -> list[str]:
    """`en;q=0.5, zh-CN` → ["zh-cn", "en"]."""
    found: list[tuple[float, str]] = []
    for part in header.lower().split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            weight = 0.0
        if name and weight > 0:
            found.append((-weight, name))
    return [name for _, name in sorted(found, key=lambda pair: pair[0])]
