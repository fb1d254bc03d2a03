"""The demo's past in a folder, made once a day and copied for those who change it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from bench.options import Options
from bench.server import environment
from minilens import period
from minilens.warehouse.migrate import steps

_MAKE = """
import sys
from minilens import settings
from minilens.serve.demo_server import make_history
make_history(settings.load(), int(sys.argv[1]))
"""


def made(options: Options) -> Path:
    """The data folder with the demo mini program's ninety days."""
    folder = options.lasting / "demo"
    # its past ends on the day it is made
    wanted = f"{period.today('UTC')} {options.demo_events} {[repr(step) for step in steps()]}"
    note = folder / "made"
    if not note.exists() or note.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        subprocess.run(
            [sys.executable, "-c", _MAKE, str(options.demo_events)],
            env=environment(folder / "data"),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=1800,
        )
        note.write_text(wanted)
    return folder / "data"


def copied(options: Options, name: str) -> Path:
    """A copy of it that may be changed."""
    folder = options.folder / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(made(options), folder, symlinks=True)
    return folder
