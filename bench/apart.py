"""Each benchmark in a process of its own, so that none inherits memory or an engine from another."""

from __future__ import annotations

import importlib
import multiprocessing
import signal
import sys
import traceback
from multiprocessing.connection import Connection

from bench.options import Options
from bench.result import Row

SLOWEST = 5400.0
SLOWEST_END = 700.0


def apart(name: str, options: Options) -> list[Row] | None:
    """The rows of one; None where it failed. However it ends, nothing of it goes on running."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(name, options, theirs))
    process.start()
    theirs.close()
    found: list[Row] | None = None
    try:
        if ours.poll(SLOWEST):
            found = ours.recv()
    except EOFError:
        pass
    finally:
        if found is None:
            process.terminate()
        process.join(SLOWEST_END)
        if process.is_alive():
            process.kill()
            process.join()
    return found


def work(name: str, options: Options, answer: Connection) -> None:
    """In the child: measure, and hand the rows back. Told to stop, it stops what it started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        rows: list[Row] = importlib.import_module(f"bench.{name}").measure(options)
        answer.send(rows)
    except Exception:
        traceback.print_exc()
        sys.exit(1)
