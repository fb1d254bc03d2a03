"""The two languages: texts from locale/*.po, read at start, and the choice between them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import cast

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from minilens.text import LANGUAGES, Language

#: The value of <html lang> and of the Content-Language header.
TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}

Translate = Callable[[str], str]
#: Singular, plural and the number that chooses between them.
TranslatePlural = Callable[[str, str, int], str]


@functools.cache
def texts(language: Language) -> GNUTranslations:
    """All texts of a language, keyed by their English; its .po file is compiled here, not beforehand."""
    path = files("minilens") / "locale" / language / "minilens.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


def translate(language: Language) -> Translate:
    """The function that files call `_`."""
    return texts(language).gettext


def translate_plural(language: Language) -> TranslatePlural:
    """The function that files call `ngettext`. The text names its number, as people read it, in a place to fill."""
    return texts(language).ngettext


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
