"""How the files of an Official Account's console are read, remembered by kind and account."""

from __future__ import annotations

from typing import Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy import Column, DateTime, ForeignKey, String, Text

from minilens.records.content import Replaces
from minilens.records.content_rows import Kind
from minilens.records.database import Database
from minilens.records.mappings import Mappings
from minilens.records.tables import METADATA

CONTENT_MAPPINGS = sa.Table(
    "content_mappings",
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("account", String(255), primary_key=True),
    Column("content", Text, nullable=False),  # JSON
    Column("changed", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
)


class ContentMapping(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is read. `kind`: empty where its titles have to tell. `columns`: our field → the title of its column;
    what is not there is found by its usual titles. `account` is that of rows that say none of their own."""

    kind: Kind | Literal[""] = ""
    columns: dict[str, str] = {}
    account: str = ""
    replaces: Replaces = "days"


class ContentMappings(Mappings[ContentMapping]):
    """One a kind and account of an app: what was last used for it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, CONTENT_MAPPINGS, ContentMapping, ("kind", "account"))


__all__ = ["CONTENT_MAPPINGS", "ContentMapping", "ContentMappings"]
