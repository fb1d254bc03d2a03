"""Rows of a CSV file: a header line, then one row a line.

Fields are parted by commas; or by semicolons, tabs or bars, where the header is understood only so. A
space after the comma is not part of a field. A bare `-` is nothing; quoted it is itself. A field
in quotes may hold commas, line ends, NUL and doubled quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from minilens.collect.flat.event import Flat, Rejected, Taken, rejected
from minilens.collect.flat.lines import LONGEST_LINE, Line, Lines, empty, nul, shown
from minilens.collect.flat.mapping import Columns, Unfit, columns
from minilens.collect.flat.properties import as_json, nested
from minilens.errors import Refused

#: A field in quotes may run over this many lines; beyond it the quote was never closed.
MOST_LINES = 1000
_QUOTED = re.compile(r' *"([^"]*+(?:""[^"]*+)*+)"')
_OPEN = re.compile(r' *"')
#: The comma first: a header that is understood with it is read as it always was.
SEPARATORS = (",", ";", "\t", "|")
_SAID = re.compile(r"sep=([,;\t|])", re.IGNORECASE)
# separator → the end of a field in quotes; a field without them
_END = {sign: re.compile(rf" *(?:{re.escape(sign)}|\Z)") for sign in SEPARATORS}
_PLAIN = {sign: re.compile(rf" *([^{re.escape(sign)}]*)") for sign in SEPARATORS}


def delimited(lines: Lines, flat: Flat, name: str) -> Iterator[Taken | Rejected]:
    """Checks the header at once; the rows are read as they are asked for."""
    rest = iter(lines)
    signs: Sequence[str] = SEPARATORS
    for _, text, wrong in rest:
        if wrong is not None:
            raise Unfit(name, f"表头{wrong.message('zh')}", f"header {wrong.message('en')}")
        text = text.removesuffix("\r")
        if said := _SAID.fullmatch(text):  # as Excel writes it above the header
            signs = (said[1],)
        elif text.strip():
            return _rows(rest, flat, *_header(text, flat, name, signs))
    raise empty(name)


def _header(text: str, flat: Flat, name: str, signs: Sequence[str]) -> tuple[Columns, str]:
    """The columns by the first separator with which they are understood, and that separator."""
    refused: list[tuple[int, Refused]] = []
    for sign in signs:
        width = 0
        try:
            header = split(text, sign)
            if header is None:
                raise Unfit(name, "表头中有未闭合的引号", "the header has an unclosed quote")
            width = len(header)
            return columns([field.strip() for field in header], flat.mapping, name), sign
        except Refused as error:
            refused.append((width, error))
    # of the columns that it seems to have
    raise max(refused, key=lambda one: one[0])[1]


def split(text: str, sign: str = ",") -> list[str] | None:
    """The fields of a line; None where a quote is still open at its end."""
    fields: list[str] = []
    at = 0
    while True:
        if found := _QUOTED.match(text, at):
            end = _END[sign].match(text, found.end())
            if not end:
                raise Unfit("line", "引号后有多余的内容", "there is text after a closing quote")
            fields.append(found[1].replace('""', '"'))
            at = end.end()
            if not end[0].endswith(sign):
                return fields
        elif _OPEN.match(text, at):
            return None
        else:
            plain = _PLAIN[sign].match(text, at)
            field = plain[1] if plain else ""
            if "\0" in field:
                raise nul()
            fields.append("" if field == "-" else field)
            at += len(plain[0]) + 1 if plain else 1
            if at > len(text):
                return fields


def _rows(
    lines: Iterator[Line], flat: Flat, plan: Columns, sign: str
) -> Iterator[Taken | Rejected]:
    width, closing = plan.width, list(plan.constants)
    pick = itemgetter(*plan.flat)
    taken, more = flat.taken, bool(plan.rest or plan.extras)
    ahead, spaced = _Ahead(lines), f"{sign} "
    for number, text, wrong in ahead:
        try:
            if wrong is not None:
                raise wrong
            if '"' in text:
                fields, text = _quoted(text, ahead, sign)
            else:
                text = text.removesuffix("\r")
                if not text:
                    continue
                if "\0" in text:
                    raise nul()
                fields = text.split(sign)
                if spaced in text or text[0] == " ":
                    fields = [field.lstrip(" ") for field in fields]
                if "-" in fields:
                    fields = ["" if field == "-" else field for field in fields]
            if len(fields) != width:
                if not text.strip():
                    continue
                raise _wrong_width(len(fields), width)
            fields += closing
            if more:
                yield taken(pick(fields), _rest(fields, plan), _extras(fields, plan))
            else:
                yield taken(pick(fields), {}, "{}")
        except Refused as error:
            yield rejected(number, error, shown(text))


class _Ahead:
    """Lines with a way back, for a quote that turns out never to be closed."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._returned: list[Line] = []

    def __iter__(self) -> Iterator[Line]:
        lines, returned = self._lines, self._returned
        while True:
            while returned:
                yield returned.pop()
            for line in lines:
                yield line
                if returned:
                    break
            else:
                return

    def further(self) -> Line | None:
        """The line after this one, taken out of turn."""
        return self._returned.pop() if self._returned else next(self._lines, None)

    def back(self, lines: list[Line]) -> None:
        """Gives lines back; they come again."""
        self._returned += reversed(lines)


def _quoted(text: str, ahead: _Ahead, sign: str) -> tuple[list[str], str]:
    """The fields of a line with quotes and of the lines they run on to, and the text of all."""
    fields = split(text.removesuffix("\r"), sign)
    borrowed: list[Line] = []
    whole = text
    while fields is None:
        line = ahead.further()
        if line is not None:
            borrowed.append(line)
            whole += "\n" + line[1]
        too_far = len(borrowed) >= MOST_LINES or len(whole) > LONGEST_LINE
        if line is None or line[2] is not None or too_far:
            ahead.back(borrowed)
            raise Unfit("line", "引号没有闭合", "a quote is not closed")
        if '"' in line[1]:
            fields = split(whole.removesuffix("\r"), sign)
    return fields, whole


def _rest(fields: list[str], plan: Columns) -> dict[str, str]:
    return {name: fields[at] for name, at in plan.rest if fields[at]}


def _extras(fields: list[str], plan: Columns) -> str:
    found: dict[str, Any] = {name: fields[at] for name, at in plan.extras if fields[at]}
    if (props := nested(found.get("props"))) is not None:
        del found["props"]
        found |= props
    return as_json(found) if found else "{}"


def _wrong_width(got: int, width: int) -> Unfit:
    return Unfit(
        "line",
        f"有 {got} 列，与表头的 {width} 列不符",
        f"has {got} columns, but the header has {width}",
    )
