"""What people edit, as tables. The same model on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
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
    Column("archived", DateTime(timezone=True)),  # hidden and refused since then; its events stay
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
    Column("name", String(64), nullable=False, server_default=""),  # what it is for
    Column("created_by", ForeignKey("people.id")),  # null: the command line
    Column("revoked", DateTime(timezone=True)),
    Column("last_used", DateTime(timezone=True)),  # to ten minutes
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

ACCOUNTS = Table(
    "people",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),  # in lower case
    Column("name", String(64), nullable=False),
    Column("password", String(255)),  # an Argon2id hash; null: signs in by link only
    Column("language", String(8)),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("disabled", DateTime(timezone=True)),
)

GRANTS = Table(
    "grants",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("app_id", ForeignKey("apps.id")),  # null: all apps
    Column("role", String(16), nullable=False),
    UniqueConstraint("person_id", "app_id"),
)
Index(
    "uq_grants_all_apps",
    GRANTS.c.person_id,
    unique=True,
    sqlite_where=text("app_id IS NULL"),
    postgresql_where=text("app_id IS NULL"),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
    Column("seen", DateTime(timezone=True), nullable=False),  # to five minutes
    Column("agent", String(64), nullable=False),  # browser and system, in a few words
    Column("app_id", ForeignKey("apps.id")),  # a phone, which reads this app alone; null: all of it
)

PHONE_LINKS = Table(
    "phone_links",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("address", Text, nullable=False),  # the view that opens
    Column("expires", DateTime(timezone=True), nullable=False),
)

SIGN_INS = Table(
    "sign_ins",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("expires", DateTime(timezone=True), nullable=False),
    Column("person_id", ForeignKey("people.id")),  # null: makes the first owner
)

INVITATIONS = Table(
    "invitations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("email", String(254), nullable=False),
    Column("app_id", ForeignKey("apps.id")),  # null: all apps
    Column("role", String(16), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
    Column("created", DateTime(timezone=True), nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
)

AUDIT = Table(  # rows are only added; the database itself refuses to change them
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("person_id", ForeignKey("people.id")),  # null: the command line
    Column("app_id", ForeignKey("apps.id")),
    Column("action", String(32), nullable=False),
    Column("target", String(64), nullable=False),
    Column("details", Text, nullable=False),  # JSON
)

ANNOTATIONS = Table(
    "annotations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("day", Date, nullable=False),  # in the app's timezone
    Column("text", String(60), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line, or a program
    Column("created", DateTime(timezone=True), nullable=False),
    Column("personal", Boolean, nullable=False, server_default=false()),  # seen by `by_id` alone
    Index("ix_annotations_app_id_day", "app_id", "day"),
)

VIEWS = Table(
    "views",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),  # who made it
    Column("team", Boolean, nullable=False),  # everybody who may see the app has it
    Column("name", String(40), nullable=False),
    Column("tab", String(32), nullable=False),
    Column("query", Text, nullable=False),  # from ? on, as addresses have it
    Column("version", Integer, nullable=False),  # one more with each change
    Column("changed", DateTime(timezone=True), nullable=False),
    Index("ix_views_app_id_person_id", "app_id", "person_id"),
)

PINS = Table(
    "pins",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("report", String(64), nullable=False),
    Column("query", Text, nullable=False),  # of its card, from ? on
    UniqueConstraint("app_id", "person_id", "report"),
)
