"""Where a visit came from and what it was made with: the columns that builds carry from events, each declared once.

Schema, builds, dimensions and the tests that count by hand take them from here, by name: no SQL relies on their order.
"""

from __future__ import annotations

from dataclasses import dataclass

from minilens.reference import models

_TEXT = "LowCardinality(String)"
#: Between the pieces of a column that is made of several: no tracker sends it.
BETWEEN = "\\n"


@dataclass(frozen=True)
class Piece:
    """One line of a column that is made of several. `events`: SQL over events, whose `columns` it reads."""

    name: str
    events: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Origin:
    """One column of what is made of events: one of theirs, of the same name and type, or one text of several pieces.

    What goes together is one text: a phone has one brand, model, system and screen, so that it costs hardly more than
    the model alone, and two of them can be asked about at once.
    """

    name: str
    type: str = _TEXT
    pieces: tuple[Piece, ...] = ()

    @property
    def carried(self) -> tuple[tuple[str, str], ...]:
        """The columns of events that it is made from, with their types."""
        if not self.pieces:
            return ((self.name, self.type),)
        return tuple(column for piece in self.pieces for column in piece.columns)

    @property
    def made(self) -> str:
        """SQL that makes it from those."""
        if not self.pieces:
            return self.name
        lines = ", ".join(f"toString({piece.events})" for piece in self.pieces)
        return f"concatWithSeparator('{BETWEEN}', {lines})"


def _plain(name: str) -> Piece:
    return Piece(name, name, ((name, _TEXT),))


def _or_nothing(unless: str, text: str) -> str:
    return f"if({unless}, '', {text})"


#: The phone. Its model by the name it is sold under; the version of the system with the system; the screen as WeChat
#: gives it, in its own points.
PHONE = Origin(
    "phone",
    pieces=(
        _plain("brand"),
        Piece("model", models.SQL, (("model", _TEXT),)),
        _plain("os"),
        Piece("os_version", _or_nothing("os_version = ''", "concat(os, ' ', os_version)"), (("os_version", _TEXT),)),
        Piece(
            "screen", _or_nothing("width = 0 OR height = 0", "concat(toString(width), '×', toString(height))"),
            (("width", "UInt16"), ("height", "UInt16")),
        ),
    ),
)  # fmt: skip
#: What it was seen with: the language, the network, and WeChat's own version.
CLIENT = Origin(
    "client",
    pieces=(
        Piece("language", "replaceAll(language, '-', '_')", (("language", _TEXT),)),
        Piece("network", "transform(lower(network), ['unknown', 'wi-fi'], ['', 'wifi'])", (("network", _TEXT),)),
        _plain("wx_version"),
    ),
)  # fmt: skip

#: What sessions carry.
ORIGINS: tuple[Origin, ...] = (
    Origin("scene", "Int32"),
    Origin("source"),
    Origin("campaign"),
    Origin("placement"),
    Origin("material"),
    Origin("link"),
    Origin("utm_source"),
    Origin("utm_medium"),
    Origin("utm_campaign"),
    Origin("utm_term"),
    Origin("utm_content"),
    Origin("country"),
    Origin("province"),
    Origin("city"),
    PHONE,
    CLIENT,
    Origin("app_version"),
)


def _some(*wanted: str) -> tuple[Origin, ...]:
    return tuple(one for one in ORIGINS if one.name in wanted)


#: What visitors of a day carry: what can be asked about.
OF_VISITORS = _some(
    "scene",
    "source",
    "campaign",
    "placement",
    "material",
    "link",
    "province",
    "city",
    "phone",
    "client",
    "app_version",
)
#: What page views of a day carry: the same.
OF_PAGE_VIEWS = OF_VISITORS
#: What actions carry: each costs a bit of every event.
OF_ACTIONS = _some(
    "scene",
    "source",
    "campaign",
    "placement",
    "material",
    "link",
    "province",
    "city",
    "app_version",
)
#: What is kept of a person's first touch.
OF_TOUCH = _some(
    "scene", "source", "campaign", "placement", "material", "link", "utm_source", "utm_medium", "utm_campaign",
    "utm_term", "utm_content", "country", "province", "city",
)  # fmt: skip


def names(some: tuple[Origin, ...] = ORIGINS, of: str = "") -> str:
    """SQL: the columns by name, in the order of the list; `of` stands before each (`s.origin.`)."""
    return ", ".join(f"{of}{one.name}" for one in some)


def declared(some: tuple[Origin, ...] = ORIGINS) -> str:
    """SQL: the columns with their types."""
    return ", ".join(f"{one.name} {one.type}" for one in some)


def made(some: tuple[Origin, ...] = ORIGINS) -> str:
    """SQL: what they are made of from columns of events, in the order of the list."""
    return ", ".join(one.made for one in some)


def carried() -> dict[str, str]:
    """Column of events → its type, of all that is carried."""
    return dict(column for one in ORIGINS for column in one.carried)


def piece(column: str, at: int) -> str:
    """SQL of one line of such a column, from 1. A text from a text: the engine works it out once for each value."""
    return f"substringIndex(substringIndex({column}, '{BETWEEN}', {at}), '{BETWEEN}', -1)"
