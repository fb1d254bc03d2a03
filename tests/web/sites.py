"""The site for one test after another: making its routes takes longer than most tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace

from litestar import Litestar

from minilens.web.app import create_app
from minilens.web.auth.rate_limit import HashingQueue, RateLimit
from minilens.web.console import Console
from minilens.web.feeds.kept import Answers
from minilens.web.once import Once
from minilens.web.reports.pollers import Streams

#: Sites that no test has just now, each with the console that it holds.
_free: list[tuple[Litestar, Console]] = []


@contextmanager
def site(console: Console) -> Iterator[Litestar]:
    """A site over this console that knows nothing of the tests before."""
    app, held = _free.pop() if _free else made(console)
    begin_anew(app, held, console)
    yield app
    _free.append((app, held))


def begin_anew(app: Litestar, held: Console, console: Console) -> None:
    """Give a site, which holds one console, all of another, and let it forget whoever has asked before."""
    for field in fields(console):
        object.__setattr__(held, field.name, getattr(console, field.name))
    app.state["rate_limit"], app.state["hashing"], app.state["once"] = (
        RateLimit(),
        HashingQueue(),
        Once(),
    )
    app.state["feeds"] = Answers()
    vars(app.state["streams"]).update(vars(Streams(held)))


def made(console: Console) -> tuple[Litestar, Console]:
    """A new site, with a console of its own."""
    held = replace(console)
    return create_app(held), held
