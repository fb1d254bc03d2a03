"""What people edit, as tables. The same model on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

APPS = Table(
    "apps",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),  # the word in addresses and commands
    Column("appid", String(64), nullable=False, default=""),  # WeChat's AppID; empty until known
    Column("zh", String(64), nullable=False),
    Column("en", String(64), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("undeclared", String(8), nullable=False),  # a tracker's undeclared events: open | strict
    Column("created", DateTime(timezone=True), nullable=False),
)

KEYS = Table(
    "write_keys",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("key", String(64), nullable=False, unique=True),  # public: it stands in the mini program
    Column("created", DateTime(timezone=True), nullable=False),
    Column("retires", DateTime(timezone=True)),  # accepted until then; null: without end
)

TOKENS = Table(
    "tokens",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("scopes", String(255), nullable=False),  # separated by spaces
    Column("created", DateTime(timezone=True), nullable=False),
    Column("expires", DateTime(timezone=True)),
)

DEFINITIONS = Table(
    "definitions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("name", String(32), nullable=False),
    Column("zh", String(32), nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    UniqueConstraint("app_id", "name"),
)

SIGN_INS = Table(
    "sign_ins",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("expires", DateTime(timezone=True), nullable=False),
)
