"""`minilens kpis`: listed, made, changed, removed, as a running server answers it and as a command does by itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from minilens.errors import Refused
from minilens.load.pipeline import Pipeline
from minilens.serve.kpi_commands import answered
from minilens.serve.wiring import questions
from minilens.settings import Settings
from tests.measure.events.test_by_hand import DAY, STORY
from tests.pipeline import House

PAID = {"kind": "events", "question": {"kind": "events", "events": [{"event": "pay_success"}],
                                       "measures": [{"aggregate": "total"}]}}  # fmt: skip


def body(target: float) -> str:
    return json.dumps({"source": PAID, "target": target, "period": "week"})


def test_what_commands_are_answered(pipeline: Pipeline, settings: Settings, house: House) -> None:
    house.load(STORY)
    house.build()
    executor = questions(pipeline, settings)

    def ask(do: str, **more: str) -> dict[str, Any]:
        return answered(pipeline, executor, {"app": house.app.name, "do": do, **more})

    made = ask("add", zh="支付", en="Payments", body=body(5))
    assert (made["zh"], made["definition"]["target"]) == ("支付", 5)
    (one,) = ask("list", day=DAY)["kpis"]
    assert (one["value"], one["state"], one["en"]) == (5, "reached", "Payments")
    ask("set", kpi="Payments", zh="付款", body=body(9))
    (one,) = ask("list", day=DAY)["kpis"]
    assert (one["zh"], one["definition"]["target"], one["state"]) == ("付款", 9, "behind")
    with pytest.raises(Refused) as error:
        ask("add", zh="B", body=body(1), owner="nobody@example.org")
    assert error.value.field == "owner"
    ask("remove", kpi="付款")
    assert ask("list") == {"kpis": []}


@pytest.mark.waits
def test_by_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a server: one is made, and a wrong one refused."""
    folder, file = tmp_path / "data", tmp_path / "kpi.json"
    monkeypatch.setenv("MINILENS_DATA", str(folder))

    def run(*words: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "minilens.cli.main", *words]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        return found.returncode, found.stdout + found.stderr

    assert run("apps", "create", "shop")[0] == 0
    file.write_text(body(5), encoding="utf-8")
    code, said = run("kpis", "add", "shop", "支付", "--definition", str(file))
    assert (code, "支付" in said) == (0, True)
    wrong = '{"source": {"kind": "measure", "measure": "visitor"}, "target": 1}'
    file.write_text(wrong, encoding="utf-8")
    code, said = run("kpis", "set", "shop", "支付", "支付", "--definition", str(file))
    assert (code != 0, "visitors" in said) == (True, True)
