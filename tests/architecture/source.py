"""The files that the rules of the house are about."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PACKAGE = TOP / "src" / "minilens"


@dataclass(frozen=True)
class Source:
    """A file of ours; `name` is its path below the checkout, with slashes."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(TOP).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    def inside(self, *places: str) -> bool:
        """Whether it is one of these files, or lies in one of these folders (`src/minilens/…`)."""
        return any(
            self.name == f"src/minilens/{place}" or self.name.startswith(f"src/minilens/{place}/")
            for place in places
        )


def files(*suffixes: str, below: tuple[str, ...] = ("src/minilens",)) -> list[Source]:
    """Our files of these kinds, not those of others that lie in vendor/."""
    found = [
        Source(path)
        for place in below
        for path in sorted((TOP / place).rglob("*"))
        if path.suffix in suffixes and not {"vendor", "__pycache__"} & set(path.parts)
    ]
    assert found or below != ("src/minilens",), f"no {suffixes} found: is this the checkout?"
    return found


def python() -> list[Source]:
    """Every module of the package."""
    return files(".py")


def all_python() -> list[Source]:
    """Every module of the package, of the tests, of the bench and of the scripts."""
    return files(".py", below=("src/minilens", "tests", "bench", "scripts"))


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, full name) of all that is imported, wherever in the module it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
