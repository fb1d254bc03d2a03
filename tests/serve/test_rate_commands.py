"""`minilens rates`: a file handed in and listed; what is wrong said with its line."""

from __future__ import annotations

from pathlib import Path

from tests.serve.test_event_commands import Shell


def test_handed_in_and_listed(tmp_path: Path) -> None:
    shell, path = Shell(tmp_path), tmp_path / "rates.csv"
    assert shell.run("apps", "create", "shop").exit_code == 0
    path.write_text("币种,生效日期,汇率\nCNY,2026-01-01,0.14\n", encoding="gbk")
    wrong = shell.run("rates", "import", str(path), "--app", "shop")
    assert (wrong.exit_code != 0, "rates[2].currency" in wrong.output) == (True, True), wrong.output
    done = shell.run("rates", "import", str(path), "--app", "shop", "--currency", "usd")
    assert (done.exit_code, "Reports are in USD, with 1 rate" in done.output) == (0, True), (
        done.output
    )
    listed = shell.run("rates", "list", "--app", "shop").stdout
    assert listed == "currency,from,rate\nCNY,2026-01-01,0.14\n"
