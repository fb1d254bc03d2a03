"""Import of a file: read by the command, loaded by whoever has the engine.

The command writes batches into a spool folder of its own, as a receiver would. The running server loads
it; where none runs, the command opens the data folder and loads it itself.
"""

from __future__ import annotations

import csv
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click
import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from minilens.collect import files
from minilens.collect.files import Rejected
from minilens.errors import CannotStart, Refused
from minilens.load.works import Works, open_works
from minilens.period import now_ms
from minilens.records.store import App
from minilens.reference import places
from minilens.settings import Settings
from minilens.spool.reader import Folder
from minilens.spool.record import encode
from minilens.spool.writer import Writer, frame

WRITE_BYTES = 4 << 20


class Rejects:
    """The file beside the imported one, with the lines that did not go in; made at the first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._open = ExitStack()
        self._write: Callable[[tuple[object, ...]], object] | None = None

    def add(self, one: Rejected) -> None:
        """Write one line with its number and reason."""
        if self._write is None:
            file = self._open.enter_context(self.path.open("w", newline="", encoding="utf-8"))
            self._write = csv.writer(file).writerow
            self._write(("line", "code", "field", "reason", "原因", "text"))
        self._write((one.line, one.code, one.field, one.reason_en, one.reason_zh, one.text))
        self.count += 1

    def close(self) -> None:
        """Close the file where there is one."""
        self._open.close()


def import_file(
    settings: Settings,
    app: App,
    path: Path,
    *,
    kind: str | None,
    fields: dict[str, str],
    identity: str,
) -> tuple[int, int]:
    """Import; events read and lines rejected. Returns when reports show them."""
    rejects = Rejects(path.with_name(path.name + ".rejected.csv"))
    engine = _engine(settings)
    folder = settings.spool / f"import-{uuid.uuid4()}"
    writer = Writer(folder, reserve=settings.reserve_mb << 20)
    try:
        with _bar() as bar, places.open(settings.cache) as lookup:
            task = bar.add_task(path.name, total=100)
            reading = files.read(
                path,
                app=app.id,
                secret=settings.secret,
                now_ms=now_ms(),
                mapping=fields or None,
                identity=identity,
                kind=kind,
                place=lookup.place,
            )
            tell = partial(bar.update, task)
            events, failed = _read_all(reading, writer, rejects, tell)
            writer.close()
            engine.finish(folder, lambda done: tell(completed=90 + round(done * 10)))
            tell(completed=100)
    finally:
        rejects.close()
        engine.close()
    beside = f", see {rejects.path}" if rejects.count else ""
    click.echo(f"{app.name}: {events} events read, {rejects.count} lines rejected{beside}")
    if failed:
        raise failed
    return events, rejects.count


def _read_all(
    reading: files.Reading, writer: Writer, rejects: Rejects, tell: Callable[..., None]
) -> tuple[int, Refused | None]:
    """Events written, and what ended the reading early: what came before that counts all the same."""
    events = 0
    try:
        for count, share in _written(reading, writer, rejects):
            events += count
            tell(completed=round(share * 90))
    except Refused as error:
        return events, error
    return events, None


def _bar() -> Progress:
    """The progress bar, on standard error."""
    shown = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}%"))
    return Progress(*shown, TimeRemainingColumn(), console=Console(stderr=True))


def _written(
    reading: files.Reading, writer: Writer, rejects: Rejects
) -> Iterator[tuple[int, float]]:
    """Write the file's batches to the spool in large pieces; (events, share of the file) for each."""
    held: list[bytes] = []
    size = events = 0
    for item in reading:
        if isinstance(item, Rejected):
            rejects.add(item)
            continue
        held.append(frame(encode(item)))
        size += len(held[-1])
        events += len(item.events)
        if size >= WRITE_BYTES:
            writer.write(b"".join(held))
            yield events, reading.bytes_read / max(reading.bytes_total, 1)
            held, size, events = [], 0, 0
    if held:
        writer.write(b"".join(held))
    yield events, 1.0


class _Server:
    """The running server loads the folder; this only waits."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def finish(self, folder: Path, tell: Callable[[float], None]) -> None:
        """Return when the folder is loaded and its days are made."""
        first = 0
        while True:
            answer = self._client.get(
                "http://engine/-/left", params={"receiver": folder.name}
            ).json()
            waiting = answer["bytes"]
            first = max(first, waiting)
            if not waiting and not answer["days"]:
                return
            tell(1 - waiting / first if first else 0.9)
            time.sleep(0.1)

    def close(self) -> None:
        """Hang up."""
        self._client.close()


class _Own:
    """This process has the engine, and loads while it reads."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._load)
        self._failed: BaseException | None = None
        self._thread.start()

    def _load(self) -> None:
        try:
            while not self._stop.is_set():
                if not self._works.loader.step():
                    self._stop.wait(0.05)
        except BaseException as error:
            self._failed = error

    def finish(self, folder: Path, tell: Callable[[float], None]) -> None:
        """Load the rest and make the days."""
        self._stop.set()
        self._thread.join()
        if self._failed:
            raise self._failed
        self._works.loader.drain()
        tell(0.5)
        self._works.builder.drain()
        Folder(folder).sweep(now_ms() / 1000)
        Folder(folder).remove()

    def close(self) -> None:
        """Let the data folder go."""
        self._stop.set()
        self._thread.join()
        self._works.close()


def _engine(settings: Settings) -> _Server | _Own:
    """The running server where there is one, else the data folder itself."""
    if settings.engine_socket.exists():
        transport = httpx.HTTPTransport(uds=str(settings.engine_socket))
        client = httpx.Client(transport=transport, timeout=120)
        try:
            client.get("http://engine/-/ping")
            return _Server(client)
        except httpx.ConnectError:
            client.close()
    try:
        return _Own(open_works(settings))
    except CannotStart as error:
        raise CannotStart(f"{error} Is another command at work on {settings.data}?") from error
