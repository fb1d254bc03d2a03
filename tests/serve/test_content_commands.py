"""`minilens content`: files of the console handed in, again, corrected; what is wrong said with its row."""

from __future__ import annotations

from pathlib import Path

from tests.serve.test_cost_commands import shell as shell
from tests.serve.test_event_commands import Shell

ROWS = (
    "时间,新关注人数,取消关注人数,净增关注人数,累积关注人数\n"
    '2026-01-05,"1,234",5,1229,9000\n'
    "2026-01-06,10,2,8,9008\n"
)


def test_handed_in_again_and_corrected(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "content.csv"

    def put(text: str, *more: str) -> str:
        path.write_bytes(text.encode("gbk"))
        done = shell.run("content", "import", str(path), "--app", "shop", *more)
        assert done.exit_code == 0, done.output
        return str(done.output)

    assert "2 days added" in put(ROWS, "--dry-run")
    told = put(ROWS)
    assert ("2 days added" in told, "1,234 gained, 5 lost" in told) == (True, True)
    assert "2 unchanged" in put(ROWS)
    other = ROWS.replace("新关注", "涨粉").replace(",5,", ",6,")
    assert "1 replaced, 1 unchanged" in put(
        other, "--kind", "followers", "--map", "gained=涨粉人数"
    )
    assert "2 unchanged" in put(other)
    command = ("content", "list", "--app", "shop", "--kind", "followers")
    listed = shell.run(*command, "--from", "2026-01-06").stdout
    assert listed.splitlines() == ["day,account,gained,lost,followers", "2026-01-06,,10,2,9008"]
    path.write_text(ROWS.replace("-06,10", "-06,x"), encoding="utf-8")
    wrong = shell.run("content", "import", str(path), "--app", "shop")
    assert (wrong.exit_code != 0, "followers[3].gained" in wrong.output) == (True, True)
