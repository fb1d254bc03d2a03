"""Reads a file of events for import: CSV, NDJSON, Parquet or a web server's log, packed or not.

    reading = files.read(path, app=1, secret=secret, now_ms=now_ms)
    for item in reading:          # Batch for the spool, Rejected for the file beside it
        bar.update(reading.bytes_read, reading.bytes_total)

What is wrong with the file as a whole is raised as Refused before the first item, except for a
packed file that ends early: what was whole is given first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from minilens.collect.flat.access_log import Log, is_combined
from minilens.collect.flat.batching import BatchBuilder
from minilens.collect.flat.csv_rows import delimited
from minilens.collect.flat.event import Flat, Rejected, Taken
from minilens.collect.flat.event_ids import EventIds
from minilens.collect.flat.foreign import check_text
from minilens.collect.flat.json_rows import json_lines
from minilens.collect.flat.lines import PARQUET, Content, Lines
from minilens.collect.flat.mapping import Mapping, Unfit, understood
from minilens.errors import Refused, did_you_mean
from minilens.reference.places import Place
from minilens.spool.record import Batch

if TYPE_CHECKING:
    from minilens.collect.flat.parquet import Parquet

__all__ = ["KINDS", "Reading", "Rejected", "read"]

Kind = Literal["csv", "ndjson", "parquet", "combined"]
KINDS: tuple[Kind, ...] = ("csv", "ndjson", "parquet", "combined")
ENDINGS: dict[str, Kind] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
    ".log": "combined",
}
BATCH = 500


class Reading:
    """A file being read: an iterator of batches and rejected lines that knows how far it is."""

    def __init__(self, content: Content, kind: Kind, app: int, now_ms: int, batch: int) -> None:
        self.kind = kind
        self._content = content
        self._builder = BatchBuilder(app, now_ms)
        self._batch = batch
        self._lines: Lines | None = None
        self._parquet: Parquet | None = None
        self._log: Log | None = None
        self._items: Iterator[Batch | Rejected] = iter(())

    @property
    def bytes_total(self) -> int:
        """Bytes of the file on disk."""
        return self._content.bytes_total

    @property
    def bytes_read(self) -> int:
        """Bytes of it that have been read; for Parquet the share of its rows."""
        if self._parquet is not None:
            return self.bytes_total * self._parquet.done // max(self._parquet.rows, 1)
        return self._content.bytes_read

    @property
    def passed_over(self) -> int:
        """Lines of a log that are sound but no page views."""
        return self._log.passed_over if self._log else 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Batch | Rejected:
        return next(self._items)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the file back; it is also given back at the end and when reading fails."""
        self._content.close()
        if self._parquet is not None:
            self._parquet.close()

    def start_lines(self, lines: Lines, flat: Flat, log: Log) -> None:
        """Reads lines from now on, in the way of the kind."""
        self._lines = lines
        if self.kind == "csv":
            self._items = self._packed(delimited(lines, flat, self._content.name))
        elif self.kind == "ndjson":
            self._items = self._packed(json_lines(lines, flat))
        else:
            self._log = log
            self._items = self._packed(log.views(lines))

    def start_parquet(self, parquet: Parquet) -> None:
        """Reads rows of Parquet from now on."""
        self._parquet = parquet
        self._items = self._packed(iter(parquet))

    def _packed(self, found: Iterator[Taken | Rejected]) -> Iterator[Batch | Rejected]:
        builder = self._builder
        add, batch = builder.add, self._batch
        try:
            for item in found:
                if isinstance(item, Rejected):
                    builder.refuse(item.code)
                    yield item
                else:
                    add(*item)
                if builder.held >= batch:
                    yield from builder.take()
            yield from builder.take()
            if self._lines is not None:
                self._lines.check_end()
        finally:
            self.close()


def read(
    path: Path,
    *,
    app: int,
    secret: bytes,
    now_ms: int,
    mapping: dict[str, str] | None = None,
    identity: str = "c_memberid",
    blocked: frozenset[int] = frozenset(),
    batch: int = BATCH,
    kind: str | None = None,
    place: Callable[[str], Place] | None = None,
) -> Reading:
    """TokenGrant a file and tells its kind; Refused where it is no file we can read."""
    known = understood(mapping)
    if kind is not None and kind not in KINDS:
        raise Refused("unknown_choice", "format", got=kind, hint=did_you_mean(kind, KINDS))
    # a mobile number can be guessed from a bare hash of its line, so that hash is keyed
    ids = EventIds(app, secret if identity == "mobile" else b"")
    flat = Flat(app, secret, now_ms, identity, known, ids, blocked)
    content = Content(path)
    try:
        if kind == "parquet" or (kind is None and content.start.startswith(PARQUET)):
            return _parquet(Reading(content, "parquet", app, now_ms, batch), path, flat)
        named = kind or ENDINGS.get(Path(path.name.lower().removesuffix(".gz")).suffix)
        if named == "parquet":
            raise Unfit(path.name, "不是有效的 Parquet 文件", "is not a Parquet file")
        lines = Lines(content, _encoding(known, named))
        told = next((one for one in KINDS if one == named), None) or _kind(lines.first)
        if told != "combined":
            check_text(lines.first, path.name, csv=told == "csv")
        reading = Reading(content, told, app, now_ms, batch)
        reading.start_lines(lines, flat, Log(app, secret, now_ms, place))
    except BaseException:
        content.close()
        raise
    return reading


def _parquet(reading: Reading, path: Path, flat: Flat) -> Reading:
    from minilens.collect.flat.parquet import Parquet

    reading.start_parquet(Parquet(path, flat))
    return reading


def check(path: Path, *, mapping: dict[str, str], kind: str | None) -> None:
    """Refuses a file that cannot be read at all, before anything is made for it.

    A Parquet file is not opened for that: the library behind it is for the process that reads.
    """
    content = Content(path)
    content.close()
    if kind != "parquet" and not content.start.startswith(PARQUET):
        read(path, app=0, secret=b"", now_ms=0, mapping=mapping, kind=kind).close()


def _encoding(mapping: Mapping, kind: str | None) -> str:
    # a log may hold any bytes that a stranger sent; one such line is no reason to refuse the file
    return mapping.encoding or ("utf-8" if kind == "combined" else "")


def _kind(text: str) -> Kind:
    """The kind of a file whose name does not tell."""
    first = text.lstrip().partition("\n")[0].removesuffix("\r")
    if first.startswith(("{", "[")):
        return "ndjson"
    return "combined" if is_combined(first) else "csv"
