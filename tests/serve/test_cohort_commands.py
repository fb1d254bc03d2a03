"""`minilens cohorts`: listed, made, computed, frozen, renamed, handed out, removed; with and without a server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from minilens.load.pipeline import Pipeline
from minilens.period import today
from minilens.serve.cohort_commands import answered
from minilens.serve.wiring import cohorts_of, questions
from minilens.settings import Settings
from tests.measure.events.test_by_hand import DAY, NEXT, STORY
from tests.pipeline import House
from tests.serve.server import server

pytestmark = pytest.mark.waits
DID = {"did": {"event": "pay_success", "from": DAY, "to": NEXT}}


def test_what_commands_are_answered(pipeline: Pipeline, settings: Settings, house: House) -> None:
    house.load(STORY)
    house.build()
    mine = cohorts_of(pipeline, questions(pipeline, settings))

    def ask(do: str, **more: str) -> dict[str, object]:
        return answered(mine, pipeline.records, {"app": house.app.name, "do": do, **more})

    made = ask("add", of="definition", zh="买家", en="Buyers", body=json.dumps(DID), live="1")
    assert made["unknown"] == []
    one = ask("show", cohort="Buyers")
    assert (one["size"], one["live"], one["definition"]) == (3, True, DID)
    listed = ask("add", of="list", zh="名单", body="device\na\nnobody\nb\n\nnobody2")
    assert listed["unknown"] == [(3, "device=nobody"), (6, "device=nobody2")]
    assert ask("freeze", cohort="买家")["live"] is False
    assert ask("live", cohort="买家")["live"] is True
    assert ask("rename", cohort="买家", zh="常客", en="")["zh"] == "常客"
    assert str(ask("export", cohort="名单")["csv"]).count("\n") == 3
    assert ask("compute", cohort="常客")["size"] == 3
    assert ask("sizes", cohort="常客") == {
        "sizes": [{"day": str(today(house.app.timezone)), "size": 3}]
    }
    ask("remove", cohort="常客")
    assert [one["zh"] for one in ask("list")["cohorts"]] == ["名单"]  # type: ignore[attr-defined]


def calls_of(tmp_path: Path) -> tuple[tuple[str, ...], ...]:
    """Commands, some of them wrong, and the files that they read."""
    people, definition = tmp_path / "people.csv", tmp_path / "definition.json"
    people.write_text("c_memberid\nA1\n", encoding="gb18030")
    definition.write_text(json.dumps(DID), encoding="utf-8")
    many = tmp_path / "many.csv"
    many.write_text("\n".join(f"c_memberid=B{n}" for n in range(20_000)), encoding="utf-8")
    return (
        ("add", "shop", "名单", "--en", "List", "--list", str(people)),
        ("add", "shop", "多", "--list", str(many)),
        ("add", "shop", "买家", "--definition", str(definition), "--live"),
        ("list", "shop", "--format", "json"),
        ("export", "shop", "List", "-o", str(tmp_path / "out.csv")),
        ("freeze", "shop", "买家"),
        ("live", "shop", "List"),
        ("show", "shop", "Lost"),
        ("rename", "shop", "List", "7"),
        ("add", "shop", "x"),
        ("add", "shop", "x", "--list", str(people), "--definition", str(people)),
        ("compute", "shop", "List"),
        ("show", "shop", "买家"),
        *(("remove", "shop", name, "--yes") for name in ("List", "多", "买家")),
        ("list", "shop", "--format", "json"),
    )


def test_over_a_running_server_and_without_one(tmp_path: Path) -> None:
    calls, file = calls_of(tmp_path), tmp_path / "out.csv"
    with server(tmp_path / "data", LC_ALL="C", LANG="C") as one:
        for running in (True, False):
            if not running:
                one.stop()
            done = one.commands(*(("cohorts", *words) for words in calls))
            said = [out + error for _, out, error in done]
            wrong = [n for n, (code, _, _) in enumerate(done) if code]
            assert wrong == [6, 7, 8, 9, 10], said
            assert "line 2: nobody is known by c_memberid=A1" in said[0]
            assert "List: 0 users, frozen" in said[0]
            assert "and 19000 more" in said[1]
            names = {one["en"]: one["live"] for one in json.loads(done[3][1])}
            assert names == {"List": False, "多": False, "买家": True}
            assert file.read_text() == "person\n"
            assert "frozen" in said[5]
            for n, part in (
                (6, "stays frozen"), (7, "There is no cohort named Lost"), (8, "can't be named 7"),
                (9, "--definition"), (10, "not both"),
            ):  # fmt: skip
                assert part in said[n]
            assert "pay_success" in said[12]
            assert json.loads(done[-1][1]) == []
