"""Asks the running server; without one the command opens the folder and answers itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from minilens.cli.people import settings_of_data

if TYPE_CHECKING:
    from minilens.load.pipeline import Pipeline
    from minilens.settings import Settings

Asks = Callable[..., dict[str, Any]]
#: What answers where no server runs: arguments, as the server is given them.
Own = Callable[["Pipeline", "Settings", dict[str, str]], dict[str, Any]]
#: Seconds: a question over many events takes its time.
PATIENCE = 3600.0


@contextmanager
def opened(settings: Settings) -> Iterator[Pipeline]:
    """The data folder, opened by this process; CannotStart where another host loads for it."""
    from minilens.serve.hosts import open_here

    pipeline = open_here(settings)
    try:
        pipeline.drain()
        yield pipeline
    finally:
        pipeline.close()


@contextmanager
def asking(about: str, app: str, own: Own) -> Iterator[Asks]:
    """What a command calls with a body and arguments; `about` is what the server calls it."""
    from minilens.serve.control_client import ask

    settings = settings_of_data()
    if ask(settings, "ping") is not None:

        def of_server(body: str = "", **more: str) -> dict[str, Any]:
            given = {"app": app, **more}
            found = ask(settings, about, *given.items(), seconds=PATIENCE, sent=body)
            return found or {}

        yield of_server
        return
    with opened(settings) as pipeline:
        yield lambda body="", **more: own(pipeline, settings, {"app": app, **more, "body": body})
