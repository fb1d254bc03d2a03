"""What the server answers.

Written by scripts/client.py, not by hand: make client.
"""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

import msgspec

Row = TypeVar("Row")


class Annotation(msgspec.Struct, frozen=True):
    day: str
    text: str


class AnnotationList(msgspec.Struct, frozen=True):
    annotations: list[WrittenAnnotation]


class Cost(msgspec.Struct, frozen=True):
    rows: int
    bytes: int
    milliseconds: float
    cached: bool = False


class Cut(msgspec.Struct, frozen=True):
    row: str
    days: int
    of: int


class Field(msgspec.Struct, frozen=True):
    name: str
    title: str
    unit: str
    definition: str


class ListedField(msgspec.Struct, frozen=True):
    name: str
    title: str
    kind: str
    operators: list[ListedOperator]
    choices: dict[str, str]


class ListedMeasure(msgspec.Struct, frozen=True):
    name: str
    title: str
    unit: str
    definition: str
    official: str


class ListedOperator(msgspec.Struct, frozen=True):
    name: str
    title: str
    values: bool


class ListedReport(msgspec.Struct, frozen=True):
    name: str
    title: str
    chart: str
    by: str | None
    period: str
    measures: list[ListedMeasure]


class Listing(msgspec.Struct, frozen=True):
    reports: list[ListedReport]
    fields: list[ListedField]


class NewAnnotation(msgspec.Struct, frozen=True):
    text: str = ""
    day: str = ""
    personal: bool = False


class Problem(msgspec.Struct, frozen=True):
    code: str
    status: int
    message: str
    request_id: str
    field: str = ""
    hint: str = ""


class WrittenAnnotation(msgspec.Struct, frozen=True):
    id: int
    day: str
    text: str
    by: str | None
    created: datetime
    personal: bool = False


class Answer(msgspec.Struct, Generic[Row], frozen=True, rename={"from_": "from"}):
    report: str
    title: str
    from_: str
    to: str
    grain: str
    as_of: datetime
    running: bool
    cut: list[Cut]
    columns: list[Field]
    rows: list[Row]
    compared: Compared[Row] | None
    values: Values[Row] | None
    annotations: list[Annotation]
    notes: list[str]
    cost: Cost


class Compared(msgspec.Struct, Generic[Row], frozen=True, rename={"from_": "from"}):
    from_: str
    to: str
    same_hours: bool
    rows: list[Row]
    total: Row | None = None


class Values(msgspec.Struct, Generic[Row], frozen=True):
    found: int
    total: Row
    rest: Row | None
    unknown: Row | None = None
