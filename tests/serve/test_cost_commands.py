"""`minilens costs`: a file handed in, again, corrected; its mapping remembered; what is wrong said with its row."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.serve.test_event_commands import Shell

ROWS = "日期,推广计划,消耗(分),点击\n2026-01-05,春茶,1234,5\n2026-01-06,春茶,100,\n合计,,1334,5\n"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = Shell(tmp_path)
    assert made.run("apps", "create", "shop").exit_code == 0
    return made


def test_handed_in_again_and_corrected(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"

    def put(text: str, *more: str) -> str:
        path.write_bytes(text.encode("gbk"))
        done = shell.run(
            "costs", "import", str(path), "--app", "shop", "--source", "tencent", *more
        )
        assert done.exit_code == 0, done.output
        return str(done.output)

    assert "2 days added" in put(ROWS, "--dry-run")
    assert shell.run("costs", "list", "--app", "shop").stdout.count("\n") == 1
    told = put(ROWS, "--currency", "CNY")
    assert ("2 days added" in told, "1 line of totals" in told, "12.34 CNY" in told) == (True,) * 3
    assert "2 unchanged" in put(ROWS)
    corrected = put(
        ROWS.replace("1234,", "1300,").replace("推广计划", "计划X"), "--map", "campaign=计划X"
    )
    assert ("1 replaced, 1 unchanged" in corrected, "13 CNY" in corrected) == (True, True)
    assert "2 unchanged" in put(ROWS.replace("1234,", "1300,").replace("推广计划", "计划X"))
    listed = shell.run("costs", "list", "--app", "shop", "--from", "2026-01-06").stdout
    assert listed.splitlines()[1:] == ["2026-01-06,tencent,春茶,,,,CNY,1,,,,"]


def test_a_mistake_is_said_with_its_row(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"
    path.write_text(ROWS.replace("100,", "x,"), encoding="utf-8")
    done = shell.run("costs", "import", str(path), "--app", "shop")
    assert (done.exit_code != 0, "costs[3].cost" in done.output) == (True, True), done.output
    wrong = shell.run("costs", "import", str(path), "--app", "shop", "--map", "spend=x")
    assert (wrong.exit_code != 0, "map" in wrong.output) == (True, True), wrong.output
