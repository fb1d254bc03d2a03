"""A file over 400 lines or a function over 40 is a question: answer it here, or split it."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator

from tests.architecture.source import Source, all_python, files

MOST_LINES_OF_FILE = 400
MOST_LINES_OF_FUNCTION = 40

#: `path` or `path:function` → why it is right that it is long
ALLOWED: dict[str, str] = {
    "src/minilens/client/answers.py": "made by make client: a class for each answer of the API",
    "src/minilens/records/migrations/versions/0001_apps_keys_tokens.py:upgrade": (
        "a list of tables and their columns, one after another, without logic"
    ),
    "src/minilens/records/store.py:__init__": "a list of the rooms, one after another",
}


def functions(source: Source) -> Iterator[tuple[str, int]]:
    """(path:function, lines) of every function of a module."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield f"{source.name}:{node.name}", lines


@functools.cache
def too_long() -> dict[str, int]:
    """All that is over a limit."""
    found = {
        source.name: len(source.text.splitlines())
        for source in [*all_python(), *files(".js", ".css", ".html", ".sql")]
        if len(source.text.splitlines()) > MOST_LINES_OF_FILE
    }
    for source in all_python():
        found |= {name: n for name, n in functions(source) if n > MOST_LINES_OF_FUNCTION}
    return found


def test_nothing_is_too_long_without_a_reason() -> None:
    found = {name: lines for name, lines in too_long().items() if name not in ALLOWED}
    assert not found, "split these, or say in ALLOWED why not"


def test_every_permission_is_still_needed_and_says_why() -> None:
    assert not set(ALLOWED) - set(too_long()), "these are short again"
    assert all(len(reason.split()) >= 5 for reason in ALLOWED.values())


def test_the_length_of_a_function_counts_its_lines() -> None:
    this = next(source for source in all_python() if source.name.endswith("test_sizes.py"))
    lengths = dict(functions(this))
    assert lengths[f"{this.name}:functions"] == 6
