"""Rows that are objects: lines of NDJSON, rows of Parquet. Here null is nothing, `-` itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from minilens.collect.flat import Flat, Rejected, Taken, rejected
from minilens.collect.lines import Lines, shown
from minilens.collect.mapping import BY_NAME, FLAT, Mapping, Unfit, columns
from minilens.collect.properties import as_json
from minilens.errors import Refused

#: Rows of Parquet that are turned into objects at a time.
ROWS = 2048
# a number keeps the digits it was written with
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


class Objects:
    """Turns objects into rows, by the names of their keys or by the mapping."""

    def __init__(self, flat: Flat) -> None:
        mapping = flat.mapping
        self._flat = flat
        self._nothing = mapping.nothing
        self._constants = mapping.constants
        named = {name: name for name in (*FLAT, *BY_NAME) if name not in mapping.constants}
        self._keys = {**named, **mapping.columns}
        self._claimed = {*self._keys.values(), "props"}

    def taken(self, found: dict[str, Any]) -> Taken:
        """The event of an object; its `props` and all keys that are no fields become properties."""
        row = dict(self._constants)
        for name, key in self._keys.items():
            value = found.get(key)
            if value is not None and value != self._nothing:
                row[name] = value if type(value) is str else _text(name, value)
        props = found.get("props")
        if props is not None and not isinstance(props, dict):
            raise Refused("wrong_type", "props", reason="object")
        extras = {
            key: value
            for key, value in found.items()
            if key not in self._claimed and value is not None and value != self._nothing
        }
        both = {**extras, **(props or {})}
        nine = [row.pop(name, "") for name in FLAT]
        rest = {name: text for name, text in row.items() if text}
        return self._flat.taken(nine, rest, as_json(both) if both else "{}")


def json_lines(lines: Lines, flat: Flat) -> Iterator[Taken | Rejected]:
    """One object a line."""
    objects = Objects(flat)
    for number, text, wrong in lines:
        try:
            if wrong is not None:
                raise wrong
            if not text.strip():
                continue
            yield objects.taken(_object(text))
        except Refused as error:
            yield rejected(number, error, shown(text))


def _object(text: str) -> dict[str, Any]:
    try:
        found = _decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError, ArithmeticError) as error:
        raise Unfit(
            "line", f"不是合法的 JSON：{error}", f"is not valid JSON: {error}", "bad_json"
        ) from error
    if not isinstance(found, dict):
        raise Unfit("line", "应为一个 JSON 对象", "must be a JSON object")
    return found


def _text(name: str, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Decimal):
        # an exponent of a thousand million would be written out with as many digits
        if not value.is_finite() or not -20 <= value.adjusted() <= 20:
            if value == 0:
                return "0"
            raise Refused("bad_value", name, got=str(value)[:64])
        return f"{value:f}"
    raise Unfit(
        name,
        f"应为文字或数字，而非 {type(value).__name__}",
        f"must be text or a number, not {type(value).__name__}",
        "wrong_type",
    )


class Parquet:
    """A Parquet file, read a few thousand rows at a time."""

    def __init__(self, path: Path, flat: Flat) -> None:
        try:
            self._file = pq.ParquetFile(path)
            self._schema = self._file.schema_arrow
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(path.name, error) from error
        self.name = path.name
        self.rows: int = self._file.metadata.num_rows
        self.done = 0
        columns(self._schema.names, flat.mapping, path.name)
        self._flat = replace(flat, mapping=self._times(flat.mapping))

    def __iter__(self) -> Iterator[Taken | Rejected]:
        objects = Objects(self._flat)
        try:
            for group in self._file.iter_batches(batch_size=ROWS):
                for found in self._plain(group).to_pylist():
                    self.done += 1
                    row = {key: _simple(value) for key, value in found.items()}
                    try:
                        yield objects.taken(row)
                    except Refused as error:
                        yield rejected(self.done, error, _shown(row))
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(self.name, error) from error

    def close(self) -> None:
        self._file.close()

    def _times(self, mapping: Mapping) -> Mapping:
        """A column of timestamps is read as milliseconds; without a zone it must be told one."""
        self._ts = mapping.columns.get("ts", "ts")
        at = self._schema.get_field_index(self._ts)
        kind = self._schema.field(at).type if at >= 0 else pa.string()
        self._timestamps = pa.types.is_timestamp(kind)
        if not self._timestamps:
            return mapping
        self._zone = None if kind.tz else mapping.zone
        if not kind.tz and mapping.zone is None:
            raise Unfit(
                self._ts,
                "时间没有时区；请在映射中写明 timezone",
                "the times have no timezone; give one in the mapping as timezone",
                "bad_time",
            )
        return replace(mapping, time_unit="ms")

    def _plain(self, group: pa.RecordBatch) -> pa.RecordBatch:
        if not self._timestamps:
            return group
        at = group.schema.get_field_index(self._ts)
        times = group.column(at)
        if self._zone is not None:
            times = pc.assume_timezone(
                times, self._zone.key, ambiguous="earliest", nonexistent="latest"
            )
        whole = times.cast(pa.timestamp("ms", "UTC"), safe=False).cast(pa.int64())
        return group.set_column(at, self._ts, whole)


def _simple(value: Any) -> Any:
    """A value of Parquet as one of JSON. Binary fractions are rounded to the 4 places we keep."""
    if isinstance(value, float):
        return Decimal(f"{value:.4f}") if abs(value) < 1e15 else str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        return {str(key): _simple(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_simple(inner) for inner in value]
    return value


def _shown(row: dict[str, Any]) -> str:
    return msgspec.json.encode(row).decode()


def _unreadable(name: str, error: Exception) -> Unfit:
    return Unfit(name, f"Parquet 文件读不了：{error}", f"the Parquet file cannot be read: {error}")
