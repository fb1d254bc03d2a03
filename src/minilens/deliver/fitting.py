"""A message is cut to what a channel takes: by whole rows, saying how many there are more; its link stays."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from minilens.render.message import (
    MOST_FIGURES,
    MOST_ROWS,
    Figure,
    Listing,
    Message,
    Picture,
    Section,
)
from minilens.text import Language, Text

#: How much of a channel a message takes, in the channel's own unit.
Size = Callable[[Message], int]

#: Letters of a title, of a cell, of a sentence.
TITLE, CELL, SENTENCE = 100, 60, 400
#: Longer addresses break formats, and are none of ours.
LINK = 1_500

MORE = Text("另有 {n} 项", "and {n} more")
MORE_PARTS = Text("另有 {n} 部分，请打开链接查看", "{n} more parts behind the link")
OPEN = Text("查看详情", "Open the page")
BETWEEN = Text("：", ": ")


@dataclass(frozen=True)
class Cut:
    """So much of a message. `scale`: of the letters that a text may have."""

    rows: int = MOST_ROWS
    figures: int = MOST_FIGURES
    bars: bool = True
    sections: int = 1_000
    scale: float = 1.0


def fitted(message: Message, size: Size, most: int) -> Message:
    """As much of the message as measures `most` at most; where not even its title fits, the least there is."""
    whole = cut(message, Cut())
    if size(whole) <= most:
        return whole
    ways = tuple(_cuts(len(message.sections)))
    fits, at = len(ways) - 1, 0
    while at < fits:  # each measures less than the one before, or nearly so
        middle = (at + fits) // 2
        if size(cut(whole, ways[middle])) <= most:
            fits = middle
        else:
            at = middle + 1
    return cut(whole, ways[fits])


def cut(message: Message, to: Cut) -> Message:
    """That much of it, every text in one line, without signs that no line holds."""
    language = message.language
    sections = [_section(one, to, language) for one in message.sections[: to.sections]]
    hidden = len(message.sections) - len(sections)
    if hidden:
        sections.append(Section(sentences=(MORE_PARTS.of(language).format(n=hidden),)))
    return replace(
        message, title=one_line(message.title, _scaled(TITLE, to)), as_of=one_line(message.as_of, _scaled(TITLE, to)),
        sections=tuple(sections), link=_link(message.link), footer=one_line(message.footer, _scaled(SENTENCE, to)),
    )  # fmt: skip


def one_line(text: str, most: int) -> str:
    """The text without line breaks, signs of control and lone halves of pairs; cut with an ellipsis."""
    begun = text[: 4 * most + 64]
    if begun.isprintable() and len(text) <= most and "  " not in begun:
        return text.strip()
    shown = "".join(" " if c.isspace() else c for c in begun if c.isspace() or not _hidden(c))
    kept = " ".join(shown.split())
    return kept if len(kept) <= most else f"{kept[: most - 1].rstrip()}…"


def _hidden(sign: str) -> bool:
    """What takes no place, or turns the line around."""
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Cn", "Co") and sign != "\u200d"


def _cuts(sections: int) -> Iterator[Cut]:
    """From all of it to the least: rows of lists go first, then bars and figures, then parts from the end, letters."""
    found = Cut()
    for rows in (8, 6, 5, 4, 3, 2, 1, 0):
        found = replace(found, rows=rows)
        yield found
    found = replace(found, bars=False)
    yield found
    for figures in (6, 4, 3, 2, 1):
        found = replace(found, figures=figures)
        yield found
    for kept in range(min(sections, 40) - 1, -1, -1):
        yield replace(found, sections=kept)
        yield replace(found, sections=kept, scale=0.4)
    yield replace(found, sections=0, scale=0.1)


def _section(one: Section, to: Cut, language: Language) -> Section:
    def short(text: str, most: int) -> str:
        return one_line(text, _scaled(most, to))

    sentences = tuple(short(text, SENTENCE) for text in one.sentences[: to.figures])
    figures = tuple(
        Figure(
            short(each.title, CELL), short(each.value, CELL), short(each.change, TITLE), each.tone,
            short(each.note, TITLE),
        )
        for each in one.figures[: to.figures]
    )  # fmt: skip
    hidden = len(one.figures) - len(figures) + len(one.sentences) - len(sentences)
    if hidden:
        sentences += (MORE.of(language).format(n=hidden),)
    return Section(
        short(one.title, TITLE), sentences, figures, _picture(one.picture, to),
        _listing(one.listing, to), _link(one.link),
    )  # fmt: skip


def _picture(one: Picture | None, to: Cut) -> Picture | None:
    if one is None:
        return None
    bars = one_line(one.bars, TITLE) if to.bars else ""
    return replace(
        one, alt=one_line(one.alt, _scaled(SENTENCE, to)), bars=bars, link=_link(one.link)
    )


def _listing(one: Listing | None, to: Cut) -> Listing | None:
    if one is None:
        return None
    rows = tuple(
        tuple(one_line(cell, _scaled(CELL, to)) for cell in row) for row in one.rows[: to.rows]
    )
    columns = tuple(one_line(cell, _scaled(CELL, to)) for cell in one.columns)
    more = one.more + len(one.rows) - len(rows)
    return Listing(one_line(one.title, _scaled(TITLE, to)), columns, rows, more)


def _scaled(most: int, to: Cut) -> int:
    return max(int(most * to.scale), 4)


def _link(text: str) -> str:
    """The address, with what would end it in markdown written otherwise; "" where it is no address of a page."""
    if not text.startswith(("https://", "http://")) or len(text) > LINK:
        return ""
    return "".join(
        c if c.isascii() and c.isprintable() and c not in " ()<>[]\"'\\`*|{}^" else _percent(c)
        for c in text
    )


def _percent(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "replace"))
