"""Months of an app written into its archive: those that are over, that changed since, or that name the erased."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from minilens.errors import CannotStart, Refused
from minilens.load.pipeline import Pipeline
from minilens.measure.raw_export import Month, months
from minilens.period import now, today
from minilens.records.store import App, Erasure
from minilens.serve.archives import without
from minilens.serve.archives.manifest import (
    CSV,
    FILES,
    FORMAT,
    MANIFEST,
    MAPPING,
    NEXT,
    PARQUET,
    SUMS,
    Manifest,
    archived,
    folder_of,
    read,
    sums,
)
from minilens.serve.archives.place import PIECE, Place
from minilens.serve.transfer import export_file

Why = Literal["new", "changed", "erasure", "asked"]
#: Where a month is made before it is stored; swept by the next one.
ASIDE = ".archive-"
#: An archive has one writer.
ONE_AT_A_TIME = threading.Lock()
#: Set when the process is to end.
STOPPING = threading.Event()
#: Events that come while a month is written make the two files differ: it is written again.
TIMES = 5
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])").fullmatch


class Stopped(Exception):
    """The process is to end: what was begun is done again by the next."""


@dataclass(frozen=True)
class Kept:
    """A month that was written, and why."""

    app: str
    month: str
    events: int
    bytes: int
    why: Why


@dataclass(frozen=True)
class Archives:
    """The archives of a data folder in a place. `late_days`: a month is over so many days after its last."""

    pipeline: Pipeline
    place: Place
    data: Path
    late_days: int

    def keep(self, app: App) -> Iterator[Kept]:
        """Write every month of the app that is due, the oldest first. One that is refused keeps no other back; the
        first refusal is raised when all have been tried."""
        refused: Refused | None = None
        with ONE_AT_A_TIME:
            for month, why in self._due(app):
                try:
                    yield self._kept(app, month, why)
                except Refused as error:
                    refused = refused or error
        if refused:
            raise refused

    def keep_month(self, app: App, month: str) -> Kept:
        """Write one month as it is now, over or not."""
        if not _MONTH(month):
            reason = "应形如 2026-10", "write it like 2026-10"
            raise Refused("bad_shape", "month", reason=reason)
        with ONE_AT_A_TIME:
            if month not in months(self.pipeline.engine, app.id):
                raise Refused("no_such_month", "month", app=app.name, got=month)
            return self._kept(app, month, "asked")

    def without_archive(self, app: App) -> list[str]:
        """Months of which there are events and no archive."""
        found = archived(self.place, app.name)
        return [month for month in months(self.pipeline.engine, app.id) if month not in found]

    def _due(self, app: App) -> list[tuple[str, Why]]:
        found, there = archived(self.place, app.name), months(self.pipeline.engine, app.id)
        orders = {one.id for one in self._orders(app)}
        due: dict[str, Why] = {}
        for month, one in there.items():
            if _over(month, today(app.timezone), self.late_days) and month not in found:
                due[month] = "new"
            elif month in found and _changed(found[month], one):
                due[month] = "changed"
        for month, manifest in found.items():
            if orders - {*manifest.erasures}:
                due[month] = "erasure"
        return sorted(due.items())

    def _orders(self, app: App) -> list[Erasure]:
        """Orders to erase that are carried out: what is read from events now is without them."""
        return [one for one in self.pipeline.records.erasures.all(app.id) if one.counts]

    def _kept(self, app: App, month: str, why: Why) -> Kept:
        orders, before = self._orders(app), archived(self.place, app.name).get(month)
        with self._aside() as made:
            folder = Path(made)
            found = self._exported(app, month, before, orders, folder)
            if found is None and before is not None:
                found = self._filtered(app, before, orders, folder)
            if found is None:
                raise Refused("no_such_month", "month", app=app.name, got=month)
            events, loaded = found
            files = {name: _facts(folder / name) for name in FILES}
            manifest = Manifest(
                FORMAT, app.name, month, app.timezone, events, loaded, now(), [one.id for one in orders], files
            )  # fmt: skip
            self._store(manifest, folder, again=before is not None)
        return Kept(app.name, month, events, sum(size for size, _ in files.values()), why)

    def _aside(self) -> tempfile.TemporaryDirectory[str]:
        """A folder on the disk of the archive, where that is one of this machine."""
        within = self.place.local or self.data
        try:
            within.mkdir(parents=True, exist_ok=True, mode=0o700)
            for left in within.glob(f"{ASIDE}*"):
                shutil.rmtree(left, ignore_errors=True)
            return tempfile.TemporaryDirectory(prefix=ASIDE, dir=within)
        except OSError as error:
            why = f"{within}: {error.strerror}"
            raise CannotStart(
                f"The archive cannot be written: {why}", f"存档无法写入：{why}"
            ) from error

    def _exported(
        self, app: App, month: str, before: Manifest | None, orders: list[Erasure], folder: Path
    ) -> tuple[int, int] | None:
        """Events and newest load, written from the events; None where they are no longer all kept."""
        for _ in range(TIMES):
            there = months(self.pipeline.engine, app.id).get(month)
            if there is None or (before and there.events < _least(before, orders)):
                return None
            for name in (CSV, PARQUET):
                written = self._write(app, month, folder / name)
                if written != there.events:
                    break
            else:
                (folder / MAPPING).write_text(export_file.mapping(), encoding="utf-8")
                return there.events, there.loaded
        raise CannotStart(
            f"Events of {month} keep coming. Archive it later.",
            f"{month} 仍有事件到来，请稍后再存档。",
        )

    def _write(self, app: App, month: str, path: Path) -> int:
        form = export_file.FORMS[export_file.form_of(path)]
        found = export_file.of_works(self.pipeline, app.name, *span(month), form)
        return export_file.write_events(found, path, lambda done: self._go_on())

    def _filtered(
        self, app: App, before: Manifest, orders: list[Erasure], folder: Path
    ) -> tuple[int, int]:
        """The month as it was archived, without the rows of whoever was erased since."""
        where = folder_of(app.name, before.month)
        begun = read(self.place, app.name, before.month, NEXT)
        for name in (CSV, PARQUET):
            self._go_on()
            self.place.fetch(f"{where}/{name}", folder / f"old-{name}")
            known = [one.files.get(name) for one in (before, begun) if one]
            if _facts(folder / f"old-{name}") not in known:
                raise Refused("altered_archive", "", path=self.place.shown, of=f"{where}/{name}")
        new = [one for one in orders if one.id not in before.erasures]
        named = without.users(folder / f"old-{PARQUET}")
        gone = without.erased(self.pipeline.engine, self.pipeline.secret, app.id, named, new)
        without.rewrite_csv(folder / f"old-{CSV}", folder / CSV, gone)
        events = without.rewrite_parquet(folder / f"old-{PARQUET}", folder / PARQUET, gone)
        self.place.fetch(f"{where}/{MAPPING}", folder / MAPPING)  # of the columns that it has
        return events, before.loaded

    def _store(self, manifest: Manifest, folder: Path, *, again: bool) -> None:
        """Put the files where they belong, the manifest last; `again`: others lie there."""
        (folder / SUMS).write_text(sums(manifest), encoding="utf-8")
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        (folder / MANIFEST).write_bytes(text + b"\n")
        where = folder_of(manifest.app, manifest.month)
        if again:
            self.place.put(folder / MANIFEST, f"{where}/{NEXT}")
        for name in (*FILES, SUMS, MANIFEST):
            self._go_on()
            self.place.put(folder / name, f"{where}/{name}")

    def _go_on(self) -> None:
        if STOPPING.is_set():
            raise Stopped


def span(month: str) -> tuple[date, date]:
    """First and last day of a month written 2026-10."""
    first = date.fromisoformat(f"{month}-01")
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _over(month: str, day: date, late_days: int) -> bool:
    """Whether no phone may still bring an event of the month."""
    return day > span(month)[1] + timedelta(days=late_days)


def _changed(before: Manifest, there: Month) -> bool:
    """Events came since. Fewer are no change: they are no longer kept, or erased."""
    return there.events > before.events or (
        there.events == before.events and there.loaded != before.loaded
    )


def _least(before: Manifest, orders: list[Erasure]) -> int:
    """So many events there must be, if only erased ones are gone since."""
    new = [one for one in orders if one.id not in before.erasures]
    return before.events - sum(one.counts.get("events", 0) for one in new)


def _facts(path: Path) -> tuple[int, str]:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return path.stat().st_size, digest.hexdigest()
