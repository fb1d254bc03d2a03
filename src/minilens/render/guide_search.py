"""The guide searched: its parts, those first that are named by what is looked for."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from minilens.render import guide
from minilens.text import Language

#: No search needs more.
MOST, LONGEST = 30, 100
#: So many characters before and behind what was found are shown.
AROUND = 50


@dataclass(frozen=True)
class Part:
    """What stands under one heading. `page` is the name of its page, `place` the heading's, "" at the page's top."""

    page: str
    page_title: str
    place: str
    title: str
    text: str


@dataclass(frozen=True)
class Piece:
    """Some characters; `found`: they were looked for."""

    text: str
    found: bool


@dataclass(frozen=True)
class Found:
    """A part with the words around what was found in it."""

    part: Part
    excerpt: tuple[Piece, ...]


@functools.cache
def parts(language: Language) -> tuple[Part, ...]:
    """The whole guide, part by part."""
    return tuple(part for entry in guide.contents(language) for part in parts_of(entry, language))


def parts_of(entry: guide.Entry, language: Language) -> list[Part]:
    """One page, part by part."""
    found: list[tuple[str, str, list[str]]] = []
    before = ""
    for token in guide.reader().parse(guide.text_of(entry.name, language)):
        if token.type == "inline" and before == "heading_open":
            title, place = guide.headed(token)
            found.append((title, place if len(found) else "", []))
        elif token.type == "inline":
            found[-1][2].append("".join(one.content or " " for one in token.children or []))
        elif token.type == "fence":
            found[-1][2].append(token.content)
        before = token.type
    return [
        Part(entry.name, entry.title, place, title, " ".join(" ".join(lines).split()))
        for title, place, lines in found
    ]


def search(asked: str, language: Language) -> list[Found]:
    """The parts that have every word somewhere; those whose heading has them first, then those of pages that do."""
    words = asked[:LONGEST].lower().split()
    if not words:
        return []
    ranked = []
    for n, part in enumerate(parts(language)):
        named, held = f"{part.title} {part.place}".lower(), part.text.lower()
        of_page = part.page_title.lower()
        if all(word in named or word in held or word in of_page for word in words):
            whole = part.title.lower() == " ".join(words)
            in_title = sum(word in named for word in words)
            in_page = sum(word in of_page for word in words) if not part.place else 0
            in_text = sum(word in held for word in words)
            ranked.append(((-whole, -in_title, -in_page, -in_text, n), part))
    best = sorted(ranked, key=lambda one: one[0])[:MOST]
    return [Found(part, excerpt(part.text, words)) for _, part in best]


def excerpt(text: str, words: list[str]) -> tuple[Piece, ...]:
    """The text around the first word that it has; all words in it are marked."""
    at = min((place for word in words if (place := text.lower().find(word)) >= 0), default=0)
    start, end = max(0, at - AROUND), min(len(text), at + 2 * AROUND)
    wanted = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    pieces, here, cut = [Piece("…" * (start > 0), False)], 0, text[start:end]
    for found in wanted.finditer(cut):
        pieces += [Piece(cut[here : found.start()], False), Piece(found[0], True)]
        here = found.end()
    pieces += [Piece(cut[here:], False), Piece("…" * (end < len(text)), False)]
    return tuple(one for one in pieces if one.text)
