"""What is sent to people, whatever the channel: a title, a few figures, a picture, a list, a link.

Every text is in the reader's language and formatted; channels only lay it out and cut it to what they take.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

from minilens.text import Language

#: More than these are not read on a phone.
MOST_FIGURES, MOST_ROWS = 8, 10

#: Whether a change is welcome, unwelcome, or neither.
Tone = Literal["good", "bad", ""]


@dataclass(frozen=True)
class Figure:
    """A figure with its change: `+12.3% on the week before`, empty where there is nothing to compare with. `note`
    says what else is to be known of it, such as a target; empty where there is nothing."""

    title: str
    value: str
    change: str = ""
    tone: Tone = ""
    note: str = ""


@dataclass(frozen=True)
class Listing:
    """A list of at most `MOST_ROWS` rows under its columns; `more`: so many rows it does not show."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0


@dataclass(frozen=True)
class Picture:
    """A chart, on white ground, as PNG. `alt` says in a sentence what it shows; `bars` is the same in characters
    (▁▃▆█) for channels that take no picture; `link` is where the image can be fetched from, empty where nowhere."""

    png: bytes
    alt: str
    bars: str = ""
    link: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a message: a heading (may be empty), sentences, figures, at most one picture and one list, and the
    page where all of it can be looked at (an absolute address; empty where the server has no public one)."""

    title: str = ""
    sentences: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    picture: Picture | None = None
    listing: Listing | None = None
    link: str = ""


@dataclass(frozen=True)
class Message:
    """A whole message. `title` begins with the app's name, which owners of bots can take for their keyword. `as_of`:
    up to when its figures are true, in words. `link` is the page of the whole; `footer` says why it was sent."""

    title: str
    as_of: str
    sections: tuple[Section, ...]
    link: str
    language: Language
    footer: str = ""


def encoded(message: Message) -> str:
    """As it is kept, in JSON; pictures as base64."""
    return msgspec.json.encode(message).decode()


def decoded(body: str) -> Message:
    """Read again."""
    return msgspec.json.decode(body, type=Message)
