"""Help and lists speak the language of the terminal; nothing is made or spoilt by a command that only reads."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from minilens.cli.commands import FILES, Commands, at
from minilens.cli.main import main
from tests.serve.server import MINILENS
from tests.serve.terminal import in_a_terminal

HAN = re.compile(r"[\u4e00-\u9fff]")
#: Words of English help that would be left over in Chinese.
ENGLISH = re.compile(r"\b(the|of|and|Show|Usage|Options|Commands|default|required|exit)\b")
LANGUAGES = {"en": "C", "zh": "zh_CN.UTF-8"}


def commands(top: click.Command, *words: str) -> Iterator[tuple[str, ...]]:
    """The words of every command."""
    yield words
    below = top.every() if isinstance(top, Commands) else getattr(top, "commands", {})
    for name, one in below.items():
        yield from commands(one, *words, name)


def run(data: Path, language: str, *words: str) -> tuple[int, str, str]:
    env = {"MINILENS_DATA": str(data), "LANG": LANGUAGES[language], "LC_ALL": LANGUAGES[language]}
    done = CliRunner().invoke(main, list(words), env=env)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def data(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    for words in (
        ("apps", "create", "shop", "--zh", "山野书店", "--en", "Hillside Books"),
        ("apps", "create", "cafe", "--zh", "小满", "--en", "Cafe"),
        ("owner", "ann@example.org", "--name", "安"),
        ("tokens", "create", "shop", "--scope", "report:read", "--name", "报表"),
        ("annotate", "shop", "2026-11-11", "双十一"),
        ("annotate", "shop", "2026-11-12", "why?", "--for", "ann@example.org"),
    ):
        assert run(made, "en", *words)[0] == 0
    return made


@pytest.mark.parametrize("group", ["apps", "users", "tokens", "receivers"])
def test_a_group_that_needs_no_app_lists(data: Path, group: str) -> None:
    bare = run(data, "en", group)
    assert bare == run(data, "en", group, "list")
    assert bare[0] == 0
    assert "Usage:" not in bare[1]


@pytest.mark.parametrize(
    "words", [*commands(main)], ids=lambda words: " ".join(words) or "minilens"
)
def test_help_is_in_one_language(tmp_path: Path, words: tuple[str, ...]) -> None:
    english, chinese = (run(tmp_path / "x", one, *words, "--help")[1] for one in LANGUAGES)
    samples = "province:is:广东,上海"
    assert HAN.search(english.replace(samples, "")) is None
    assert "Usage: " in english
    assert "用法：" in chinese
    assert ENGLISH.findall(chinese) == []
    texts = [part for part in re.split(r"\n\s*\n", chinese)[1:] if part.strip()]
    assert all(HAN.search(part) for part in texts)
    assert all(cell_len(line) <= 80 for line in chinese.splitlines() if "{" not in line)


def test_every_option_has_its_text_in_both_languages() -> None:
    lacking = []
    for words in commands(main):
        found = at(main, *words)
        assert found is not None
        options = (
            one for one in found.params if isinstance(one, click.Option)
        )  # but for the library's own
        lacking += [
            (words, one.name)
            for one in options
            if one.name != "version" and not HAN.search(one.help or "")
        ]
    assert lacking == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "words", ["users", "apps", "tokens", "tokens list shop", "keys list shop", "annotations shop"]
)
def test_a_list_has_headings_and_its_columns_stand_under_them(
    data: Path, language: str, words: str
) -> None:
    _, said, _ = run(data, language, *words.split())
    head, *lines = said.splitlines()
    assert lines
    assert bool(HAN.search(head)) == (language == "zh")
    for heading in re.finditer(r"(?:^|(?<=  ))\S", head):
        at = cell_len(head[: heading.start()])
        for line in lines:
            start = next((n for n in range(len(line) + 1) if cell_len(line[:n]) == at), None)
            assert start is not None, (head, line)
            assert start == 0 or line[start - 1] == " "
            assert line[start] != " "


def test_tokens_of_all_apps_are_listed(data: Path) -> None:
    _, said, _ = run(data, "en", "tokens", "list", "--format", "json")
    assert [(one["app"], one["name"]) for one in json.loads(said)] == [("shop", "报表")]


def test_annotations_are_those_of_all_and_ones_own(data: Path) -> None:
    def listed(*more: str) -> list[object]:
        _, said, _ = run(data, "en", "annotations", "shop", "--format", "json", *more)
        return [(one["day"], one["text"], one["personal"]) for one in json.loads(said)]

    of_all, own = ("2026-11-11", "双十一", False), ("2026-11-12", "why?", True)
    assert listed() == [of_all]
    assert listed("--for", "ann@example.org") == [of_all, own]
    assert listed("--for", "ann@example.org", "--from", "2026-11-12") == [own]
    assert run(data, "en", "annotations", "shop", "--for", "bob@example.org")[0] == 2


def test_no_command_has_two_names() -> None:
    every = [words for words in commands(main) if words]
    at_all = [at(main, words[0]) if len(words) == 1 else None for words in every]
    called = [one.callback for one in at_all if one]
    assert len(called) == len(set(called))
    assert not {"create", "rotate", "token"} & {words[0] for words in every}


@pytest.mark.parametrize("file", FILES)
def test_a_file_has_the_commands_by_which_it_is_found(file: str) -> None:
    found = import_module(f"minilens.cli.{file}").COMMANDS
    assert tuple(one.name for one in found) == FILES[file]


def test_a_command_reads_no_more_than_it_needs() -> None:
    """A server that only watches holds what it has read for as long as it runs."""
    call = "import sys; import minilens.cli.main, minilens.serve.supervisor; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", call], capture_output=True, text=True, timeout=60, check=True
    )
    assert not {"numpy", "sqlalchemy", "clickhouse_connect", "litestar"} & set(
        loaded.stdout.split()
    )


@pytest.mark.parametrize(
    "words",
    [
        "report overview.trend --app shop", "report overview.trend --app shop --format xlsx -o x.xlsx", "apps",
        "apps list", "apps show shop", "users", "keys list shop", "tokens", "tokens list shop", "audit",
        "sign-in", "replay", "export --app shop --output x.csv", "doctor", "backup x.tar",
        "apps archive shop", "users disable ann@example.org", "keys rotate shop", "annotate shop today x",
        "annotations shop",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_folder_that_is_not_there_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, language: str
) -> None:
    monkeypatch.chdir(tmp_path)
    missing = tmp_path / "nowhere"
    code, said, wrong = run(missing, language, *words.split())
    assert str(missing) in said + wrong
    assert words == "doctor" or code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("language", "said"), [("en", "add -o FILE"), ("zh", "请加 -o 文件")])
def test_an_excel_sheet_is_not_written_to_a_terminal(data: Path, language: str, said: str) -> None:
    words = [str(MINILENS), "report", "overview.trend", "--app", "shop", "--format", "xlsx"]
    shown = in_a_terminal(words, MINILENS_DATA=str(data), LC_ALL=LANGUAGES[language])
    assert said in shown
    assert "PK\x03\x04" not in shown
