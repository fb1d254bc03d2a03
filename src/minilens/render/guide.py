"""The guide: pages of Markdown in both languages, as parts of HTML with their contents.

In a checkout they lie in docs/guide, in the package beside the program.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from minilens.errors import NotFound, did_you_mean
from minilens.text import Language

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

#: Where a link leads: to a page by its name, or to a picture by its file's name.
Address = Callable[[str], str]

LISTED = re.compile(r"\[([^\]]+)\]\((zh|en)/([\w-]+)\.md\)")
#: A heading of the README: ## 开始 · Begin
GROUP = re.compile(r"^## (.+) · (.+)$", re.MULTILINE)
PAGE = re.compile(r"(?:\.\./(?:zh|en)/)?([\w-]+)\.md(#.*)?")
PICTURE = re.compile(r"(?:\.\./)+images/([\w-]+\.(?:png|svg))")
CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """A line of the contents: a page, or a part of one. `group` stands above the first page of its kind."""

    name: str
    title: str
    group: str = ""


@dataclass(frozen=True)
class Page:
    """One page. `html` begins with its heading; `parts` are its headings of the second rank."""

    name: str
    title: str
    html: str
    parts: tuple[Entry, ...]


@functools.cache
def folder() -> Traversable:
    """Where the pages lie."""
    packed = files("minilens") / "guide"
    return packed if packed.is_dir() else Path(__file__).parents[3] / "docs" / "guide"


def picture(name: str) -> bytes:
    """A picture of the guide."""
    beside = folder()
    lie = beside / "images"
    if not lie.is_dir() and isinstance(beside, Path):
        lie = beside.parent / "images"
    found = {one.name: one for one in lie.iterdir()} if lie.is_dir() else {}
    if name not in found:
        raise NotFound("not_found")
    return found[name].read_bytes()


@functools.cache
def contents(language: Language) -> tuple[Entry, ...]:
    """All pages in their order, which the guide's README has."""
    text = (folder() / "README.md").read_text("utf-8")
    found: list[Entry] = []
    before, *groups = re.split(r"(?m)^(?=## )", text)
    for part in (before, *groups):
        named = GROUP.match(part)
        group = named[1 if language == "zh" else 2] if named else ""
        for title, of, name in LISTED.findall(part):
            if of == language:
                found.append(Entry(name, title, group))
                group = ""
    return tuple(found)


def page(name: str, language: Language, *, to_page: Address, to_picture: Address) -> Page:
    """A page of the contents; NotFound with a hint where there is none of that name."""
    titles = {entry.name: entry.title for entry in contents(language)}
    if name not in titles:
        raise NotFound("not_found", hint=did_you_mean(name, titles))
    return made(name, titles[name], text_of(name, language), to_page, to_picture)


def text_of(name: str, language: Language) -> str:
    """A page as it is written."""
    return COMMENT.sub("", (folder() / language / f"{name}.md").read_text("utf-8"))


def reader() -> MarkdownIt:
    """What takes Markdown apart, and puts it together as HTML."""
    from markdown_it import MarkdownIt  # only who reads the guide pays for it

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def made(name: str, title: str, text: str, to_page: Address, to_picture: Address) -> Page:
    """Markdown as a page: links go where the pages are, headings can be linked to."""
    by = reader()
    tokens = by.parse(text)
    parts: list[Entry] = []
    for token, inner in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and inner is not None:
            heading, place = headed(inner)
            token.attrSet("id", place)
            if token.tag == "h2":
                parts.append(Entry(place, heading))
        join(token.children or [])
        for child in token.children or []:
            for attribute, pattern, address in (
                ("href", PAGE, to_page),
                ("src", PICTURE, to_picture),
            ):
                found = pattern.fullmatch(str(child.attrGet(attribute) or ""))
                if found:
                    rest = (found[2] or "") if attribute == "href" else ""
                    child.attrSet(attribute, address(found[1]) + rest)
    html = str(by.renderer.render(tokens, by.options, {}))
    html = html.replace("<table>", '<div class="scroll" tabindex="0"><table>')
    html = html.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    return Page(name, title, html, tuple(parts))


def headed(line: Token) -> tuple[str, str]:
    """The words of a heading, and its place in addresses: where a name in code ends it, that, in every language."""
    every = line.children or []
    code = every[-1].content if every and every[-1].type == "code_inline" else ""
    words = "".join(child.content for child in (every[:-1] if code else every)).strip()
    return (words or code), (code or anchor(words))


def join(line: list[Token]) -> None:
    """Where a Chinese sentence was broken over two lines stands no space."""
    for before, at, after in zip(line, line[1:], line[2:], strict=False):
        near = before.content[-1:] + after.content[:1]
        if at.type == "softbreak" and len(near) == 2 and all(CHINESE.match(one) for one in near):
            at.type, at.content = "text", ""


def anchor(heading: str) -> str:
    """让手机访问 stays, Reports of an app becomes reports-of-an-app."""
    return re.sub(r"\W+", "-", heading.lower()).strip("-")
