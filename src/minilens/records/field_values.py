"""What values of fields are called: of each field a dictionary, from the value to its name in both languages.

A value is the text that questions read: 5 and "5" are the same one, and true is `true`. A dictionary is one whole: who
saves it says which one they saw, so that of two people neither loses what the other wrote.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from minilens.errors import NotFound, Refused, did_you_mean
from minilens.records.database import Database, record_audit, utc
from minilens.records.json_text import wrong
from minilens.records.shapes import Fields, a_list, a_text, an_object
from minilens.records.tables import ACCOUNTS, EVENT_FIELDS, FIELD_VALUES
from minilens.text import Text

MOST_VALUES, LONGEST_VALUE, LONGEST_NAME = 500, 255, 64
PLACE = "values"


class ValueName(NamedTuple):
    """A value and its name; without an English one the Chinese stands in both."""

    value: str
    zh: str
    en: str = ""

    @property
    def name(self) -> Text:
        """As people of a language read it."""
        return Text(self.zh, self.en or self.zh)


@dataclass(frozen=True)
class Dictionary:
    """The names of a field's values, in the order in which they were given.

    `revision` grows with each change, 0 before any; `author` None is the command line.
    """

    field: str
    names: tuple[ValueName, ...] = ()
    revision: int = 0
    updated: datetime | None = None
    author: str | None = None

    def texts(self) -> dict[str, Text]:
        """Value → its name."""
        return {one.value: one.name for one in self.names}


_NAME: Fields = {
    "value": a_text(LONGEST_VALUE), "zh": a_text(LONGEST_NAME), "en": a_text(LONGEST_NAME, 0),
}  # fmt: skip


def _value_name(value: Any, at: str) -> None:
    an_object(value, at, _NAME, ("value", "zh"))


def read(given: Any, at: str = PLACE) -> tuple[ValueName, ...]:
    """A list of {value, zh, en} as people and programs hand it in; Refused at the first place that is wrong."""
    a_list(MOST_VALUES, _value_name)(given, at)
    found = tuple(
        ValueName(one["value"].strip(), one["zh"].strip(), one.get("en", "").strip())
        for one in given
    )
    seen: set[str] = set()
    for number, one in enumerate(found):
        if one.value in seen:
            said = one.value[:40]
            raise wrong(f"{at}[{number}].value", f"{said} 出现了两次", f"{said} appears twice")
        seen.add(one.value)
    return found


def read_csv(text: str, at: str = PLACE) -> tuple[ValueName, ...]:
    """Lines `value,zh,en`, with or without a head; between commas, semicolons or, from a spreadsheet, tabs."""
    lines = text.lstrip("\ufeff").strip("\r\n")
    first = lines.partition("\n")[0]
    mark = next((one for one in "\t,;" if one in first), ",")
    given: list[dict[str, str]] = []
    numbers: list[int] = []
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=mark)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            head = not given and [cell.lower() for cell in cells[:2]] == ["value", "zh"]
            if head or not any(cells):
                continue
            if len(cells) > len(ValueName._fields):
                raise _at_line(
                    reader.line_num, at, wrong(at, "多于三列", "has more than three columns")
                )
            given.append(dict(zip(ValueName._fields, (*cells, "", "")[:3], strict=True)))
            numbers.append(reader.line_num)
    except csv.Error:
        zh, en = "不是合法的 CSV", "is not valid CSV"
        raise _at_line(reader.line_num, at, wrong(at, zh, en)) from None
    try:
        return read(given, at)
    except Refused as error:
        place = error.field.removeprefix(f"{at}[").partition("]")[0]
        if not place.isdecimal():
            raise
        raise _at_line(numbers[int(place)], error.field, error) from None


def as_csv(names: Sequence[ValueName]) -> str:
    """The same as `read_csv` takes it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([ValueName._fields, *names])
    return out.getvalue()


def _at_line(line: int, at: str, error: Refused) -> Refused:
    reason = (error.message("zh"), error.message("en"))
    return Refused("at_line", at, file="CSV", line=line, reason=reason)


class FieldValues:
    """Changes take `by`, the account's number; None is the command line. `revision` is the one that was seen: where
    somebody has changed it since, Refused, and nothing is changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int) -> dict[str, Dictionary]:
        """Field → its dictionary, of those that have one."""
        with self._database.read() as connection:
            return _all(connection, app)

    def texts(self, app: int) -> dict[str, dict[str, Text]]:
        """Field → value → its name."""
        return {field: one.texts() for field, one in self.of(app).items() if one.names}

    def find(self, app: int, field: str) -> Dictionary:
        """Of one field, empty where it has none; NotFound where there is no such field."""
        with self._database.read() as connection:
            _check_field(connection, app, field)
            return _all(connection, app).get(field, Dictionary(field))

    def set(
        self, app: int, field: str, names: tuple[ValueName, ...], *, now: datetime, revision: int | None = None,
        by: int | None = None,
    ) -> Dictionary:  # fmt: skip
        """These names from now on and no others; `revision` None: whatever there was."""
        with self._database.write(alone=True) as connection:
            _check_field(connection, app, field)
            held = _all(connection, app).get(field, Dictionary(field))
            if revision is not None and revision != held.revision:
                raise Refused("changed_meanwhile", "revision", got=field)
            if names != held.names:
                _write(connection, app, held, names, now, by)
            return _all(connection, app).get(field, held)


def _write(
    connection: sa.Connection, app: int, held: Dictionary, names: tuple[ValueName, ...], now: datetime, by: int | None
) -> None:  # fmt: skip
    packed = json.dumps(names, ensure_ascii=False, separators=(",", ":"))
    values = {"names": packed, "revision": held.revision + 1, "updated": now, "by_id": by}
    of = (FIELD_VALUES.c.app_id == app, FIELD_VALUES.c.field == held.field)
    if held.revision:
        connection.execute(sa.update(FIELD_VALUES).where(*of).values(**values))
    else:
        connection.execute(sa.insert(FIELD_VALUES).values(app_id=app, field=held.field, **values))
    record_audit(
        connection, "field.values", now=now, by=by, app=app, target=held.field, values=len(names)
    )


def _all(connection: sa.Connection, app: int) -> dict[str, Dictionary]:
    query = (
        sa.select(FIELD_VALUES, ACCOUNTS.c.name.label("author"))
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == FIELD_VALUES.c.by_id)
        .where(FIELD_VALUES.c.app_id == app)
        .order_by(FIELD_VALUES.c.field)
    )
    return {
        row.field: Dictionary(
            row.field,
            tuple(ValueName(*one) for one in json.loads(row.names)),
            row.revision,
            utc(row.updated),
            row.author,
        )
        for row in connection.execute(query)
    }


def _check_field(connection: sa.Connection, app: int, field: str) -> None:
    query = sa.select(EVENT_FIELDS.c.name).where(EVENT_FIELDS.c.app_id == app)
    known = list(connection.execute(query).scalars())
    if field not in known:
        hint = did_you_mean(field, known)
        raise NotFound("no_such_field", "field", got=field[:40], hint=hint)


def shown(names: Mapping[str, Text], value: str) -> str:
    """A value with its names, as the differences of a plan say it: s 小杯 / Small."""
    name = names.get(value)
    return " / ".join(dict.fromkeys(name)) if name else ""
