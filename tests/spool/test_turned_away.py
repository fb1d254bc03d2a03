"""Of senders that were turned away a little is kept: an AppID, how a key begins, how often and since when."""

from __future__ import annotations

from pathlib import Path

from minilens.spool.turned_away import (
    EVERY_MS,
    KEPT_MS,
    MOST_KNOWN,
    NAME,
    Sender,
    TurnedAwayLog,
    turned_away,
)

APPID = "wx0123456789abcdef"


def test_they_are_counted_and_outlive_a_restart(tmp_path: Path) -> None:
    (tmp_path / "main").mkdir()
    log = TurnedAwayLog(tmp_path / "main")
    log.appid(7, APPID, 10_000)
    log.key("mk_1234567890", 20_000)
    TurnedAwayLog(tmp_path / "main").appid(7, APPID, 30_000)
    found = turned_away(tmp_path, 40_000)
    assert found.appids == {7: {APPID: Sender(2, 10_000, 30_000)}}
    assert found.keys == {"mk_123…": Sender(1, 20_000, 20_000)}
    assert turned_away(tmp_path, 30_000 + KEPT_MS).appids == {7: {}}


def test_no_more_is_kept_of_what_a_stranger_typed(tmp_path: Path) -> None:
    log = TurnedAwayLog(tmp_path)
    log.appid(7, "<script>", 1 * EVERY_MS)
    log.key("<script>alert(1)", 2 * EVERY_MS)
    log.key("13800138000", 3 * EVERY_MS)
    text = (tmp_path / NAME).read_text()
    assert "script" not in text
    assert "13800138000" not in text


def test_a_flood_of_names_does_not_displace_who_comes_often(tmp_path: Path) -> None:
    (tmp_path / "main").mkdir()
    log = TurnedAwayLog(tmp_path / "main")
    for n in range(5):
        log.appid(7, APPID, n)
    for n in range(500):
        log.appid(7, f"wx{n:016d}", 10 + n)
    log.appid(7, APPID, EVERY_MS * 2)
    found = turned_away(tmp_path, EVERY_MS * 2).appids[7]
    assert found[APPID].batches == 6
    assert len(found) <= MOST_KNOWN


def test_a_damaged_note_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("{")
    TurnedAwayLog(tmp_path).key("mk_1", 5_000)
    assert '"mk_1…"' in (tmp_path / NAME).read_text()
