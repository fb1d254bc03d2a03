"""Somebody clones the repository onto a new machine and types what the README says."""

from __future__ import annotations

import subprocess

import pytest

from tests.architecture.source import TOP


@pytest.mark.long
def test_both_commands_of_the_readme() -> None:
    done = subprocess.run(
        [str(TOP / "scripts" / "fresh.sh")], capture_output=True, text=True, timeout=1800, cwd=TOP
    )
    assert done.returncode == 0, done.stderr[-4000:] + done.stdout[-2000:]
    assert done.stdout.rstrip().endswith("all of it works")
