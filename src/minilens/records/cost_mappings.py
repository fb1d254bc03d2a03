"""How the cost files of a source are read: which column is which field, in which unit. Remembered for the next file."""

from __future__ import annotations

from typing import Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy import Column, DateTime, ForeignKey, String, Text

from minilens.records.cost_content import Landing
from minilens.records.costs import Replaces
from minilens.records.database import Database
from minilens.records.mappings import Mappings
from minilens.records.tables import METADATA

#: Of money in a file; empty: as its header says, or yuan.
Unit = Literal["", "yuan", "fen"]
UNITS: tuple[Unit, ...] = ("", "yuan", "fen")

COST_MAPPINGS = sa.Table(
    "cost_mappings",
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("source", String(128), primary_key=True),
    Column("content", Text, nullable=False),  # JSON
    Column("changed", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
)


class CostMapping(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is read. `columns`: our field → the title of its column; what is not there is found by its usual
    titles. `source`, `landing` and `currency` are those of rows that say none of their own."""

    columns: dict[str, str] = {}
    unit: Unit = ""
    source: str = ""
    landing: Landing = ""
    currency: str = "CNY"
    replaces: Replaces = "days"


class CostMappings(Mappings[CostMapping]):
    """One a source of an app: what was last used for it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, COST_MAPPINGS, CostMapping, ("source",))


__all__ = ["COST_MAPPINGS", "CostMapping", "CostMappings"]
