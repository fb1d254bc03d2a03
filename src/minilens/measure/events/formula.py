"""Formulas over measures: + - * / and brackets, numbers, and names of measures that stand before.

    pays / visits * 100

They are parsed into a tree of these few things and nothing else; of that tree comes SQL, and the figure of a bucket
in which nothing happened. Nothing is ever run as code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from minilens.errors import Refused, did_you_mean

LONGEST, MOST_BRACKETS = 200, 20
_TOKEN = re.compile(r"\s*(?:(\d{1,15}(?:\.\d{1,10})?)|([a-z][a-z0-9_]{0,31})|([-+*/()]))")
Sign = Literal["+", "-", "*", "/"]


@dataclass(frozen=True)
class Number:
    """A number as it was written."""

    value: float


@dataclass(frozen=True)
class Name:
    """The measure of that name."""

    name: str


@dataclass(frozen=True)
class Both:
    """Two parts and what is done with them."""

    sign: Sign
    left: Node
    right: Node


Node = Number | Name | Both


def parse(text: str, known: Iterable[str], where: str) -> Node:
    """The tree of a formula; Refused, naming the path, where it is none."""
    if len(text) > LONGEST:
        raise Refused("too_long", where, limit=LONGEST)
    reader = _Reader(_tokens(text, where), tuple(known), where)
    found = reader.sum(0)
    if reader.left:
        raise Refused("bad_formula", where, got=reader.left[0])
    return found


def _tokens(text: str, where: str) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Refused("bad_formula", where, got=text[at:].strip()[:20])
        found.append(match[0].strip())
        at = match.end()
    return found


@dataclass
class _Reader:
    """What is left of a formula. Each method takes what it reads from it."""

    left: list[str]
    known: tuple[str, ...]
    where: str

    def sum(self, depth: int) -> Node:
        return self._chain(("+", "-"), lambda: self._product(depth))

    def _product(self, depth: int) -> Node:
        return self._chain(("*", "/"), lambda: self._part(depth))

    def _chain(self, signs: tuple[Sign, ...], part: Callable[[], Node]) -> Node:
        found = part()
        while self.left and self.left[0] in signs:
            sign = next(one for one in signs if one == self.left[0])
            self.left.pop(0)
            found = Both(sign, found, part())
        return found

    def _part(self, depth: int) -> Node:
        if not self.left or depth > MOST_BRACKETS:
            raise Refused("bad_formula", self.where, got=self.left[0] if self.left else "…")
        token = self.left.pop(0)
        if token == "-":
            return Both("-", Number(0.0), self._part(depth + 1))
        if token == "(":
            found = self.sum(depth + 1)
            if not self.left or self.left.pop(0) != ")":
                raise Refused("bad_formula", self.where, got="(")
            return found
        if token[0].isdigit():
            return Number(float(token))
        if token not in self.known:
            if not token[0].isalpha():
                raise Refused("bad_formula", self.where, got=token)
            hint = did_you_mean(token, self.known)
            raise Refused("unknown_measure", self.where, got=token, hint=hint)
        return Name(token)


def names(node: Node) -> set[str]:
    """The measures that it is made of."""
    if isinstance(node, Both):
        return names(node.left) | names(node.right)
    return {node.name} if isinstance(node, Name) else set()


def sql(node: Node, column: Callable[[str], str], bind: Callable[[object, str], str]) -> str:
    """SQL over columns, whose names `column` tells; NULL where one of them is, and where nothing can be divided by."""
    if isinstance(node, Number):
        return bind(node.value, "Float64")
    if isinstance(node, Name):
        return f"toFloat64({column(node.name)})"
    left, right = (sql(one, column, bind) for one in (node.left, node.right))
    if node.sign == "/":
        return f"if({right} = 0, NULL, {left} / {right})"
    return f"({left} {node.sign} {right})"


def evaluate(node: Node, cells: Mapping[str, float | int | None]) -> float | None:
    """The same of known figures."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        value = cells[node.name]
        return None if value is None else float(value)
    left, right = evaluate(node.left, cells), evaluate(node.right, cells)
    if left is None or right is None or (node.sign == "/" and right == 0):
        return None
    if node.sign == "/":
        return left / right
    return left * right if node.sign == "*" else left + right if node.sign == "+" else left - right
