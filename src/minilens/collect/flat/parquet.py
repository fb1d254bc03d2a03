"""Files of Parquet, as objects. Imported only when there is one: the library behind it is large."""

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

from minilens.collect.flat.event import Flat, Rejected, Taken, rejected
from minilens.collect.flat.json_rows import Objects
from minilens.collect.flat.mapping import Mapping, Unfit, columns
from minilens.errors import Refused

#: Rows that are turned into objects at a time.
ROWS = 2048


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
                for found in _to_micro(self._plain(group)).to_pylist():
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
                "时间没有时区；请用 --map timezone=Asia/Shanghai 这样的选项指定",
                "the times have no time zone; specify one, like --map timezone=Asia/Shanghai",
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


def _to_micro(group: pa.RecordBatch) -> pa.RecordBatch:
    """Nanoseconds, as pandas writes them, cut to the microseconds that Python has."""
    for at, field in enumerate(group.schema):
        if pa.types.is_timestamp(field.type) and field.type.unit == "ns":
            cut = group.column(at).cast(pa.timestamp("us", field.type.tz), safe=False)
            group = group.set_column(at, field.name, cut)
    return group


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
    return Unfit(
        name, f"无法读取 Parquet 文件：{error}", f"the Parquet file cannot be read: {error}"
    )
