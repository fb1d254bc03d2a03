"""While somebody else works on the folder, an upgrade touches nothing and says why."""

from __future__ import annotations

import os
from pathlib import Path

from minilens.serve.supervisor import only_one
from tests.backup.folders import contents, kept_folder, refused


def test_it_waits_for_nobody_and_says_so(tmp_path: Path) -> None:
    data = kept_folder(tmp_path)
    lock = only_one(data)
    try:
        before = contents(data)
        for words in (("upgrade",), ("upgrade", "--dry-run")):
            assert f"Another server is using {data}" in refused(data, *words)
        assert contents(data) == before
        assert "另一个服务或命令" in refused(data, "upgrade", LANG="zh_CN", LC_ALL="zh_CN")
    finally:
        os.close(lock)
