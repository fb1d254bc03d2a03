"""What the pages tell people to type exists."""

from __future__ import annotations

import re

import click
import pytest

from minilens.cli import main
from tests.architecture.source import TOP

PAGES = [*sorted(TOP.glob("README*.md")), *sorted((TOP / "docs" / "guide").rglob("*.md"))]
CALL = re.compile(r"^(?:\S*/)?minilens ([a-z-]+)(.*?)(?: #.*)?$", re.MULTILINE)


def calls() -> list[tuple[str, str, str]]:
    """(page, command, arguments) of every line `minilens WORD …` in a shell example."""
    return [
        (page.relative_to(TOP).as_posix(), command, arguments)
        for page in PAGES
        for block in re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        for command, arguments in CALL.findall(block)
    ]


@pytest.mark.parametrize(("page", "command", "arguments"), calls())
def test_a_command_of_a_page_exists_with_its_options(
    page: str, command: str, arguments: str
) -> None:
    assert isinstance(main, click.Group)
    assert command in main.commands, page
    ran = main.commands[command]
    if isinstance(ran, click.Group) and (word := arguments.split()[:1]) and word[0][0] != "-":
        assert word[0] in ran.commands, page
        ran = ran.commands[word[0]]
    known = {option for p in ran.params for option in p.opts}
    assert set(re.findall(r"--[a-z-]+", arguments)) <= known, page
