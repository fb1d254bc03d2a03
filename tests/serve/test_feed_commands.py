"""`minilens feeds`: an address is made, listed without its token, revoked, and refused where it asks nothing."""

from __future__ import annotations

import json
from pathlib import Path

from tests.serve.test_event_commands import Shell


def test_made_listed_revoked(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    assert shell.run("apps", "create", "shop").exit_code == 0
    words = ("overview.pages", "--query", "period=7d", "--name", "BI")
    made = shell.run("feeds", "create", "shop", *words)
    assert made.exit_code == 0, made.output
    address = made.stdout.strip()
    assert "/feeds/mf_" in address
    assert address.endswith(".csv")
    calendar = shell.run("feeds", "create", "shop", "annotations", "--name", "Team").stdout.strip()
    assert calendar.endswith(".ics")
    told = shell.run("feeds", "list", "shop", "--format", "json").stdout
    team, first = json.loads(told)
    assert (team["report"], first["name"], first["opens"]) == ("annotations", "BI", True)
    assert "top=all" in first["query"]
    assert address.rpartition("/")[2][:12] not in told
    assert shell.run("feeds", "revoke", "shop", str(first["number"])).exit_code == 0
    assert shell.run("feeds", "revoke", "shop", "99").exit_code != 0
    _, first = json.loads(shell.run("feeds", "list", "shop", "--format", "json").stdout)
    assert (first["opens"], bool(first["revoked"])) == (False, True)
    wrong = shell.run(
        "feeds", "create", "shop", "overview.pages", "--query", "perod=7d", "--name", "x"
    )
    assert (wrong.exit_code != 0, "period" in wrong.output) == (True, True)
