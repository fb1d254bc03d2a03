"""The receivers of an installation, as each writes itself down, and which host loads.

Times of both are the database's: the clocks of hosts may differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, String

from minilens.errors import CannotStart, NotFound
from minilens.records.database import Database, utc
from minilens.records.tables import METADATA

#: A name belongs to the data folder that uses it for so long after it was last seen.
OWNED = timedelta(seconds=60)

RECEIVERS = sa.Table(
    "receivers",
    METADATA,
    Column("name", String(63), primary_key=True),
    Column("instance", String(32), nullable=False),  # of its data folder
    Column("url", String(400), nullable=False),  # where others reach it
    Column("version", String(40), nullable=False),
    Column("seen", DateTime(timezone=True), nullable=False),
    Column("left", Boolean, nullable=False),  # it was stopped in order
    Column("waiting", BigInteger, nullable=False),  # bytes received and not loaded
    Column(
        "oldest", BigInteger, nullable=False
    ),  # since when the oldest waits (milliseconds); 0: none
    Column("free", BigInteger, nullable=False),  # bytes of its disk
)

LOADER = sa.Table(
    "loader_lease",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1: there is one row
    Column("name", String(63), nullable=False),  # of the host that loads; empty: nobody does
    Column("instance", String(32), nullable=False),
    Column("number", BigInteger, nullable=False),  # one more with each election
    Column("beats", BigInteger, nullable=False),  # one more with each renewal
    Column("warehouse", String(80), nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("renewed", DateTime(timezone=True), nullable=False),
)


class NameTaken(CannotStart):
    """Two receivers with one name."""

    def __init__(self, name: str, url: str) -> None:
        super().__init__(
            f"Another receiver is named {name} (at {url}); give each host its own with MINILENS_RECEIVER",
            f"已有名为 {name} 的接收进程（{url}）；请用 MINILENS_RECEIVER 为每台主机起不同的名字",
        )


@dataclass(frozen=True)
class ReceiverRow:
    """One receiver. `age`: seconds since it was last seen."""

    name: str
    instance: str
    url: str
    version: str
    seen: datetime
    age: float
    left: bool
    waiting: int
    oldest: int
    free: int


@dataclass(frozen=True)
class Lease:
    """Who loads, or loaded last. `held`: it was not given back. `age`: seconds since it was renewed."""

    name: str
    instance: str
    number: int
    beats: int
    warehouse: str
    since: datetime
    age: float

    @property
    def held(self) -> bool:
        return bool(self.name)


@dataclass(frozen=True)
class Host:
    """A host of the installation: its name, the mark of its data folder, where others reach it, its program."""

    name: str
    instance: str
    url: str = ""
    version: str = ""


class Receivers:
    """Each writes itself down every few seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[ReceiverRow]:
        """By name."""
        with self._database.read() as connection:
            now = _now(connection)
            rows = connection.execute(sa.select(RECEIVERS).order_by(RECEIVERS.c.name)).mappings()
            return [_row(dict(row), now) for row in rows]

    def note(
        self, host: Host, *, waiting: int = 0, oldest: int = 0, free: int = 0, left: bool = False
    ) -> None:
        """It is there, or was stopped in order; CannotStart where another one has its name."""
        values = {
            "instance": host.instance, "url": host.url, "version": host.version, "seen": _NOW,
            "left": left, "waiting": waiting, "oldest": oldest, "free": free,
        }  # fmt: skip
        with self._database.write() as connection:
            now = _now(connection)
            named = sa.select(RECEIVERS).where(RECEIVERS.c.name == host.name)
            found = connection.execute(named.with_for_update()).mappings().first()
            if found is None:
                connection.execute(sa.insert(RECEIVERS).values(name=host.name, **values))
                return
            fresh = now - utc(found["seen"]) < OWNED and not found["left"]
            if found["instance"] != host.instance and fresh:
                raise NameTaken(host.name, str(found["url"]))
            connection.execute(
                sa.update(RECEIVERS).where(RECEIVERS.c.name == host.name).values(**values)
            )

    def remove(self, name: str) -> None:
        """It will not come back; NotFound where there is none. What it still holds is not loaded."""
        with self._database.write() as connection:
            gone = connection.execute(sa.delete(RECEIVERS).where(RECEIVERS.c.name == name))
        if not gone.rowcount:
            raise NotFound("unknown_receiver", "name", got=name)


class LoaderLease:
    """One row, changed by whoever knows how it was: of two who take it at once, one does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def made(self) -> bool:
        """Whether the records know of leases: those of an older version do not, and nobody has one by them."""
        with self._database.read() as connection:
            return sa.inspect(connection).has_table(LOADER.name)

    def look(self) -> Lease | None:
        """As it is; None where nobody ever loaded."""
        with self._database.read() as connection:
            now = _now(connection)
            row = connection.execute(sa.select(LOADER)).mappings().first()
        return None if row is None else _lease(dict(row), now)

    def take(self, seen: Lease | None, host: Host, warehouse: str, *, above: int = 0) -> int | None:
        """The number of the election, higher than `above`; None where the row is no longer as it was `seen`."""
        number = max(seen.number if seen else 0, above) + 1
        values: dict[str, Any] = {
            "name": host.name, "instance": host.instance, "number": number, "beats": 0,
            "warehouse": warehouse, "since": _NOW, "renewed": _NOW,
        }  # fmt: skip
        with self._database.write() as connection:
            if seen is None:
                there = connection.execute(sa.select(LOADER.c.id)).first()
                if there is None:  # of two at once the second fails, and looks again
                    connection.execute(sa.insert(LOADER).values(id=1, **values))
                return None if there else number
            same = (LOADER.c.number == seen.number, LOADER.c.beats == seen.beats)
            done = connection.execute(sa.update(LOADER).where(*same).values(**values))
        return number if done.rowcount else None

    def renew(self, host: Host, number: int) -> bool:
        """Whether it is still this host's."""
        mine = (LOADER.c.number == number, LOADER.c.instance == host.instance, LOADER.c.name != "")
        with self._database.write() as connection:
            done = connection.execute(
                sa.update(LOADER)
                .where(*mine)
                .values(beats=LOADER.c.beats + 1, renewed=_NOW, name=host.name)
            )
        return bool(done.rowcount)

    def give_back(self, host: Host, number: int) -> None:
        """Others may take it at once."""
        mine = (LOADER.c.number == number, LOADER.c.instance == host.instance)
        with self._database.write() as connection:
            connection.execute(
                sa.update(LOADER).where(*mine).values(name="", beats=LOADER.c.beats + 1)
            )


_NOW = sa.func.now()


def _now(connection: sa.Connection) -> datetime:
    found = connection.execute(sa.select(sa.func.now(type_=DateTime(timezone=True)))).scalar_one()
    return utc(found)


def _row(row: dict[str, Any], now: datetime) -> ReceiverRow:
    seen = utc(row.pop("seen"))
    return ReceiverRow(**row, seen=seen, age=max(0.0, (now - seen).total_seconds()))


def _lease(row: dict[str, Any], now: datetime) -> Lease:
    del row["id"]
    since, renewed = utc(row.pop("since")), utc(row.pop("renewed"))
    return Lease(**row, since=since, age=max(0.0, (now - renewed).total_seconds()))
