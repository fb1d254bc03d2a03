"""Some things have one door: only the room that owns a library may speak to it."""

from __future__ import annotations

import ast
import functools

import pytest

from tests.architecture.source import Source, files, imports, python

#: library → the only places that may import it
DOORS = {
    "chdb": ("warehouse",),
    "clickhouse_connect": ("warehouse",),
    "sqlalchemy": ("records",),
    "alembic": ("records",),
    "ip2region": ("reference",),
}
#: the last one only names the file to load
ECHARTS = ("render/as_chart.py", "static/js", "templates/_chart_scripts.html")


@functools.cache
def imported() -> list[tuple[Source, int, str]]:
    """All that the package imports, and where; read once for all the doors."""
    return [(source, line, name) for source in python() for line, name in imports(source.tree)]


def of(library: str, name: str) -> bool:
    """Whether the name is the library or lies in it."""
    return name.split(".")[0] == library


def through_no_door(tree: ast.AST, library: str) -> list[int]:
    """Lines on which the library is imported."""
    return [line for line, name in imports(tree) if of(library, name)]


@pytest.mark.parametrize("library", DOORS)
def test_a_library_is_imported_only_behind_its_door(library: str) -> None:
    found = [
        f"{source.name}:{line}"
        for source, line, name in imported()
        if of(library, name) and not source.inside(*DOORS[library])
    ]
    assert not found, f"{library} belongs to {DOORS[library]}: {found}"


def test_the_chart_library_is_named_only_where_charts_are_made() -> None:
    found = [
        f"{source.name}:{number}"
        for source in files(".py", ".html", ".js", ".css")
        if not source.inside(*ECHARTS)
        for number, line in enumerate(source.text.splitlines(), 1)
        if "echarts" in line.lower()
    ]
    assert not found, f"ECharts belongs to {ECHARTS}: {found}"


@pytest.mark.parametrize(
    "text",
    [
        "import chdb",
        "from chdb import session",
        "import chdb.session as s",
        "def f():\n import chdb",
    ],
)
def test_every_way_to_import_is_seen(text: str) -> None:
    assert through_no_door(ast.parse(text), "chdb")


def test_a_name_that_only_begins_alike_is_another_library() -> None:
    assert not through_no_door(ast.parse("import chdb_other\nfrom x import chdb"), "chdb")
