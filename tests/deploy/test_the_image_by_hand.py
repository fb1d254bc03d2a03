"""The RUN lines of the Dockerfile's first stage, run without Docker: empty folders, empty environment."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import TOP

pytestmark = pytest.mark.long

#: What says how this machine reaches its packages is the machine's business, not the image's.
OF_THE_MACHINE = ("PIP_", "UV_", "SSL_", "HTTP", "NO_PROXY", "http", "no_proxy", "REQUESTS_")


def first_stage() -> list[str]:
    """Its instructions, one a line."""
    text = (TOP / "Dockerfile").read_text().replace("\\\n", " ")
    stage = text.split("\nFROM ")[1]
    return [line for line in stage.splitlines()[1:] if line and not line.startswith("#")]


def test_the_steps_make_a_program_that_runs(tmp_path: Path) -> None:
    build, prefix = tmp_path / "build", tmp_path / "opt" / "minilens"
    build.mkdir()
    environment = {
        "PATH": f"{Path(sys.base_prefix) / 'bin'}:/usr/bin:/bin",
        "HOME": str(tmp_path / "home"),
        **{k: v for k, v in os.environ.items() if k.startswith(OF_THE_MACHINE)},
    }
    for line in first_stage():
        word, _, rest = line.partition(" ")
        if word == "ENV":
            environment |= dict(re.findall(r"(\w+)=(\S+)", rest))
        elif word == "COPY":
            *sources, target = rest.split()
            for source in sources:
                copy(TOP / source, build / target if target != "./" else build / source)
        elif word == "RUN":
            step = re.sub(r"(?<!\w)/build(?=/)", str(build), rest)
            step = step.replace("/opt/minilens", str(prefix))
            done = subprocess.run(
                ["sh", "-c", step], cwd=build, env=environment, capture_output=True, text=True, timeout=900,
            )  # fmt: skip
            assert done.returncode == 0, (line, done.stderr[-3000:])
    shutil.rmtree(build)
    for words in (["--version"], ["reports"], ["doctor", "--format", "json"]):
        done = subprocess.run(
            [str(prefix / "bin" / "minilens"), *words],
            env={"PATH": "/usr/bin:/bin", "MINILENS_DATA": str(tmp_path / "data")},
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
        assert "Traceback" not in done.stderr
    told = subprocess.run(
        [str(prefix / "bin" / "python"), "-c", "import psycopg, minilens; print(minilens.__file__)"],
        env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert told.stdout.startswith(str(prefix)), told.stderr


def copy(source: Path, target: Path) -> None:
    """As COPY does."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=ignored)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
