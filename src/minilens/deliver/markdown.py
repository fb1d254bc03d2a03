"""A message in the markdown of WeCom and of DingTalk, which have no way to escape a sign: signs of theirs that stand in
a text become their full-width forms, so that no text of visitors can be a link, a heading, a mention or a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from minilens.deliver.fitting import BETWEEN, MORE, OPEN
from minilens.render.message import Figure, Listing, Message, Section, Tone
from minilens.text import Language

_WIDE = str.maketrans("<>[]*`|\\#", "＜＞［］＊｀｜＼＃")
#: At the edge of a word they would slant it.
_EDGE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")


@dataclass(frozen=True)
class Dialect:
    """How one product writes it. `colours`: tone → name of a colour, where there are any; `tables`: it has them;
    `pictures`: an address becomes a picture; `apart`: stands between lines; `button`: the link stands elsewhere."""

    colours: dict[Tone, str]
    tables: bool
    pictures: bool
    apart: str = "\n"
    button: bool = False


def plain(text: str) -> str:
    """The text as it can stand in either markdown."""
    return _EDGE.sub("＿", text.translate(_WIDE).replace("~~", "～～").replace("://", ":／／"))


def written(message: Message, by: Dialect) -> str:
    """The whole of it: title, moment, parts, footer, link."""
    lines = [f"### {plain(message.title)}", _quiet(message.as_of, by)]
    for section in message.sections:
        lines += _section(section, message.language, by)
    lines.append(_quiet(message.footer, by))
    if message.link and not by.button:
        lines.append(f"[{OPEN.of(message.language)}]({message.link})")
    return by.apart.join(line for line in lines if line)


def _section(section: Section, language: Language, by: Dialect) -> Iterator[str]:
    if section.title:
        title = plain(section.title)
        yield f"**[{title}]({section.link})**" if section.link else f"**{title}**"
    yield from (plain(text) for text in section.sentences)
    yield from (_figure(one, language, by) for one in section.figures)
    picture = section.picture
    if picture is not None and picture.link and by.pictures:
        yield f"![{plain(picture.alt)}]({picture.link})"
    elif picture is not None and picture.bars:
        yield f"{plain(picture.alt)} {plain(picture.bars)}"
    if section.listing is not None:
        yield from _listing(section.listing, language, by)


def _figure(one: Figure, language: Language, by: Dialect) -> str:
    change = plain(one.change)
    colour = by.colours.get(one.tone)
    if change and colour:
        change = f'<font color="{colour}">{change}</font>'
    said = f"{plain(one.title)}{BETWEEN.of(language)}**{plain(one.value)}**"
    return " ".join(part for part in (said, change, plain(one.note)) if part)


def _listing(one: Listing, language: Language, by: Dialect) -> Iterator[str]:
    if one.title:
        yield f"**{plain(one.title)}**"
    if one.rows and by.tables:
        yield (
            "\n"
            + "\n".join(
                [_row(one.columns), _row(("---",) * len(one.columns)), *map(_row, one.rows)]
            )
            + "\n"
        )
    elif one.rows:
        yield "\n".join(f"- {_item(row)}" for row in one.rows)
    if one.more:
        yield MORE.of(language).format(n=one.more)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(plain(cell) for cell in cells)} |"


def _item(row: tuple[str, ...]) -> str:
    return (
        f"{plain(row[0])} **{plain(row[1])}** {' · '.join(map(plain, row[2:]))}".rstrip()
        if len(row) > 1
        else plain("".join(row))
    )


def _quiet(text: str, by: Dialect) -> str:
    if not text:
        return ""
    grey = by.colours.get("")
    return f'<font color="{grey}">{plain(text)}</font>' if grey else f"> {plain(text)}"
