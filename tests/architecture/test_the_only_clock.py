"""The present moment is read in period.now() alone; everything else is told what time it is.

Clocks that only measure how long something takes (monotonic, perf_counter) are free.
"""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source import imports, python

CLOCK = "period.py"
READS = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime|ctime))$"
)
#: the same in SQL, where the engine's clock and zone would decide
#: Of the phone, in a script to paste: `Date.now()`.
SQL_READS = re.compile(
    r"(?<!Date\.)\b(now|now64|today|yesterday|current_timestamp)\(", re.IGNORECASE
)


def full_name(node: ast.expr) -> str:
    """`datetime.datetime.now` of the expression that says so; else nothing."""
    if isinstance(node, ast.Attribute):
        return f"{full_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def texts(tree: ast.AST) -> list[tuple[int, str]]:
    """The strings of a module but its docstrings."""
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    ]


def clock_reads(tree: ast.AST) -> list[int]:
    """Lines that read the time of day, in Python or in SQL."""
    calls = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and READS.search(full_name(node))
    ]
    taken = [
        line
        for line, name in imports(tree)
        if re.fullmatch(r"time\.(time|time_ns|localtime|gmtime|ctime)", name)
    ]
    queries = [line for line, text in texts(tree) if SQL_READS.search(text)]
    return calls + taken + queries


def test_only_one_module_reads_the_time() -> None:
    found = [
        f"{source.name}:{line}"
        for source in python()
        if not source.inside(CLOCK)
        for line in clock_reads(source.tree)
    ]
    assert not found, f"take `now` as an argument, or call period.now() at the very top: {found}"


@pytest.mark.parametrize(
    "text",
    [
        "datetime.now(UTC)",
        "datetime.datetime.now()",
        "dt.date.today()",
        "clock = time.time",
        "time.time_ns()",
        "from time import time",
        "sql = 'SELECT now64(3)'",
        "f'WHERE day < today() - {n}'",
    ],
)
def test_every_way_to_read_the_time_is_seen(text: str) -> None:
    assert clock_reads(ast.parse(text))


@pytest.mark.parametrize(
    "text",
    ["time.monotonic()", "time.perf_counter()", "period.now()", '"""now() is pure."""', "now()"],
)
def test_what_measures_a_span_or_is_told_the_time_is_free(text: str) -> None:
    assert not clock_reads(ast.parse(text))
