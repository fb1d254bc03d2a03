"""What is installed from the package is what is in the checkout: pages, scripts, data, schema."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.architecture.source import PACKAGE, TOP


def assets() -> set[str]:
    """Every file of the package that is not made by running it."""
    return {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_file_of_the_package_and_the_licence(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=TOP,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    assert not assets() - held
    assert any(name.endswith("/licenses/LICENSE") for name in held)
    pages = {
        path.relative_to(TOP / "docs" / "guide") for path in (TOP / "docs").glob("guide/*/*.md")
    }
    assert {f"minilens/guide/{page.as_posix()}" for page in pages} <= held
    assert {".html", ".js", ".css", ".sql", ".po"} <= {Path(name).suffix for name in held}
