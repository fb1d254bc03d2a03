"""Short texts in both languages, as tables of names and definitions hold them.

Sentences of pages and commands are in `locale/*.po` instead.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Text(NamedTuple):
    """One text, Chinese first."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """As people of a language read it."""
        return self.zh if language == "zh" else self.en


def counted(n: int, one: str, more: str = "") -> str:
    """A number and its noun in English: 1 line, 2 lines, 1 batch, 2 batches. `more` where it isn't `one` with an s.

    Sentences of pages, of which both languages are in catalogues, use `ngettext`.
    """
    return f"{n:,} {one if n == 1 else more or f'{one}s'}"


#: No text at all.
NOTHING = Text("", "")
