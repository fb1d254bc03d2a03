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


#: No text at all.
NOTHING = Text("", "")
