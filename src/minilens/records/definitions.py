"""Names of events that count beside the built-in ones: published definitions, and what was declared by its name."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from minilens.errors import Refused
from minilens.records import event_rows
from minilens.records.database import Database, plain
from minilens.records.event_content import Content
from minilens.records.tables import DEFINITIONS
from minilens.reference.events import lawful


class Definitions:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> set[tuple[int, str]]:
        """(app, event name) of every declared event beside the built-in ones."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(DEFINITIONS.c.app_id, DEFINITIONS.c.name))
            return {(row.app_id, row.name) for row in rows}

    def create(self, app: int, name: str, zh: str, *, now: datetime, by: int | None = None) -> None:
        """Declare an event, so that events of that name count."""
        name, zh = plain(name, "name", 32), plain(zh, "zh", 32)
        if not lawful(name):
            raise Refused("bad_name", "name", got=name)
        if not zh:
            raise Refused("missing", "zh")
        same = sa.select(DEFINITIONS.c.id).where(
            DEFINITIONS.c.app_id == app, DEFINITIONS.c.name == name
        )
        with self._database.write(alone=True) as connection:
            if connection.execute(same).first():
                raise Refused("declared_already", "name", got=name)
            every = event_rows.definitions(connection, app)
            one = next((held for held in every if held.name == name), None)
            if one is not None:  # a draft is not published by its name alone
                event_rows.declare(connection, app, name, one.zh, now, by)
                return
            event_rows.check_names(every, name, zh)
            event_rows.check_no_virtual(connection, app, name, zh)
            number = event_rows.next_number(every)
            content = Content("api")
            one = event_rows.insert(connection, app, name, zh, number, content, now=now, by=by)
            event_rows.publish(connection, app, one, content, [], now=now, by=by)
