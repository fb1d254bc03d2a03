"""How the files of a kind are read: which column is which field. What was last used is remembered for the next file."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

import msgspec
import sqlalchemy as sa

from minilens.records.database import Database

M = TypeVar("M", bound=msgspec.Struct)


class Mappings(Generic[M]):
    """One for each combination of `names`, columns of the table and fields of the mapping."""

    def __init__(
        self, database: Database, table: sa.Table, mapping: type[M], names: tuple[str, ...]
    ) -> None:
        self._database, self._table, self._mapping, self._names = database, table, mapping, names

    def of(self, app: int) -> list[M]:
        """Those of an app, the one used last first."""
        columns = self._table.c
        query = sa.select(columns.content).where(columns.app_id == app)
        names = (columns[name] for name in self._names)
        with self._database.read() as connection:
            found = connection.execute(query.order_by(columns.changed.desc(), *names)).scalars()
            return [msgspec.json.decode(text, type=self._mapping) for text in found]

    def find(self, app: int, *named: str) -> M | None:
        """The one of that name, or of these names."""
        return next((one for one in self.of(app) if self._key(one) == named), None)

    def keep(self, app: int, one: M, *, now: datetime, by: int | None = None) -> None:
        """For the next file."""
        columns = self._table.c
        content = msgspec.json.encode(one).decode()
        values = {"content": content, "changed": now, "by_id": by}
        named = dict(zip(self._names, self._key(one), strict=True))
        held = (columns.app_id == app, *(columns[name] == text for name, text in named.items()))
        with self._database.write(alone=True) as connection:
            done = connection.execute(sa.update(self._table).where(*held).values(**values))
            if not done.rowcount:
                new = sa.insert(self._table).values(app_id=app, **named, **values)
                connection.execute(new)

    def _key(self, one: M) -> tuple[str, ...]:
        return tuple(getattr(one, name) for name in self._names)
