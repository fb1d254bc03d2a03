"""Programs built by uni-app and by Taro run on the host, the same with the tracker as without it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

TRACKER = Path(__file__).parents[2] / "tracker"


#: Framework → where its build lies, and its pages.
BUILDS = {
    "uni-app": ("dist/build/mp-weixin", "pages/a", "pages/b"),
    "taro": ("dist", "pages/a/index", "pages/b/index"),
}


@pytest.mark.parametrize("framework", sorted(BUILDS))
def test_a_build_is_the_same_and_is_counted(framework: str, tmp_path: Path) -> None:
    if not shutil.which("npm") or not (TRACKER / "node_modules").exists():
        pytest.skip("npm and the packages of tracker/ are not here: npm ci in tracker/")
    folder = tmp_path / framework
    shutil.copytree(TRACKER / "test/frameworks" / framework, folder)
    # their dependencies disagree about versions of each other, and what is optional is not in the locks
    got = subprocess.run(
        ["npm", "install", "--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    if got.returncode:
        pytest.skip(f"npm could not get {framework}: {got.stderr[-300:]}")
    built, *pages = BUILDS[framework]
    subprocess.run(
        ["npm", "run", "build"], cwd=folder, check=True, capture_output=True, timeout=600
    )
    walked = subprocess.run(
        ["node", "test/framework.mjs", str(folder / built), *pages, "#go"],
        cwd=TRACKER, check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    found = json.loads(walked.stdout)
    assert found["tracked"] == found["bare"]
    assert found["pages"] == found["expected"]
    assert {"app_launch", "app_show", "app_hide", "page_leave", "share"} <= set(found["names"])
