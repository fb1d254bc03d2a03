"""A test has the same name in every process and at any time.

Workers that run side by side must find the same tests in the same order, and a name in a log must be
there to be run again. Values that are made by chance, by the clock or by a set need an id of their own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import TOP

#: pytest with the clock so many days ahead: names that hold the date differ as those that hold the second.
COLLECT = """
import sys, time
from datetime import timedelta

import pytest
from minilens import period

ahead = int(sys.argv[1])
real_now, real_ns, real = period.now, time.time_ns, time.time
period.now = lambda: real_now() + timedelta(days=ahead)
time.time_ns = lambda: real_ns() + ahead * 86_400 * 10**9
time.time = lambda: real() + ahead * 86_400
plain = ["-p", "no:randomly", "-p", "no:cacheprovider", "--collect-only", "-q"]
sys.exit(pytest.main([*plain, *sys.argv[2:]]))
"""


def collect(ahead: int, *words: str) -> subprocess.Popen[str]:
    """A process that finds tests, so many days from now."""
    chosen = ("PYTEST_", "PYTHONHASHSEED", "HYPOTHESIS_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(chosen)}
    return subprocess.Popen(
        [sys.executable, "-c", COLLECT, str(ahead), *words],
        cwd=TOP,
        env=env | {"PYTHONHASHSEED": str(ahead + 1)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def found(process: subprocess.Popen[str]) -> list[str]:
    """The names that a process finds, in its order."""
    said, _ = process.communicate(timeout=300)  # the machine may be busy with others
    assert process.returncode == 0, said
    return [line for line in said.splitlines() if "::" in line]


def test_another_process_finds_the_same_tests(request: pytest.FixtureRequest) -> None:
    """Of a run of all tests, what it has found itself; that workers have one order pytest-xdist sees to."""
    other = found(collect(40, "tests"))
    here = [item.nodeid for item in request.session.items]
    if len(here) < 500:
        here = found(collect(0, "tests"))
    assert len(here) >= 500
    assert set(here) - set(other) == set()


def test_names_made_by_chance_by_the_clock_or_by_a_set_are_seen(tmp_path: Path) -> None:
    (tmp_path / "test_unsteady.py").write_text(
        "import random, pytest\n"
        "from minilens.period import now\n"
        "each = pytest.mark.parametrize\n"
        "@each('n', [random.random()])\n"
        "def test_chance(n): pass\n"
        "@each('day', [now().date().isoformat()])\n"
        "def test_clock(day): pass\n"
        "@each('word', {'one', 'two', 'three', 'four', 'five', 'six'})\n"
        "def test_set(word): pass\n"
    )
    words = ("-c", os.devnull, f"--rootdir={tmp_path}", str(tmp_path))
    one, other = (found(process) for process in [collect(ahead, *words) for ahead in (0, 40)])
    differ = {a.split("::")[1].split("[")[0] for a, b in zip(one, other, strict=True) if a != b}
    assert differ == {"test_chance", "test_clock", "test_set"}
