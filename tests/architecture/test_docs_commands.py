"""What the pages tell people to type exists."""

from __future__ import annotations

import re

import click
import pytest

from minilens.cli.commands import at
from minilens.cli.main import main
from tests.architecture.source import TOP

PAGES = [*sorted(TOP.glob("README*.md")), *sorted((TOP / "docs" / "guide").rglob("*.md"))]
#: What may stand before the program: a line of a crontab, variables, another user, a folder.
BEFORE = r"(?:[\d*]+ [\d* ]+)?(?:[A-Z_]+=\S+ )*(?:sudo -u \w+ )?(?:\S*/)?"
CALL = re.compile(
    rf"^{BEFORE}minilens (?:--config \S+ )?([a-z][a-z-]*)(.*?)(?: #.*)?$", re.MULTILINE
)


def calls() -> list[tuple[str, str, str]]:
    """(page, command, arguments) of every line `minilens WORD …` in a shell example."""
    return [
        (page.relative_to(TOP).as_posix(), command, arguments)
        for page in PAGES
        for block in re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        for command, arguments in CALL.findall(block)
    ]


def meant(command: str, arguments: str) -> click.Command | None:
    """The command, or the one below it that the next word names: `users list`."""
    found = at(main, command)
    return at(found, arguments.split()[0]) if isinstance(found, click.Group) else found


@pytest.mark.parametrize(("page", "command", "arguments"), calls())
def test_a_command_of_a_page_exists_with_its_options(
    page: str, command: str, arguments: str
) -> None:
    found = meant(command, arguments)
    assert found is not None, page
    known = {option for p in found.params for option in p.opts}
    assert set(re.findall(r"--[a-z-]+", arguments)) <= known, page
