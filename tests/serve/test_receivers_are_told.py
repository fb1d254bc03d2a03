"""`minilens receivers` and `minilens doctor` say which hosts there are, which were not seen, and who loads."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from minilens.load.election import Election
from minilens.period import now_ms
from minilens.records.receivers import Host
from minilens.records.store import Records
from minilens.serve.doctor.receivers import receiver_findings
from tests.serve.server import Server

ONE, TWO = (
    Host("one", "a" * 32, "http://one:8000", "1.0"),
    Host("two", "b" * 32, "http://two:8000", "1.0"),
)


def test_the_doctor_says_who_loads_and_where_events_wait(tmp_path: Path) -> None:
    records = Records(f"sqlite:///{tmp_path}/records.sqlite")
    records.database.migrate()
    now = now_ms()
    assert list(receiver_findings(records, now)) == []
    records.receivers.note(ONE)
    records.receivers.note(TWO, waiting=7, oldest=now - 3_600_000)
    codes = [one.code for one in receiver_findings(records, now)]
    assert codes == ["receiver_behind", "nobody_loads"]
    assert Election(records.loader_lease, ONE, "server").take()
    records.receivers.note(TWO)
    assert list(receiver_findings(records, now)) == [], "all as it should be"
    records.receivers.note(replace(TWO, version="0.9"))
    (found,) = receiver_findings(records, now)
    facts = {"name": "two", "version": "0.9", "loads": "one", "other": "1.0"}
    assert (found.code, dict(found.facts)) == ("other_version", facts)
    assert found.said("zh")[0] == "主机 two 的程序版本是 0.9，负责装载的 one 是 1.0"
    assert found.said("en")[0] == "two runs 0.9, but one, which loads, runs 1.0"
    records.receivers.note(replace(TWO, version="0.9"), left=True)
    assert list(receiver_findings(records, now)) == []
    records.database.close()


def test_hosts_are_listed_and_removed_by_command(tmp_path: Path) -> None:
    one = Server(tmp_path / "data")
    one.inside_this_process("apps", "create", "shop")
    records = Records(f"sqlite:///{one.data}/records.sqlite")
    records.receivers.note(ONE)
    records.receivers.note(TWO, waiting=7)
    assert Election(records.loader_lease, ONE, "server").take()
    records.database.close()
    listed, _, wrong, table = one.commands(
        ["receivers", "list", "--format", "json"],
        ["receivers", "remove", "two"],
        ["receivers", "remove", "two"],
        ["receivers", "list"],
    )
    rows = json.loads(listed[1])
    assert [(row["name"], row["loads"], row["waiting_bytes"]) for row in rows] == [
        ("one", True, 0), ("two", False, 7),
    ]  # fmt: skip
    assert wrong[0] != 0
    assert "http://one:8000" in table[1]
    assert "http://two:8000" not in table[1]
