"""`minilens doctor` finds what is wrong, beside a server, without one, and in a broken folder."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from string import Formatter
from typing import Any

import msgspec
import pytest

from minilens.serve.doctor.doctor import EngineState
from minilens.serve.doctor.findings import FINDINGS
from minilens.serve.status import Disk, Store, full_on
from tests.backup.folders import contents, kept_folder, minilens, run
from tests.serve.server import server


def doctor(data: Path, expected: int = 0, **variables: str) -> Any:
    """What it found, as numbers."""
    done = run(data, "doctor", "--format", "json", **variables)
    assert done.returncode == expected, done.stderr + done.stdout
    return json.loads(done.stdout)


def codes(found: Any) -> set[str]:
    """The codes of its findings."""
    return {one["code"] for one in found["findings"]}


@pytest.mark.parametrize("code", FINDINGS)
def test_a_finding_says_what_why_and_what_next_in_both_languages(code: str) -> None:
    _, zh, en = FINDINGS[code]
    for one, other in zip(zh, en, strict=True):
        assert re.search(r"[\u4e00-\u9fff]|minilens|chmod", one)
        assert not re.search(r"[\u4e00-\u9fff]", other)
        names = [
            {n for _, n, _, _ in Formatter().parse(text) if n} - {"hint"} for text in (one, other)
        ]
        assert names[0] == names[1]


def test_parts_that_were_put_aside_are_told(tmp_path: Path) -> None:
    data = kept_folder(tmp_path)
    aside = sorted((data / "warehouse").glob("store/*/*/detached"))[0]
    (aside / "all_1_1_0").mkdir()
    (found,) = [
        one
        for one in doctor(data, MINILENS_WAREHOUSE="", MINILENS_RECORDS="")["findings"]
        if one["code"] == "damaged_parts"
    ]
    assert str(aside) in json.dumps(found)


def test_a_stopped_folder_is_looked_at_and_not_changed(tmp_path: Path) -> None:
    data = kept_folder(tmp_path)
    before = {k: v for k, v in contents(data).items() if not k.startswith("warehouse/")}
    found = doctor(data, MINILENS_WAREHOUSE="", MINILENS_PROT="1", MINILENS_RECORDS="")
    assert {"not_running", "no_backup", "unknown_variable", "pending", "behind"} <= codes(found)
    assert "MINILENS_PORT?" in next(
        one["what"] for one in found["findings"] if one["code"] == "unknown_variable"
    )
    assert (found["ok"], found["running"]) == (True, False)
    assert found["inside"]["store"]["events"] == 330
    assert found["waiting"]["bytes"] > 10_000
    after = {k: v for k, v in contents(data).items() if not k.startswith("warehouse/")}
    assert after == before


@pytest.mark.waits
def test_a_running_server_is_asked(tmp_path: Path) -> None:
    settings = {"MINILENS_SECRET": "hidden-words"}
    with server(tmp_path / "data", **settings) as one:
        found = json.loads(one.command("doctor", "--format", "json"))
        assert (found["ok"], found["running"]) == (True, True)
        assert "never_used" in codes(found)
        assert found["settings"]["port"] == {"value": str(one.port), "source": "MINILENS_PORT"}
        assert found["settings"]["late_days"] == {"value": "7", "source": "default"}
        text = one.command("doctor", "--lang", "zh")
        assert "hidden-words" not in text
        assert "hidden-words" not in json.dumps(found)
        assert "***" in text
        assert "运行中" in text
        minilens(one.data, "backup", str(tmp_path / "one.tar"), **settings)
        found = json.loads(one.command("doctor", "--format", "json"))
        assert found["last_backup"]["file"] == str(tmp_path / "one.tar")
        assert "no_backup" not in codes(found)


def test_a_broken_folder_is_told_apart_part_by_part(tmp_path: Path) -> None:
    data = kept_folder(tmp_path)
    (data / "records.sqlite").write_bytes(b"this is no database" * 1000)
    found = doctor(data, expected=1)
    assert "records" in codes(found)
    other = kept_folder(tmp_path / "other")
    shutil.rmtree(other / "warehouse")
    (other / "warehouse").write_text("a file")
    found = doctor(other, expected=1)
    assert "warehouse" in codes(found)
    assert "records" not in codes(found)
    (other / "secret").chmod(0o644)
    assert "open_to_others" in codes(doctor(other, expected=1))


def test_what_keeps_the_server_from_starting_is_said(tmp_path: Path) -> None:
    found = doctor(tmp_path / "data", expected=1, MINILENS_PORT="many")
    assert codes(found) == {"settings"}
    assert "MINILENS_PORT is not a whole number" in found["findings"][0]["what"]
    said = run(tmp_path / "data", "doctor", "--lang", "zh", MINILENS_PORT="many").stdout
    assert "MINILENS_PORT 不是整数" in said
    assert codes(doctor(tmp_path / "none")) == {"no_folder"}
    assert codes(doctor(tmp_path / "none", MINILENS_MAP="no.json")) == {"no_folder", "bad_map"}
    assert not (tmp_path / "none").exists()
    free = shutil.disk_usage(tmp_path).free >> 20
    found = doctor(kept_folder(tmp_path), expected=1, MINILENS_RESERVE_MB=str(free * 2))
    assert "disk_full" in codes(found)


def test_passwords_of_addresses_are_hidden(tmp_path: Path) -> None:
    data = kept_folder(tmp_path)
    dsn = "clickhouse://owner:hidden-words@127.0.0.1:1/minilens"
    found = doctor(data, expected=1, MINILENS_WAREHOUSE=dsn)
    assert "warehouse" in codes(found)
    assert "hidden-words" not in json.dumps(found)
    assert "owner:***@127.0.0.1" in found["settings"]["warehouse"]["value"]


def test_records_that_are_gone_are_missed(tmp_path: Path) -> None:
    data = kept_folder(tmp_path)
    (data / "records.sqlite").write_bytes(b"")
    found = doctor(data, expected=1)
    assert "records_gone" in codes(found)
    (data / "secret").write_bytes(b"")
    found = doctor(data, expected=1)
    assert "secret is empty" in found["findings"][0]["what"]


def test_what_a_server_with_events_says_is_read() -> None:
    said = EngineState(Store(last_event={1: 2}, key_used={3: 4}), [])
    read = msgspec.convert(
        msgspec.json.decode(msgspec.json.encode(said)), EngineState, str_keys=True
    )
    assert read == said


def test_a_disk_that_lasts_ten_years_is_not_said_to_fill() -> None:
    store = Store(bytes=1_000, events=10, a_day=2)
    assert full_on(Disk(total=10_000, free=2_100, reserve=100), store) == 10
    assert full_on(Disk(total=10_000, free=100, reserve=100), store) == 0
    assert full_on(Disk(total=10**9, free=10**9, reserve=0), store) is None
    assert full_on(Disk(total=10_000, free=2_100, reserve=100), Store()) is None
