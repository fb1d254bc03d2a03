"""The demo's past in a folder, made once a run and copied for those who change it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from bench.options import Options
from bench.server import environment

_MAKE = """
import sys
from minilens import settings
from minilens.serve.show import make_history
make_history(settings.load(), int(sys.argv[1]))
"""


def made(options: Options) -> Path:
    """The data folder with the demo mini program's ninety days."""
    folder = options.folder / "demo"
    if not (folder / "made").exists():
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
        (folder / "made").touch()
    return folder / "data"


def copied(options: Options, name: str) -> Path:
    """A copy of it that may be changed."""
    folder = options.folder / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(made(options), folder, symlinks=True)
    return folder
