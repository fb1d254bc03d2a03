"""Import of a file: read by a process of the command, loaded by whoever has the engine.

What is read goes in batches into a spool folder of its own, as from a receiver. The running server loads
it; where none runs, the command opens the data folder and loads it itself, while the reading goes on.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from minilens.collect.flat.mapping import Unfit
from minilens.data_folder import address_of
from minilens.errors import CannotStart
from minilens.records.store import App
from minilens.serve.hosts import open_here
from minilens.serve.terminal import say
from minilens.serve.transfer.import_reader import Ended, Reader, Wanted
from minilens.settings import Settings
from minilens.spool.reader import ReceiverSpool
from minilens.text import counted

if TYPE_CHECKING:  # imported where they are needed, by when the file is being read already
    import httpx
    from rich.progress import Progress

    from minilens.load.pipeline import Pipeline

#: A load costs much whatever it brings: while the file is being read it waits for so many bytes.
WORTH_LOADING = 8 << 20
#: Of the bar: the rest is loading.
SHARE_OF_READING = 90


def import_file(
    settings: Settings,
    app: App,
    path: Path,
    *,
    kind: str | None,
    fields: dict[str, str],
    identity: str,
    blocked: frozenset[int] = frozenset(),
) -> tuple[int, int]:
    """Import, without identities that are nobody's (`blocked`); events read and lines rejected.

    Returns when reports show them."""
    folder = settings.spool / f"import-{uuid.uuid4()}"
    wanted = Wanted(settings, app.id, path, folder, kind, fields, identity, blocked)
    reader = Reader(wanted)
    try:
        engine = _engine(settings)
        try:
            with _bar() as bar:
                tell = partial(bar.update, bar.add_task(path.name, total=100))
                ended = reader.read(lambda share: tell(completed=round(share * SHARE_OF_READING)))
                left = 100 - SHARE_OF_READING
                if folder.exists():  # it is not where nothing was written, such as of no Parquet
                    engine.finish(
                        folder, lambda done: tell(completed=100 - round((1 - done) * left))
                    )
                tell(completed=100)
        finally:
            engine.close()
    finally:
        reader.close()
    _say(app, wanted, ended)
    if failed := ended.error():
        raise failed
    return ended.events, ended.rejected


def _say(app: App, wanted: Wanted, ended: Ended) -> None:
    """What went in; of what did not, why the first line did not. Refused where nothing went in."""
    zh = en = ""
    if first := ended.first:
        zh = f"第 {first.line} 行：{first.reason_zh}"
        en = f"line {first.line}: {first.reason_en}"
        if not ended.events and not ended.failed:
            raise Unfit(
                wanted.path.name,
                f"没有一行能读入，共 {ended.rejected} 行，见 {wanted.rejects}；{zh}",
                f"no line of {ended.rejected} could be read, see {wanted.rejects}; {en}",
                first.code,
            )
        zh, en = f"，见 {wanted.rejects}；{zh}", f", see {wanted.rejects}; {en}"
    if ended.events or not ended.failed:
        say(
            f"{app.name}：读入 {ended.events} 条事件，拒收 {ended.rejected} 行{zh}",
            f"{app.name}: {counted(ended.events, 'event')} read, {counted(ended.rejected, 'line')} rejected{en}",
        )


def _bar() -> Progress:
    """The progress bar, on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    shown = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}%"))
    return Progress(*shown, TimeRemainingColumn(), console=Console(stderr=True))


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
            time.sleep(0.05)

    def close(self) -> None:
        """Hang up."""
        self._client.close()


class _Own:
    """This process has the engine, and loads while it reads."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._load)
        self._failed: BaseException | None = None
        self._thread.start()

    def _load(self) -> None:
        loader = self._pipeline.loader
        try:
            while not self._stop.wait(0.02):
                if loader.waiting() >= WORTH_LOADING:
                    loader.step()
        except BaseException as error:
            self._failed = error

    def finish(self, folder: Path, tell: Callable[[float], None]) -> None:
        """Load the rest and make the days."""
        self._stop.set()
        self._thread.join()
        if self._failed:
            raise self._failed
        self._pipeline.loader.drain()
        tell(0.5)
        self._pipeline.builder.drain()
        if folder.exists():
            ReceiverSpool(folder).finish()

    def close(self) -> None:
        """Let the data folder go."""
        self._stop.set()
        self._thread.join()
        self._pipeline.close()


def _engine(settings: Settings) -> _Server | _Own:
    """The running server where there is one, else the data folder itself."""
    if settings.engine_socket.exists():
        import httpx

        transport = httpx.HTTPTransport(uds=address_of(settings.engine_socket), verify=False)
        client = httpx.Client(transport=transport, timeout=120)
        try:
            client.get("http://engine/-/ping")
            return _Server(client)
        except httpx.ConnectError:
            client.close()

    try:
        return _Own(open_here(settings))
    except CannotStart as error:
        raise CannotStart(
            f"{error} Is another command using {settings.data}?",
            f"{error.message('zh')} 是否有另一个命令正在使用 {settings.data}？",
        ) from error
