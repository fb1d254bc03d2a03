"""A command that cannot be done says so in the language of the terminal: in one, and not in the other."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from minilens.cli.main import main
from tests import prepared
from tests.serve.server import server

HAN = re.compile(r"[\u4e00-\u9fff]")
#: Words of ours, beside names, paths and what a library says.
NOWHERE = "clickhouse://127.0.0.1:1/minilens"

#: What is typed → what en says, what zh says.
CASES: dict[str, tuple[str, str]] = {
    "apps archive cafe": ("There is no app named cafe", "没有名为 cafe 的小程序"),
    "apps create Cafe!": ("Use only lowercase letters", "标识只能用"),
    "apps create shop --timezone Mars": ("No time zone is named Mars", "没有名为 Mars 的时区"),
    "tokens create shop --scope report:reed": (
        "did you mean report:read",
        "是否想写 report:read",
    ),
    "tokens revoke shop 99": (
        "does not exist, has expired or was revoked",
        "不存在、已过期或已撤销",
    ),
    "users grant nobody@example.org --role viewer": ("No member has", "没有邮箱为"),
    "plan push DATA/records.sqlite --app shop": ("is not UTF-8 text", "不是 UTF-8 文本"),
    "apps pages shop DATA/records.sqlite": (
        "app.json exceeds the limit of 256 KB",
        "app.json超过上限 256 KB",
    ),
    "plan back 9 --app shop": ("There is no revision 9", "没有版本 9"),
    "plan show --app cafe": ("There is no app named cafe", "没有名为 cafe 的小程序"),
    "annotate shop 2026-02-30 x": ("is not a valid date", "不是有效的日期"),
    "backup DATA/x.tar --keep 1": ("a folder of backups", "须为备份目录"),
    "restore DATA/records.sqlite --data DATA/new": (
        "is not a Minilens backup",
        "不是 Minilens 的备份",
    ),
    "export --app shop --output DATA/x.doc": ("x.doc", "x.doc"),
    "report overview.trend --app shop WAREHOUSE": (
        "The warehouse cannot be opened",
        "数据仓库无法打开",
    ),
    "apps list NEWER": ("newer than this version supports", "比本版本支持的新"),
    "apps list FOREIGN": ("MINILENS_RECORDS cannot be used", "MINILENS_RECORDS 无法使用"),
    "serve --port 0 SPOILT": ("cannot be written", "无法写入"),
    "appps": (
        "There is no command named appps; did you mean apps?",
        "没有名为 appps 的命令；是否想写 apps？",
    ),
    "apps list --frm json": (
        "There is no option named --frm; did you mean --format?",
        "没有选项 --frm；是否想写 --format？",
    ),
    "apps archive": ("NAME is required", "缺少 NAME"),
    "report overview.trend": ("--app is required", "缺少 --app"),
    "reports --lang fr": ("is not one of", "--lang：应为 zh、en 之一"),
    "tokens create shop --scope admin --days 0": ("not in the range", "应为 1 到 3650 之间的整数"),
    "serve --port many": ("not a valid integer range", "--port：应为 0 到 65535 之间的整数"),
    "import DATA/none.csv --app shop": ("does not exist", "不存在"),
    "create shop": ("did you mean apps create?", "是否想写 apps create？"),
    "users lst": ("did you mean list?", "是否想写 list？"),
    "--confg x apps": ("did you mean --config?", "是否想写 --config？"),
    "--config DATA/none.toml apps": ("does not exist", "不存在"),
    "report overview.trend --ap shop": ("did you mean --app?", "是否想写 --app？"),
    "keys list shop more": ("more: not expected", "more：多余"),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with an app."""
    made = CliRunner().invoke(
        main, ["apps", "create", "shop"], env={"MINILENS_DATA": str(tmp_path / "d")}
    )
    assert made.exit_code == 0, made.output
    return tmp_path / "d"


def newer(data: Path) -> dict[str, str]:
    with closing(sqlite3.connect(data / "records.sqlite")) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()
    return {}


def spoilt(data: Path) -> dict[str, str]:
    (data.parent / "file").write_text("no folder")
    return {"MINILENS_DATA": str(data.parent / "file" / "data")}


#: A word of a case → what is done before, and the settings it runs with.
TROUBLE: dict[str, Callable[[Path], dict[str, str]]] = {
    "WAREHOUSE": lambda _: {"MINILENS_WAREHOUSE": NOWHERE},
    "FOREIGN": lambda _: {"MINILENS_RECORDS": "oracle+nothing://x"},
    "NEWER": newer,
    "SPOILT": spoilt,
}


@pytest.mark.parametrize("typed", CASES)
def test_it_is_said_in_the_language_of_the_terminal(data: Path, typed: str) -> None:
    words = typed.replace("DATA", str(data)).split()
    extra: dict[str, str] = {}
    for name in [word for word in words if word in TROUBLE]:
        words.remove(name)
        extra |= TROUBLE[name](data)
    for language, expected in zip(("C", "zh_CN.UTF-8"), CASES[typed], strict=True):
        env = {"MINILENS_DATA": str(data), "LANG": language, "LC_ALL": language}
        done = CliRunner().invoke(main, words, env=env | extra)
        assert done.exit_code in (2, 3), done.output
        assert expected in done.stderr
        assert bool(HAN.search(done.stderr)) == (language != "C")
        assert done.stderr.startswith("minilens: ")


@pytest.mark.waits
def test_a_running_server_is_asked_in_the_language_of_the_terminal(tmp_path: Path) -> None:
    with server(tmp_path / "data") as one:
        output = str(tmp_path / "x.csv")
        for language, expected in (
            ("C", "There is no app named shoop"),
            ("zh_CN", "没有名为 shoop 的小程序"),
        ):
            environment = one.environment | {"LANG": language, "LC_ALL": language}
            words = ["export", "--app", "shoop", "--output", output]
            done = prepared.run(words, environment)
            assert done.returncode == 2
            assert expected in done.stderr
