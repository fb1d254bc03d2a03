"""An engine that is asked nothing twice: questions share most of their statements."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from minilens.warehouse.engine import Answer, Engine, Row

_Asked = tuple[str, str, str, str]


class Remembering(Engine):
    """Gives the answer that a statement had the first time. For data that stay as they are."""

    _said: dict[_Asked, Any]

    def _once(
        self, way: str, sql: str, asked: Mapping[str, Any] | None, more: object, ask: Callable[[], Any]
    ) -> Any:  # fmt: skip
        key = way, sql, repr(asked), repr(more)
        if key not in self._said:
            self._said[key] = ask()
        return self._said[key]

    def query(
        self, sql: str, parameters: Mapping[str, Any] | None = None, **settings: Any
    ) -> Answer:
        ask = super().query
        found: Answer = self._once(
            "query", sql, parameters, settings, lambda: ask(sql, parameters, **settings)
        )
        return replace(found, rows=copy.deepcopy(found.rows))

    def arrow(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        ask = super().arrow
        return self._once("arrow", sql, parameters, "", lambda: ask(sql, parameters))

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        ask = super().rows
        return list(self._once("rows", sql, parameters, "", lambda: ask(sql, parameters)))

    def raw(self, sql: str, parameters: Mapping[str, Any] | None, form: str) -> bytes:
        ask = super().raw
        return bytes(self._once("raw", sql, parameters, form, lambda: ask(sql, parameters, form)))


def remembering(engine: Engine) -> Remembering:
    """The same engine, which remembers from now on."""
    made = copy.copy(engine)
    made.__class__ = Remembering
    assert isinstance(made, Remembering)
    made._said = {}
    return made
